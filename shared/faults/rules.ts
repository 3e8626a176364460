import { z } from 'zod';
import { globTest } from '../kernel/glob.ts';
import { didYouMean } from '../kernel/nearest.ts';
import type { Random } from '../kernel/random.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Effect, type Seam, type SeamFacts, seams } from '../kernel/seams.ts';
import { type KindName, kinds } from './kinds/index.ts';

/** Why a rule is not taken. */
export type FaultRefusal = 'InvalidFaultRule' | 'UnknownFaultKind' | 'KindNotAtSeam' | 'DuplicateFaultRule' | 'TooManyFaultRules';

/** What a rule acts on: each given text must match (letter case aside, `*` for any run of characters). */
export interface FaultMatch {
  readonly svc?: string | undefined;
  readonly org?: string | undefined;
  readonly op?: string | undefined;
  readonly host?: string | undefined;
  readonly user?: string | undefined;
  readonly trace?: string | undefined;
}

/** A rule as it stands in the book, defaults filled in; JSON-safe. */
export type FaultRule = {
  readonly id: string;
  readonly seam: Seam;
  readonly match: FaultMatch;
  readonly effect: { readonly kind: KindName } & Readonly<Record<string, unknown>>;
  /** 0 to 1: the chance that it acts where it matches. */
  readonly probability: number;
  /** How often it acts at most. */
  readonly times?: number | undefined;
  /** How many matches pass before it acts. */
  readonly after: number;
  /** Of this rule's own chance. */
  readonly seed?: string | number | undefined;
};

/** A checked rule, ready to be asked. */
export interface CompiledRule {
  readonly rule: FaultRule;
  matches(facts: SeamFacts): boolean;
  decide(facts: SeamFacts, random: Random): Effect;
}

const pattern = z.string().min(1).max(256);
export const faultMatchSchema = z.strictObject({
  svc: pattern.optional(),
  org: pattern.optional(),
  op: pattern.optional(),
  host: pattern.optional(),
  user: pattern.optional(),
  trace: pattern.optional(),
});
/** A rule as callers write it. What belongs to its kind is checked by the kind. */
export const faultRuleSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .optional(),
  seam: z.enum(seams).optional(),
  match: faultMatchSchema.default({}),
  effect: z.looseObject({ kind: z.string() }),
  probability: z.number().min(0).max(1).default(1),
  times: z.int().min(1).max(1_000_000).optional(),
  after: z.int().min(0).max(1_000_000).default(0),
  seed: z.union([z.string().max(256), z.int()]).optional(),
});

/** Reads a rule as JSON gives it. Refuses with a {@link FaultRefusal}; the detail says which part is wrong. */
export function compileRule(input: unknown, nextId: () => string): CompiledRule {
  const given = checked(faultRuleSchema, input, '');
  const { kind: kindName, ...rest } = given.effect;
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName as KindName] : undefined;
  if (kind === undefined) {
    refuse('UnknownFaultKind', `there is no fault kind ${JSON.stringify(kindName)}${didYouMean(kindName, Object.keys(kinds))}`);
  }
  const seam = given.seam ?? kind.seams[0];
  if (!(kind.seams as readonly Seam[]).includes(seam)) {
    refuse('KindNotAtSeam', `${kind.kind} cannot act at ${seam}; it acts at ${kind.seams.join(', ')}`);
  }
  const decide = bind(kind as AnyKind, rest);
  const rule: FaultRule = { ...given, id: given.id ?? nextId(), seam, effect: { kind: kindName as KindName, ...decide.parameters } };
  return { rule, matches: matcher(rule.match), decide: decide.effect };
}

type AnyKind = {
  readonly parameters: z.ZodObject;
  decide(facts: SeamFacts, parameters: Record<string, unknown>, random: Random): Effect;
};

function bind(kind: AnyKind, given: unknown): { parameters: Record<string, unknown>; effect: CompiledRule['decide'] } {
  const parameters = checked(kind.parameters, given, 'effect.');
  return { parameters, effect: (facts, random) => kind.decide(facts, parameters, random) };
}

function checked<Schema extends z.ZodType>(schema: Schema, input: unknown, place: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 5).map(({ path, message }) => `${place}${path.join('.')}: ${message}`);
  return refuse('InvalidFaultRule', problems.join('; '));
}

function refuse(code: FaultRefusal, detail: string): never {
  throw new Refusal<FaultRefusal>(code, { detail });
}

/** The property of the facts that each key of a match speaks of. */
const factOf = { svc: 'service', org: 'organization', op: 'operation', host: 'host', user: 'user', trace: 'traceId' } as const;

/** Whether facts of a seam are what a match speaks of. */
export function matcher(match: FaultMatch): (facts: SeamFacts) => boolean {
  const tests = (Object.keys(factOf) as (keyof typeof factOf)[]).flatMap((key) => {
    const wanted = match[key];
    return wanted === undefined ? [] : [{ fact: factOf[key], test: globTest(wanted) }];
  });
  return (facts) => tests.every(({ fact, test }) => facts[fact] !== undefined && test(facts[fact]));
}
