import fastify, { type FastifyInstance } from 'fastify';
import { noSchemas } from '../../shared/service/no-schemas.ts';
import { checkAccess, isLoopback } from './access.ts';
import type { AdminContext } from './context.ts';
import { Problem, problemOf, sendProblem } from './failures.ts';
import { authenticationRoutes } from './routes/authentication-codes.ts';
import { clockRoutes } from './routes/clock.ts';
import { cmdletRoutes } from './routes/cmdlets.ts';
import { consoleRoutes } from './routes/console.ts';
import { eraRoutes } from './routes/eras.ts';
import { eventRoutes } from './routes/events.ts';
import { faultRoutes } from './routes/faults.ts';
import { healthRoutes } from './routes/health.ts';
import { holdRoutes } from './routes/holds.ts';
import { hybridWizardRoutes } from './routes/hybrid-wizard.ts';
import { insideRoutes } from './routes/inside.ts';
import { journalRoutes } from './routes/journal.ts';
import { keyRoutes } from './routes/keys.ts';
import { labRoutes } from './routes/labs.ts';
import { requestRoutes } from './routes/requests.ts';
import { scenarioRoutes } from './routes/scenarios.ts';
import { snapshotRoutes } from './routes/snapshots.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { topologyRoutes } from './routes/topology.ts';
import { worldRoutes } from './routes/worlds.ts';

export interface AdminOptions {
  /** The address that the control port will bind. */
  readonly host: string;
  /** Asked of every caller when set; must be set when `host` is not loopback. */
  readonly token: string | null;
}

const mostBodyBytes = 1024 * 1024;
const mostConnections = 256;
/** What is under way when the lab ends may take this long; a connection that is open and never asks would hold up the end. */
const drainMs = 1_000;

/** The control port's application; plain http, to be listened on by the caller. */
export function createAdminApp(context: AdminContext, { host, token }: AdminOptions): FastifyInstance {
  if (token === null && !isLoopback(host)) throw new Error('defect: a control port that others can reach needs a token');
  const app = fastify({
    bodyLimit: mostBodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    routerOptions: { maxParamLength: 256 },
    schemaController: noSchemas,
  });
  app.server.maxConnections = mostConnections;
  // Forms and plain text are what a page of another origin can send without asking.
  app.removeContentTypeParser('text/plain');

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-coexist', context.info.version).header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    const [path = ''] = request.url.split('?', 1);
    checkAccess(request.headers, path, token);
  });
  app.addHook('preClose', async () => void setTimeout(() => app.server.closeAllConnections(), drainMs).unref());
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem(404, 'Not found', `There is no ${request.method} ${request.url.split('?', 1)[0]} here.`)),
  );
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem !== undefined) {
      if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="coexist"');
      return sendProblem(reply, problem);
    }
    reportDefect(context, `${request.method} ${request.url}`, request.headers.host ?? '', error);
    return sendProblem(reply, new Problem(500, 'Internal error', 'The control port failed; the log says why.'));
  });

  if (context.applied !== undefined)
    app.addHook('onSend', async (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'HEAD' && reply.statusCode < 400 && !request.url.endsWith('/shutdown'))
        await context.applied?.();
    });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // HEAD comes with every GET.
    if (method !== 'HEAD') routes.push(`${String(method)} ${url}`);
  });
  app.get('/_coexist/openapi.json', async () => (await import('./openapi.ts')).openApiDocument(routes, context.info.version));
  consoleRoutes(app);
  healthRoutes(app, context);
  authenticationRoutes(app, context);
  clockRoutes(app, context);
  faultRoutes(app, context);
  holdRoutes(app, context);
  cmdletRoutes(app, context);
  hybridWizardRoutes(app, context);
  eraRoutes(app, context);
  tokenRoutes(app, context);
  keyRoutes(app, context);
  topologyRoutes(app, context);
  labRoutes(app, context);
  insideRoutes(app, context);
  snapshotRoutes(app, context);
  scenarioRoutes(app, context);
  journalRoutes(app, context);
  requestRoutes(app, context);
  worldRoutes(app, context);
  eventRoutes(app, context);
  return app;
}

/** Calls of the control port are no exchanges of the lab; its defects are entered all the same. */
function reportDefect({ journal, clock }: AdminContext, target: string, host: string, error: unknown): void {
  const at = clock.state().now;
  journal.open({ service: 'admin', direction: 'incoming', protocol: 'http', target, host, at }).close('defect', at, error);
}
