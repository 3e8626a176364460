import { z } from 'zod';
import { eraNames, longestCmdletLine, productNames } from '../../shared/domain/world/vocabulary.ts';
import { parseDuration, parseInstant } from '../../shared/kernel/duration.ts';
import type { AwaitStep, ClockStep, HopPattern, Steps, TokenStep } from '../../shared/scenario/steps.ts';
import type { Expected } from '../../shared/scenario/story.ts';
import { isPattern } from './pattern.ts';

const word = z.string().min(1).max(256);
const prose = z.string().min(1).max(4_096);
const line = z.string().min(1).max(longestCmdletLine);
const pattern = z.string().min(1).max(2_048).refine(isPattern, 'is not a regular expression');
const patterns = z.array(pattern).min(1).max(100);
const duration = z
  .string()
  .max(64)
  .refine((text) => parseDuration(text) !== undefined, 'is not a duration such as 90s, -5m or 1h30m');
const instant = z
  .string()
  .max(64)
  .refine((text) => parseInstant(text) !== undefined, 'is not a time such as 2026-11-02T08:00:00Z');
const eraName = z
  .union([z.enum(eraNames), z.int()])
  .refine((name) => eraNames.some((era) => era === String(name)), `is not one of ${eraNames.join(', ')}`);
const texts = z.record(word, z.string().max(8_192));

const hop: z.ZodType<HopPattern> = z.strictObject({
  org: word.optional(),
  svc: word.optional(),
  op: pattern.optional(),
  host: pattern.optional(),
  target: pattern.optional(),
  caller: pattern.optional(),
  status: z.int().optional(),
  code: pattern.optional(),
  outcome: z.enum(['answered', 'refused', 'fault', 'aborted']).optional(),
  direction: z.enum(['incoming', 'outgoing']).optional(),
});
const hops = z.array(hop).min(1).max(100);

const caller = {
  as: word.optional(),
  at: word.optional(),
  by: z.enum(['basic', 'ntlm', 'oauth', 'token']).optional(),
  password: word.optional(),
  impersonating: word.optional(),
};
const cmdlet = { at: word, line, as: word.optional() };

const clock: z.ZodType<ClockStep> = z
  .strictObject({ advance: duration.optional(), set: instant.optional(), skew: z.record(word, duration).optional() })
  .refine((of) => Object.keys(of).length === 1, 'takes one of advance, set, skew');
const token: z.ZodType<TokenStep> = z
  .strictObject({ form: texts.optional(), at: word.optional(), mint: z.record(z.string(), z.unknown()).optional() })
  .refine(({ form, mint }) => (form === undefined) !== (mint === undefined), 'takes either form or mint');
const awaited: z.ZodType<AwaitStep> = z
  .strictObject({
    hop: hop.optional(),
    mail: z.strictObject({ of: word, subject: pattern, at: word.optional() }).optional(),
    queue: z.strictObject({ at: word, says: pattern.optional() }).optional().describe('Without says: until nothing waits'),
    move: z.strictObject({ at: word, who: word, status: word }).optional(),
    cmdlet: z.strictObject({ ...cmdlet, says: pattern }).optional(),
    within: duration.optional().describe('World time; 1h'),
    every: duration.optional().describe('World time; 1m'),
  })
  .refine(
    (of) => [of.hop, of.mail, of.queue, of.move, of.cmdlet].filter((one) => one !== undefined).length === 1,
    'takes one of hop, mail, queue, move, cmdlet',
  );

const words = {
  cmdlet: z.strictObject(cmdlet).describe('A line of the Exchange Management Shell'),
  break: z
    .union([word, z.strictObject({ id: word, variant: word.optional(), user: word.optional() })])
    .describe('A broken topology, by its id (coexist topology ls)'),
  fix: word,
  fault: z.record(z.string(), z.unknown()).describe('A fault rule, as the control port takes it'),
  lift: z.literal('faults'),
  clock,
  era: z.record(word, eraName),
  keys: z.literal('rollover').describe('The authentication service gets new keys'),
  autodiscover: z.strictObject({
    as: word,
    mail: word.optional(),
    password: word.optional(),
    by: z.enum(['pox', 'soap']).optional(),
    host: word.optional(),
  }),
  ews: z.strictObject({ ...caller, request: z.string().min(1).max(65_536) }).describe('Any operation, as the XML inside the SOAP body'),
  freeBusy: z.strictObject({ ...caller, of: word, hanging: duration.optional() }),
  mailTips: z.strictObject({ ...caller, of: word }),
  find: z.strictObject({ ...caller, folder: word.optional(), subject: word.optional() }),
  send: z.strictObject({ ...caller, to: word, subject: word, text: prose.optional() }),
  meet: z.strictObject({ ...caller, subject: word, start: instant, end: instant, with: z.array(word).max(100).optional() }),
  smtp: z.strictObject({ at: word, from: word, to: word, subject: word, tls: z.boolean().optional() }),
  token,
  move: z.strictObject({ who: word, to: z.enum(['cloud', 'on-premises']), password: word.optional(), more: line.optional() }),
  run: z
    .strictObject({
      command: z.array(z.string().max(8_192)).min(1).max(200),
      input: z.string().max(1_048_576).optional(),
      environment: texts.optional(),
      timeout: duration.optional(),
      exit: z.int().min(0).max(255).optional(),
    })
    .describe('A program, started with the environment of `coexist exec`'),
  await: awaited,
} as const satisfies { readonly [Name in keyof Steps]: z.ZodType<Steps[Name]> };

