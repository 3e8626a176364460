import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { remedyFor } from '../../../shared/faults/remedies/index.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { topologies } from './topologies/all.ts';
import { openTopologyLab, type Planned, people, type Seen, type Step, type TopologyLab } from './topologies/lab.ts';
import type { Asked, BrokenTopology } from './topologies/row.ts';

let topology: TopologyLab;
beforeAll(async () => {
  topology = await openTopologyLab();
});
afterAll(() => topology.close());

async function see(asked: Asked): Promise<Seen> {
  switch (asked.is) {
    case 'free/busy':
      return topology.look(people[asked.as], asked.whom === 'nobody' ? 'nobody@contoso.test' : people[asked.whom], asked.hangingMs);
    case 'MailTips':
      return topology.mailTips(people[asked.as], people[asked.whom]);
    case 'mail':
      return topology.post.send(people[asked.as], people[asked.whom], asked.to);
    case 'a token':
      return topology.bring(asked.at, asked.kind, asked.defect);
    case 'a cmdlet': {
      const { refusal, objects, warnings } = await topology.run(asked.at, asked.line);
      const text = refusal ?? `${JSON.stringify(objects)} ${warnings.join(' ')}`;
      return { code: refusal === undefined ? 'answered' : 'refused', text, trace: [] };
    }
  }
}

/** An empty Bearer that asks for the challenge is refused in life, too. */
function failedIn(trace: readonly ExchangeRecord[]): readonly string[] {
  return trace.flatMap(({ organization, service, verdict }) =>
    (verdict?.checks ?? []).flatMap(({ check, outcome }) =>
      outcome === 'failed' && check !== 'token.header' ? [`${organization === null ? '' : `${organization}/`}${service} ${check}`] : [],
    ),
  );
}

/** What the authentication service was asked for. */
function tokensIn(trace: readonly ExchangeRecord[]): readonly (string | null)[] {
  const asked = trace.filter(({ service, direction }) => service === 'azure-auth' && direction === 'incoming');
  return [...new Set(asked.map(({ operation }) => operation))];
}

function shows({ symptom }: BrokenTopology, { code, text }: Seen): boolean {
  const { says, lid } = symptom;
  const isSaid = (one: string | RegExp): boolean => (typeof one === 'string' ? text.includes(one) : one.test(text));
  return code === symptom.code && says.every(isSaid) && (lid === undefined || text.endsWith(` LID: ${lid}`));
}

async function take(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await topology.take(step);
}

/**
 * What is seen while the topology is broken. Its administrators mend it by their own lines where they have any; else, and in the end, it
 * is put back: `done` does that.
 */
async function brokenly<T>(row: BrokenTopology, work: () => Promise<T>): Promise<{ readonly result: T; done(): Promise<void> }> {
  const { id, variant, user, does, first = [], later = [] } = row;
  const mended: (() => Promise<unknown>)[] = [];
  let done = async (): Promise<void> => {};
  await take(first.map((one) => one.done));
  mended.push(() => take(first.map(({ undone }) => undone)));
  try {
    if (variant !== undefined) {
      const order = { variant, ...(user === undefined ? {} : { user }) };
      const plan = (await topology.control('POST', `/topology/break/${id}`, order))['plan'] as readonly Planned[];
      const fix = async (): Promise<void> => void (await topology.control('POST', `/topology/fix/${id}`));
      const isTheirs = plan.some((step) => step !== 'lift faults');
      mended.push(() => (isTheirs ? topology.follow(plan) : fix()));
      if (isTheirs) done = fix;
    }
    if (does !== undefined) {
      mended.push(() => take(does.fixed));
      await take(does.broken);
    }
    return { result: await work(), done };
  } catch (error) {
    await done();
    throw error;
  } finally {
    for (const mend of mended.toReversed()) await mend();
    await take(later);
  }
}

/** What the log of those who are asked has more. */
async function logging<T>(row: BrokenTopology, work: () => Promise<T>) {
  const { log } = row;
  const before = log === undefined ? undefined : await topology.foreignLines(log.of);
  const result = await work();
  const after = log === undefined ? undefined : await topology.foreignLines(log.of);
  return {
    result,
    iis: after?.iis.slice(before?.iis.length),
    httpProxy: after?.httpProxy.slice(before?.httpProxy.length),
  };
}

const named = (rows: readonly BrokenTopology[]) => rows.map((row) => [row.id, row.how, row] as const);

describe.each(topologies)('%s', (_, rows) => {
  test.each(named(rows))('%s: %s', async (_id, _how, row) => {
    const { result, done } = await brokenly(row, () => logging(row, () => see(row.asked)));
    onTestFinished(done);
    const { result: seen, iis, httpProxy } = result;
    const { code, text, trace } = seen;
    expect({ code, text }).toEqual({ code: row.symptom.code, text: expect.anything() });
    for (const one of row.symptom.says)
      expect(text).toEqual(typeof one === 'string' ? expect.stringContaining(one) : expect.stringMatching(one));
    expect(shows(row, seen)).toBe(true);
    expect(failedIn(trace)).toEqual(row.failed);
    if (row.tokens !== undefined) expect(tokensIn(trace)).toEqual(row.tokens);
    expect(failedIn(trace).filter((failed) => remedyFor(failed.slice(failed.indexOf(' ') + 1)) === null)).toEqual([]);
    if (row.log !== undefined) expect(iis).toEqual(row.log.iis);
    if (row.log?.httpProxy !== undefined) expect(httpProxy).toEqual(row.log.httpProxy);
    // Where nothing was broken in the world, what was asked was.
    if (row.variant === undefined && row.does === undefined) return;
    const mended = await see(row.asked);
    const whole = { 'free/busy': 'NoError', MailTips: 'NoError', mail: 'delivered', 'a token': '200', 'a cmdlet': undefined }[row.asked.is];
    if (whole === undefined) expect(shows(row, mended)).toBe(false);
    else expect(mended).toMatchObject({ code: row.mended ?? whole });
    expect(tokensIn(mended.trace).filter((asked) => asked !== null && row.tokens?.includes(asked))).toEqual([]);
    expect(await topology.post.missing()).toEqual([]);
  });
});

test('everybody sees everybody in the end', async () => {
  const codes: string[] = [];
  for (const [as, whom] of [
    ['mary', 'pat'],
    ['pat', 'mary'],
    ['mary', 'joe'],
    ['joe', 'mary'],
  ] as const)
    codes.push((await topology.look(people[as], people[whom])).code);
  expect(codes).toEqual(['NoError', 'NoError', 'NoError', 'NoError']);
});
