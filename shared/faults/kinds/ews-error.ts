import { z } from 'zod';
import { responseCodes } from '../../protocols/ews/response-codes.ts';
import type { FaultKind } from './kind.ts';

const parameters = z.strictObject({
  code: z.enum(responseCodes).refine((code) => code !== 'NoError', 'is no error'),
  /** Default: the code's own sentence. */
  text: z.string().min(1).max(4_096).optional(),
  /** Of MessageXml, by name: `BackOffMilliseconds` of ErrorServerBusy. */
  values: z.record(z.string().regex(/^[A-Za-z]{1,64}$/), z.string().max(1_024)).default({}),
});

/**
 * EWS refuses a request as a whole by a SOAP fault before anything is done (`ews.call`), or one of its parts, the others going on
 * (`ews.item`).
 */
export const ewsError: FaultKind<'ews-error', typeof parameters> = {
  kind: 'ews-error',
  title: 'an error of EWS',
  parameters,
  seams: ['ews.call', 'ews.item'],
  decide: (_facts, { code, text, values }) => ({ kind: 'ews-error', code, text, values }),
};
