import { z } from 'zod';
import type { ShownValue } from '../../shared/cmdlets/cmdlet.ts';
import { eraNames, longestCmdletLine } from '../../shared/domain/world/vocabulary.ts';
import { parseDuration, parseInstant } from '../../shared/kernel/duration.ts';

/** What callers send. Loaded with the first request that needs it: zod costs more than the rest of the control port. */

const longestMs = 100 * 365 * 86_400_000;

export const instant = z.string().transform((text, context) => {
  const value = parseInstant(text);
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not an ISO 8601 time with a zone, such as 2026-11-01T09:00Z` });
  return z.NEVER;
});

export const duration = z.string().transform((text, context) => {
  const value = parseDuration(text);
  if (value !== undefined && Math.abs(value) <= longestMs) return value;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not a duration such as 30s, 5m, 2h or 7d` });
  return z.NEVER;
});

const count = (least: number, most: number): z.ZodType<number> => z.coerce.number().int().min(least).max(most);
export const word = z.string().min(1).max(256);

export const freezeBody = z.strictObject({ at: instant.optional() });
export const setBody = z.strictObject({ at: instant });
export const advanceBody = z.strictObject({ by: duration.refine((value) => value >= 0, 'time only advances forth') });
export const skewBody = z.strictObject({ by: duration });
export const resetBody = z.strictObject({
  to: z.literal('seed', { error: 'only "seed" is supported' }).default('seed'),
  at: instant.optional(),
  /** What a reset leaves as it is. */
  keep: z.array(z.literal('breakpoints')).max(1).default([]),
});
export const endpointsBody = z.record(z.string(), z.strictObject({ https: z.int().min(1).max(65_535) }));
const mostNested = 32;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/;

/** A value that a variable holds: JSON, in which a moment is a text as the answer wrote it. */
const shownValue = z.unknown().transform((value, context): ShownValue => {
  const shown = shownOf(value, 0);
  if (shown !== undefined) return shown;
  context.addIssue({ code: 'custom', message: `is nested more than ${mostNested} deep` });
  return z.NEVER;
});

function shownOf(value: unknown, depth: number): ShownValue | undefined {
  if (depth > mostNested) return undefined;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return moment.test(value) ? new Date(value) : value;
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    const members = value.map((member) => shownOf(member, depth + 1));
    return members.some((member) => member === undefined) ? undefined : members.filter((member) => member !== undefined);
  }
  const entries = Object.entries(value).map(([name, member]) => [name, shownOf(member, depth + 1)] as const);
  return entries.some(([, member]) => member === undefined)
    ? undefined
    : Object.fromEntries(entries.filter((entry): entry is readonly [string, ShownValue] => entry[1] !== undefined));
}

/** By their names in small letters. */
const variables = z
  .record(z.string().regex(/^[a-z0-9_]{1,64}$/, 'is not the name of a variable'), shownValue)
  .refine((all) => Object.keys(all).length <= 64, 'are more than 64 variables');
export const cmdletBody = z.strictObject({
  line: z.string().min(1).max(longestCmdletLine),
  organization: word,
  as: word.optional(),
  variables: variables.optional(),
});
export const completionsQuery = z.strictObject({
  line: z.string().max(longestCmdletLine).default(''),
  at: count(0, longestCmdletLine).optional(),
  organization: word,
});
export const scenarioBody = z.strictObject({ era: z.enum(eraNames).optional() });
const credential = z.strictObject({ UserName: word, Password: z.string().max(256) });
export const hybridWizardBody = z.strictObject({
  organization: word,
  onPremises: credential,
  tenant: z.union([credential, z.strictObject({ accessToken: z.string().min(1).max(16_384) })]),
  domains: z.array(word).max(100).optional(),
  features: z.array(word).max(32).optional(),
});
export const eraBody = z.strictObject({ era: z.enum(eraNames) });
export const deviceDecisionBody = z.strictObject({ user: word, approve: z.boolean().default(true) });
export const snapshotName = z.string().regex(/^(?!seed$)[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/, 'is not the name of a snapshot');
export const snapshotBody = z.strictObject({ name: snapshotName });
export const diffQuery = z.strictObject({ to: snapshotName.optional() });
export const breakBody = z.strictObject({ variant: word.optional(), user: word.optional(), hidden: z.boolean().optional() });
export const faultId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'is not the id of a fault');
export const traceId = z.string().regex(/^[0-9a-f]{4,32}$/, 'is not a trace id, nor the first four digits or more of one');
export const spanId = z.string().regex(/^[0-9a-f]{16}$/, 'is not the id of a span');
export const traceDiffBody = z.strictObject({ a: traceId, b: traceId });

/** A time, or how long ago. */
export const since = z.string().transform((text, context): { readonly at: number } | { readonly agoMs: number } => {
  const [at, agoMs] = [parseInstant(text), parseDuration(text)];
  if (at !== undefined) return { at };
  if (agoMs !== undefined && agoMs >= 0) return { agoMs };
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is neither a time such as 2026-11-01T09:00Z nor a duration such as 5m`,
  });
  return z.NEVER;
});

export const narrowing = {
  svc: word.optional(),
  org: word.optional(),
  op: word.optional(),
  user: word.optional(),
  outcome: z.enum(['answered', 'refused', 'fault', 'aborted', 'defect']).optional(),
};

export const exchangesQuery = z.strictObject({
  ...narrowing,
  since: since.optional(),
  after: count(0, Number.MAX_SAFE_INTEGER).optional(),
  trace: z.string().max(32).optional(),
  limit: count(1, 10_000).default(100),
});

export const tracesQuery = z.strictObject({
  ...narrowing,
  since: since.optional(),
  verdict: z.enum(['accepted', 'refused']).optional(),
  limit: count(1, 10_000).default(50),
});

/** What is told besides exchanges that close: `opened,held`. */
const alsoTold = z
  .string()
  .regex(/^(?:opened|held)(?:,(?:opened|held))?$/, 'is neither opened nor held nor opened,held')
  .transform((text) => text.split(','));
export const eventsQuery = z.strictObject({ ...narrowing, also: alsoTold.default([]) });

export const requestsQuery = z.strictObject({ ...narrowing, since: since.optional(), limit: count(1, 1_000).default(100) });

/** `presenter`: with notes, all hints and the solution. */
export const labQuery = z.strictObject({
  presenter: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
export const labStartBody = z.strictObject({ seed: word.optional() });
export const labCheckBody = z.strictObject({ answers: z.array(z.string().max(1_024)).max(20).default([]) });
export const labAnswerBody = z.strictObject({ cause: word });
