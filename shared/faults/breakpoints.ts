import { z } from 'zod';
import { didYouMean } from '../kernel/nearest.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type HoldSeam, type Hop, type HopEdit, type HopPart, holdSeams, type SeamFacts } from '../kernel/seams.ts';
import { replyParameters } from './kinds/reply.ts';
import { type FaultMatch, faultMatchSchema, matcher } from './rules.ts';

/**
 * Why a breakpoint or a release is not taken. `OperationNotKnown`: what is asked for is known only when the request has been read;
 * `NotEditable`: the hop has nothing of the sort to change.
 */
export type BreakpointRefusal =
  | 'InvalidBreakpoint'
  | 'OperationNotKnown'
  | 'DuplicateBreakpoint'
  | 'TooManyBreakpoints'
  | 'InvalidRelease'
  | 'NotEditable';

/** Where hops wait; JSON-safe. */
export type Breakpoint = {
  readonly id: string;
  readonly seam: HoldSeam;
  readonly match: FaultMatch;
  /** How many hops it stops before it is spent. */
  readonly times?: number | undefined;
};

/** A checked breakpoint. */
export interface CompiledBreakpoint {
  readonly breakpoint: Breakpoint;
  matches(facts: SeamFacts): boolean;
}

const seamNames = Object.keys(holdSeams) as [HoldSeam, ...HoldSeam[]];

/** A breakpoint as callers write it. */
export const breakpointSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .optional(),
  seam: z
    .enum(seamNames, { error: ({ input }) => `is none of ${seamNames.join(', ')}${didYouMean(String(input), seamNames)}` })
    .default('http.request'),
  match: faultMatchSchema.default({}),
  times: z.int().min(1).max(1_000_000).optional(),
});

/** Names of header fields as HTTP has them (RFC 9110 5.1). */
const fieldName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'is not the name of a header field');
/** No octet that would end the field. */
const fieldValue = z
  .string()
  .max(16_384)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'is not the value of a header field');
const claimName = z.string().min(1).max(256);

/** What is changed before a hop goes on. */
const hopEditSchema = z.strictObject({
  headers: z.strictObject({ set: z.record(fieldName, fieldValue).default({}), remove: z.array(fieldName).max(100).default([]) }).optional(),
  claims: z.strictObject({ set: z.record(claimName, z.json()).default({}), remove: z.array(claimName).max(100).default([]) }).optional(),
  text: z.strictObject({ find: z.string().min(1).max(65_536), replace: z.string().max(65_536) }).optional(),
  reply: replyParameters.optional(),
});

/** How somebody lets a hop go on. */
export const continueSchema = z.strictObject({
  edit: hopEditSchema.optional(),
  /** The next hop of the same trace waits, too. */
  step: z.boolean().default(false),
});

/** Fields by which a message is framed or finds its way: to change them is not to change what is said. */
const framing: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'trailer']);

/** Reads a breakpoint as JSON gives it. Refuses with a {@link BreakpointRefusal}; the detail says which part is wrong. */
export function compileBreakpoint(input: unknown, nextId: () => string): CompiledBreakpoint {
  const given = checked('InvalidBreakpoint', breakpointSchema, input);
  if (given.match.op !== undefined && given.seam === 'http.request')
    refuse(
      'OperationNotKnown',
      'at http.request nobody has read yet which operation is asked for: ews.call, mrs.call or http.response know it',
    );
  const breakpoint = { ...given, id: given.id ?? nextId() };
  return { breakpoint, matches: matcher(given.match) };
}

/** What somebody who lets a hop go on asks for, checked against what can be changed of it; names of header fields in lower case. */
export function readContinue(
  input: unknown,
  seam: HoldSeam,
  hop: Pick<Hop, 'headers' | 'claims' | 'text'>,
): { readonly edit: HopEdit | undefined; readonly step: boolean } {
  const { edit, step } = checked('InvalidRelease', continueSchema, input ?? {});
  if (edit === undefined) return { edit, step };
  const editable = editableOf({ seam, hop });
  for (const part of ['headers', 'claims', 'text', 'reply'] as const)
    if (edit[part] !== undefined && !editable.includes(part)) refuse('NotEditable', `this hop at ${seam} has no ${part} to be changed`);
  const times = edit.text === undefined ? 1 : (hop.text ?? '').split(edit.text.find).length - 1;
  if (times !== 1) refuse('NotEditable', `what is to be replaced stands in the text ${times === 0 ? 'nowhere' : `${times} times`}`);
  const headers = edit.headers && {
    set: Object.fromEntries(Object.entries(edit.headers.set).map(([name, value]) => [name.toLowerCase(), value])),
    remove: edit.headers.remove.map((name) => name.toLowerCase()),
  };
  const framed = headers && [...Object.keys(headers.set), ...headers.remove].find((name) => framing.has(name));
  if (framed !== undefined) refuse('NotEditable', `${framed} frames the message; a fault rule of kind host changes Host`);
  const { claims, text, reply } = edit;
  const others = {
    ...(claims === undefined ? {} : { claims }),
    ...(text === undefined ? {} : { text }),
    ...(reply === undefined ? {} : { reply }),
  };
  return { step, edit: { ...(headers === undefined ? {} : { headers }), ...others } };
}

/** What can be changed of a hop that is held at a seam. */
export function editableOf({
  seam,
  hop,
}: {
  readonly seam: HoldSeam;
  readonly hop: Pick<Hop, 'headers' | 'claims' | 'text'>;
}): readonly HopPart[] {
  // A reply needs nothing that is there.
  return holdSeams[seam].filter((part) => part === 'reply' || hop[part] !== undefined);
}

function checked<Schema extends z.ZodType>(code: BreakpointRefusal, schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return refuse(code, problems.join('; '));
}

function refuse(code: BreakpointRefusal, detail: string): never {
  throw new Refusal<BreakpointRefusal>(code, { detail });
}
