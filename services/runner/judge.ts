import type { Answer, Mismatch } from '../../shared/scenario/outcome.ts';
import type { Expected, Says } from '../../shared/scenario/story.ts';
import type { SeenExchange } from './control.ts';
import type { Ground } from './ground.ts';
import { failedChecks, hopLine, meets, missingHop } from './hops.ts';
import { logLines } from './logs.ts';
import { subjectsIn } from './mailbox.ts';
import { equals, holds } from './pattern.ts';
import { queueOf } from './queue.ts';
import { claimsOf } from './words/token.ts';
import { answerOf } from './words/world.ts';

/** What is not as it was expected; `line` is added by whoever knows it. */
export type Unmet = Omit<Mismatch, 'line'>;

/** What an act has left behind. */
export interface Left {
  /** Of the last step of `when`; undefined: nothing was done. */
  readonly answer: Answer | undefined;
  /** Of the act, in the order in which they began. */
  readonly exchanges: readonly SeenExchange[];
}

/** Holds what was expected against what is; everything that differs, in the order of the vocabulary. */
export async function judge(expected: Expected, left: Left, ground: Ground): Promise<readonly Unmet[]> {
  const { answer, hops, noHops, failed, claims, mailbox = [], queue = [], log = [], report = [], cmdlet = [], lint } = expected;
  const unmet: Unmet[] = [];
  if (answer !== undefined) unmet.push(...judgeAnswer(answer, left.answer));
  unmet.push(...judgeHops({ hops, noHops, failed }, left.exchanges));
  for (const [name, pattern] of Object.entries(claims ?? {})) {
    const values = (ground.token === undefined ? {} : claimsOf(ground.token))[name] ?? [];
    if (!values.some((value) => equals(value, pattern)))
      unmet.push(differs(`claims ${name}`, pattern, values.join(', ') || 'no such claim'));
  }
  for (const { of, at, folder, has = [], hasNot = [] } of mailbox) {
    const { ok, subjects, shown } = await subjectsIn({ of, at, folder }, ground);
    const what = `mailbox of ${of}${folder === undefined ? '' : `, ${folder}`}`;
    for (const one of has) if (!subjects.some((subject) => holds(subject, one))) unmet.push(differs(what, one, shown));
    for (const one of hasNot) if (!ok || subjects.some((subject) => holds(subject, one))) unmet.push(differs(what, `not ${one}`, shown));
  }
  for (const { at, empty, ...says } of queue) {
    const waiting = await queueOf(ground, at);
    if (empty !== undefined && (waiting.length === 0) !== empty)
      unmet.push(differs(`queue of ${at}`, empty ? 'nothing waits' : 'something waits', waiting.join('\n') || 'nothing waits'));
    unmet.push(...judgeSays(`queue of ${at}`, says, waiting.join('\n')));
  }
  for (const { at, format, ...says } of log)
    unmet.push(...judgeSays(`log ${format} of ${at}`, says, logLines(ground.endpoints, at, format, left.exchanges).join('\n')));
  for (const { at, of, ...says } of report) {
    const told = answerOf(await ground.control.cmdlet(at, `Get-MoveRequestStatistics ${of} -IncludeReport`));
    unmet.push(...(told.ok ? judgeSays(`report of ${of}`, says, told.text) : [differs(`report of ${of}`, 'a report', told.text)]));
  }
  for (const { at, line, as, count, ...says } of cmdlet) {
    const ran = await ground.control.cmdlet(at, line, as);
    const told = answerOf(ran);
    if (!told.ok) unmet.push(differs(`cmdlet ${line}`, 'an answer', told.text));
    else if (count !== undefined && ran.objects.length !== count)
      unmet.push(differs(`cmdlet ${line}`, `${count} objects`, `${ran.objects.length}: ${told.text}`));
    else unmet.push(...judgeSays(`cmdlet ${line}`, says, told.text));
  }
  if (lint !== undefined) unmet.push(...(await judgeLint(lint, ground)));
  return unmet;
}

async function judgeLint(expected: readonly string[], { control }: Ground): Promise<readonly Unmet[]> {
  const { findings } = await control.call<{ findings: readonly { readonly id: string }[] }>('GET', '/v1/topology/lint');
  const [wanted, found] = [expected.toSorted().join(', '), [...new Set(findings.map(({ id }) => id))].toSorted().join(', ')];
  return wanted === found ? [] : [differs('lint', wanted || 'nothing', found || 'nothing')];
}

function judgeAnswer(expected: NonNullable<Expected['answer']>, answer: Answer | undefined): readonly Unmet[] {
  if (answer === undefined) return [differs('answer', 'an answer', 'nothing was asked')];
  const { code, status, values = {}, ...says } = expected;
  const unmet: Unmet[] = [];
  const shown = `${answer.code} ${answer.text}`.trim();
  // Who names no end means a good one.
  if (code === undefined && status === undefined && !answer.ok) unmet.push(differs('answer', 'success', shown));
  if (code !== undefined && !equals(answer.code, code)) unmet.push(differs('answer code', code, shown));
  if (status !== undefined && answer.status !== status) unmet.push(differs('answer status', String(status), `${answer.status} ${shown}`));
  for (const [name, patterns] of Object.entries(values)) {
    const found = answer.values[name] ?? [];
    if (found.length !== patterns.length || patterns.some((pattern, index) => !equals(found[index] ?? '', pattern)))
      unmet.push(differs(`answer values ${name}`, patterns.join(' | '), found.join(' | ') || 'none'));
  }
  return [...unmet, ...judgeSays('answer', says, answer.text)];
}

function judgeHops({ hops, noHops = [], failed }: Pick<Expected, 'hops' | 'noHops' | 'failed'>, exchanges: readonly SeenExchange[]) {
  const unmet: Unmet[] = [];
  const all = exchanges.map(hopLine).join('\n');
  const missing = hops === undefined ? undefined : missingHop(exchanges, hops);
  if (missing !== undefined) unmet.push(differs('hops', JSON.stringify(missing), all || 'no exchange'));
  for (const hop of noHops) {
    const found = exchanges.find((exchange) => meets(exchange, hop));
    if (found !== undefined) unmet.push(differs('noHops', `none like ${JSON.stringify(hop)}`, hopLine(found)));
  }
  if (failed !== undefined) {
    const [wanted, seen] = [[...new Set(failed)].toSorted().join(', '), failedChecks(exchanges).join(', ')];
    if (wanted !== seen) unmet.push(differs('failed', wanted || 'none', seen || 'none'));
  }
  return unmet;
}

function judgeSays(what: string, { says = [], saysNot = [] }: Says, text: string): readonly Unmet[] {
  return [
    ...says.filter((one) => !holds(text, one)).map((one) => differs(what, one, text || 'nothing')),
    ...saysNot.filter((one) => holds(text, one)).map((one) => differs(what, `not ${one}`, text)),
  ];
}

function differs(what: string, expected: string, actual: string): Unmet {
  return { what, expected, actual: actual.slice(0, 4_000) };
}
