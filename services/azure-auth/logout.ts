import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantSegment } from '../../shared/bridges/authority/urls.ts';
import { servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import { judgeSegment, tenantsOf } from './accounts.ts';
import { type BrowserVisit, judged, noteUser, openBrowserVisit, parametersOf, sendErrorPage, sendPage } from './browser-visit.ts';
import type { AzureAuthContext } from './context.ts';
import { messagePage } from './pages/sign-in-pages.ts';
import { registeredRedirect } from './redirect-uri.ts';
import { endSession, sessionHeader } from './sign-ins.ts';

/**
 * `GET` and `POST /{tenant}/oauth2/[v2.0/]logout`: ends the browser's session (OpenID Connect RP-Initiated Logout 1.0).
 * An address that some client of the tenant has registered is followed; any other leads to a page.
 */
export function logout(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'logout');
  return judged(visit, () => leave(visit), sendErrorPage);
}

async function leave(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, judgement, request, reply, at } = visit;
  const parameters = parametersOf(visit);
  const segment = await judgeSegment(context, judgement, (request.params as { tenant: string }).tenant);
  const session = await endSession(context.signIns, request, at);
  if (session !== undefined) {
    const user = await context.directory(session.tenant).byGuid(session.user);
    noteUser(visit, user?.primaryAddress ?? session.user, session.tenant);
  }
  reply.header('set-cookie', sessionHeader()).header('cache-control', 'no-store');
  const asked = parameters.get('post_logout_redirect_uri');
  const state = parameters.get('state');
  if (asked !== undefined && (await isRegistered(visit, segment, asked))) {
    const separator = asked.includes('?') ? '&' : '?';
    const location = state === undefined ? asked : `${asked}${separator}${new URLSearchParams({ state }).toString()}`;
    return reply.code(302).header('location', location).send();
  }
  return sendPage(reply, messagePage('You signed out of your account', 'It is a good idea to close all browser windows.'));
}

/** Whether some client of the tenants that the path stands for has registered an address. */
async function isRegistered({ context, judgement }: BrowserVisit, segment: TenantSegment, asked: string): Promise<boolean> {
  for (const { name } of await tenantsOf(context, segment)) {
    const clients = servicePrincipals.all(await context.settings(name));
    if (clients.some((client) => registeredRedirect(client, asked) !== undefined)) {
      judgement.pass('redirect.registered', { actual: asked });
      return true;
    }
  }
  judgement.pass('redirect.registered', { expected: 'registered by a client, else a page', actual: 'a page' });
  return false;
}
