import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { AdminContext } from '../context.ts';
import { requireReady } from '../failures.ts';
import { readInput } from '../read.ts';

/**
 * The Hybrid Configuration wizard. Whom one side does not let in is told so at once; else the answer goes on while the wizard
 * runs, one JSON object a line: `{"log","trace"}`, its events with the world's time, and `{"outcome","detail"}`.
 */
export function hybridWizardRoutes(app: FastifyInstance, context: Pick<AdminContext, 'wizard' | 'pending' | 'clock'>): void {
  app.post('/_coexist/v1/hybrid-wizard', async (request, reply) => {
    const { hybridWizardBody } = await import('../schemas.ts');
    const asked = readInput(hybridWizardBody, request.body, 'body');
    requireReady(context);
    const wizard = await context.wizard(asked);
    const lines = new PassThrough();
    const tell = (line: object): void => void lines.write(`${JSON.stringify(line)}\n`);
    tell({ log: wizard.log, trace: wizard.trace });
    const isoOf = (at: number): string => new Date(at).toISOString();
    const now = (): string => isoOf(context.clock.state().now);
    void wizard
      .run(({ at, ...event }) => tell({ at: isoOf(at), ...event }))
      .then(
        () => tell({ at: now(), outcome: 'done', detail: '' }),
        (error: unknown) => {
          // What is no refusal stands in the journal as a defect.
          const detail = error instanceof Refusal ? (error.detail ?? error.code) : 'The wizard failed; the journal says why.';
          tell({ at: now(), outcome: 'failed', detail });
        },
      )
      .finally(() => lines.end());
    return reply.type('application/x-ndjson').send(lines);
  });
}