const optional = Object.fromEntries(Object.entries(words).map(([name, schema]) => [name, schema.optional()]));
const step = z.strictObject(optional).refine((of) => Object.keys(of).length === 1, 'is one word with what it takes');
const steps = z.array(step).max(200);

const says = { says: patterns.optional(), saysNot: patterns.optional() };
const expected: z.ZodType<Expected> = z.strictObject({
  answer: z
    .strictObject({ ...says, code: pattern.optional(), status: z.int().optional(), values: z.record(word, z.array(pattern)).optional() })
    .optional(),
  hops: hops.optional().describe('In this order; others may stand between'),
  noHops: hops.optional(),
  failed: z.array(word).max(100).optional().describe('`organization/service check` of every check that failed'),
  claims: z.record(word, pattern).optional(),
  mailbox: z
    .array(
      z.strictObject({
        of: word,
        at: word.optional(),
        folder: word.optional(),
        has: patterns.optional(),
        hasNot: patterns.optional(),
      }),
    )
    .optional(),
  queue: z.array(z.strictObject({ at: word, empty: z.boolean().optional(), ...says })).optional(),
  log: z.array(z.strictObject({ at: word, format: z.enum(['iis', 'httpproxy']), ...says })).optional(),
  report: z.array(z.strictObject({ at: word, of: word, ...says })).optional(),
  lint: z.array(word).max(100).optional().describe('Ids of what coexist topology lint finds'),
  cmdlet: z.array(z.strictObject({ ...cmdlet, ...says, count: z.int().min(0).optional() })).optional(),
});

/** What `then@` may name. */
export const occasions: readonly string[] = [...eraNames, ...productNames];
const act = {
  given: steps.optional(),
  when: steps.optional(),
  ...Object.fromEntries(['then', ...occasions.map((name) => `then@${name}`)].map((key) => [key, expected.optional()])),
};
const part = { version: z.literal(1) };

const lab = z
  .strictObject({
    title: z.string().min(1).max(200).describe('What it is about, and not what is wrong'),
    story: prose.describe('What has happened, told by somebody who does not know why'),
    task: prose,
    hints: z.array(prose).min(1).max(20),
    questions: z
      .array(z.strictObject({ ask: prose, accepts: patterns, because: prose }))
      .max(20)
      .optional(),
    notes: prose.describe('For whoever presents it'),
  })
  .describe('An exercise: starts with what the first act is given; the second act is given the solution, and is the check');

/** A scenario file as it is written. */
export const storyFile = z.strictObject({
  ...part,
  name: z.string().min(1).max(200).describe('One sentence that says what is so'),
  teaches: prose,
  source: prose.describe('Where the behaviour is published'),
  tags: z.array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not a tag: small letters, digits, -')).optional(),
  world: z
    .union([word, z.record(z.string(), z.unknown())])
    .optional()
    .describe('A world by name or path, or a world file inside this one'),
  clock: instant.optional().describe('World time at the start; it stands still until it is moved. 2026-11-02T08:00:00Z'),
  eras: z.array(eraName).min(1).optional(),
  timeout: duration.optional().describe('Real time for all of it; 60s'),
  include: z.array(word).max(20).optional().describe('Steps of scenarios/parts, taken before those of this file'),
  lab: lab.optional(),
  ...act,
  and: z.array(z.strictObject(act)).max(50).optional().describe('What happens after that'),
});

/** A file of scenarios/parts. */
export const partFile = z.strictObject({ ...part, given: steps });

/** The schema that ships as `scenarios/schema/scenario-v1.json`. */
export function storyJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(storyFile, { io: 'input', reused: 'ref' }), title: 'coexist scenario file, version 1' };
}

/** The schema that ships as `scenarios/schema/scenario-part-v1.json`. */
export function partJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(partFile, { io: 'input', reused: 'ref' }), title: 'coexist scenario part, version 1' };
}
