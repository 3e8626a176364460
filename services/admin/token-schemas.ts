import { z } from 'zod';
import { mintKinds } from '../../shared/bridges/authority/defects/draft.ts';
import { duration, instant, word } from './schemas.ts';

/** What callers send about tokens and keys. Loaded with the first request that needs it. */

/** Longer than any token that is read, by the scheme in front of it. */
const mostTokenCharacters = 64 * 1_024 + 16;
/** A server-to-server audience. */
const audience = z.string().min(1).max(1_024);

export const mintBody = z.strictObject({
  kind: z.enum(mintKinds),
  organization: word,
  tenant: word.optional(),
  from: word.optional(),
  user: word.optional(),
  resource: audience.optional(),
  application: word.optional(),
  defect: word.optional(),
  twin: z.boolean().optional(),
  key: word.optional(),
  lifetime: duration.refine((value) => value > 0, 'a token lives longer than no time').optional(),
  at: instant.optional(),
});

const token = z.string().max(mostTokenCharacters);

export const decodeBody = z.strictObject({ token });

export const verifyBody = z.strictObject({
  token,
  organization: word,
  service: z.enum(['EWS', 'Autodiscover', 'SMTP']).default('EWS'),
  host: z.string().min(1).max(272).optional(),
  at: instant.optional(),
});

export const keyBody = z.strictObject({ x5t: z.string().regex(/^[\w-]{27}$/, 'is not the x5t of a key') });
