import { z } from 'zod';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  host: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?$/i, 'is not a host name'),
});

/** A reverse proxy that writes another Host into the request, the server's own name mostly, and thus loses what the client asked for. */
export const host: FaultKind<'host', typeof parameters> = {
  kind: 'host',
  title: 'another Host',
  parameters,
  seams: ['http.request'],
  decide: (_facts, { host }) => ({ kind: 'host', host }),
};
