import { z } from 'zod';
import { narrowing, since, word } from './schemas.ts';

/** What callers ask of the requests that the lab has had. Loaded with the first question. */

const text = z.string().max(4_096);

/** What a text must be; the words are WireMock's. `matches` is a regular expression for the whole of it. */
const textMatcher = z.union([
  z.strictObject({ equalTo: text, caseInsensitive: z.boolean().optional() }),
  z.strictObject({ contains: text }),
  z.strictObject({ doesNotContain: text }),
  z.strictObject({ matches: text.refine(isPattern, 'is not a regular expression') }),
  z.strictObject({ doesNotMatch: text.refine(isPattern, 'is not a regular expression') }),
  z.strictObject({ absent: z.literal(true) }),
]);
export type TextMatcher = z.output<typeof textMatcher>;

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'su');
    return true;
  } catch {
    return false;
  }
}

const mostMatchers = 32;
const matchers = z.record(z.string().min(1).max(256), textMatcher).refine((all) => Object.keys(all).length <= mostMatchers, {
  error: `are more than ${mostMatchers}`,
});

/** All that is given must hold. Without anything every request passes. */
export const requestCriteria = z.strictObject({
  ...narrowing,
  since: since.optional(),
  host: word.optional(),
  method: word.optional(),
  /** Path and query, as they came; of the four at most one. */
  url: text.optional(),
  urlPattern: text.refine(isPattern, 'is not a regular expression').optional(),
  urlPath: text.optional(),
  urlPathPattern: text.refine(isPattern, 'is not a regular expression').optional(),
  queryParameters: matchers.optional(),
  headers: matchers.optional(),
  /** Each must hold of the body as the journal keeps it: its first 64 KiB, without secrets. */
  bodyPatterns: z.array(textMatcher).max(mostMatchers).optional(),
  status: z.int().min(100).max(999).optional(),
  code: word.optional(),
  limit: z.int().min(1).max(1_000).optional(),
});
export type RequestCriteria = z.output<typeof requestCriteria>;
