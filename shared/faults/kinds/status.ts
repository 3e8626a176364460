import { z } from 'zod';
import type { FaultKind } from './kind.ts';

/** The length and the connection are the host's own to tell. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/)
  .toLowerCase()
  .refine((name) => !['connection', 'content-length', 'transfer-encoding'].includes(name), 'cannot be set by a fault');

const parameters = z.strictObject({
  status: z.int().min(200).max(599),
  headers: z.record(headerName, z.string().regex(/^[\t\x20-\x7e]{0,4096}$/)).default({}),
  body: z.string().max(1_048_576).default(''),
});

/** Answers with a status of its own, instead of the service (`http.request`), in place of its answer or of the tokens that it issued. */
export const status: FaultKind<'status', typeof parameters> = {
  kind: 'status',
  title: 'another HTTP answer',
  parameters,
  seams: ['http.request', 'http.response', 'soap.response', 'token.claims'],
  decide: (_facts, { status, headers, body }) => ({ kind: 'status', status, headers, body }),
};
