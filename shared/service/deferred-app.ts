import type { FastifyInstance } from 'fastify';
import { onceMade } from '../kernel/once-made.ts';
import { visitOf } from './http-exchange.ts';
import type { LocalApp } from './local-app.ts';

/** A service whose code is loaded late: by its first request, or by `load`, whichever comes first. */
export interface DeferredApp extends LocalApp {
  load(): Promise<FastifyInstance>;
  close(): Promise<void>;
}

/** Defers a service; `open` gives it ready. A request that comes while it is loaded waits, unread. */
export function deferApp(open: () => Promise<FastifyInstance>): DeferredApp {
  let app: FastifyInstance | undefined;
  const load = onceMade(async () => {
    app = await open();
    return app;
  });
  return {
    load,
    routing(request, response) {
      if (app !== undefined) {
        app.routing(request, response);
        return;
      }
      load()
        .then((loaded) => loaded.routing(request, response))
        .catch((error: unknown) => {
          const { exchange, connection } = visitOf({ raw: request });
          exchange.conclude('defect', error);
          connection.drop();
        });
    },
    async close() {
      await (await load.begun())?.close();
    },
  };
}
