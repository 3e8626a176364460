import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabChecked, LabView, ListedLab, PresentedLab } from '../../../services/admin/labs-control.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { type Answer, ask } from '../admin/ask.ts';

let lab: TestLab;
let url: string;
beforeAll(async () => {
  lab = await openTestLab();
  url = lab.endpoints.adminUrl;
});
afterAll(() => lab.close());

const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await ask(url, method, `/_coexist/v1${path}`, body);
  if (answer.status >= 400) throw new Error(JSON.stringify(answer.body));
  return answer.body as T;
};
const refused = (path: string, body?: object): Promise<Answer> => ask(url, 'POST', `/_coexist/v1${path}`, body);
const check = (id: string, answers: readonly string[] = []) => call<LabChecked>('POST', `/labs/${id}/check`, { answers });

const guided = [
  ...['bad-items', 'dauth-hop-by-hop', 'edge-blocking', 'eras', 'expired-auth-certificate', 'hybrid-mail-headers', 'key-rollover'],
  ...['oauth-hop-by-hop', 'pre-authentication', 'stale-metadata', 'which-way-and-why', 'wrong-target-sharing-epr'],
];

test('the exercises that fit the world are listed, the blind one last', async () => {
  const { labs } = await call<{ labs: readonly ListedLab[] }>('GET', '/labs');
  expect(labs.map(({ id }) => id)).toEqual([...guided, 'blind']);
  expect(labs.every(({ state }) => state === 'new')).toBe(true);
});

describe.each(guided)('%s', (id) => {
  test('begins unsolved, is mended as its solution says, and is solved then', async () => {
    const begun = await call<LabView>('POST', `/labs/${id}/start`, {});
    expect([begun.state, begun.hints, begun.blind, begun.score]).toEqual(['running', [], false, null]);
    const { answers, solution, notes, allHints } = await call<PresentedLab>('GET', `/labs/${id}?presenter=true`);
    expect([notes.length > 20, allHints.length]).toEqual([true, begun.hintsLeft]);

    const before = await check(id);
    expect(before.passed).toBe(false);
    expect(before.unmet.length + before.answers.length).toBeGreaterThan(0);
    // Where something is to be mended, the right answers are not enough.
    const told = answers.map(({ accepts }) => spoken[accepts[0] ?? ''] ?? accepts[0] ?? '');
    if (solution.length > 0) expect((await check(id, told)).passed).toBe(false);

    await call('POST', `/labs/${id}/solve`);
    const after = await check(id, told);
    expect(after).toMatchObject({ passed: true, unmet: [], lab: { state: 'solved' } });
    expect(after.answers.every(({ right, because }) => right && because !== null)).toBe(true);
    // Without the answers it is not solved, where there are questions.
    if (answers.length > 0)
      expect(
        (
          await check(
            id,
            answers.map(() => 'I do not know'),
          )
        ).passed,
      ).toBe(false);
  });
});

/** What somebody would say, for answers that are told by a pattern. */
const spoken: Readonly<Record<string, string>> = {
  '/^get-authconfig/i': 'Get-AuthConfig',
  '/extsts\\.srf/i': 'extSTS.srf',
  '/wssecurity/i': '/WSSecurity',
  '/sharingcalendarfreebusy/i': 'MSExchange.SharingCalendarFreeBusy',
  '/organi[sz]ation\\s*relationship/i': 'the organization relationship',
  '/intra-?\\s*organi[sz]ation\\s*connector/i': 'IntraOrganizationConnector',
  '/dauth\\.signing-key/': 'dauth.signing-key',
  '/unsynced/i': 'Unsynced',
  '/token\\.key/': 'token.key',
};

test('hints come one after the other, and a reset ends it', async () => {
  await call('POST', '/labs/key-rollover/start', {});
  expect((await call<LabView>('POST', '/labs/key-rollover/hint')).hints).toHaveLength(1);
  expect((await call<LabView>('POST', '/labs/key-rollover/hint')).hints).toHaveLength(2);
  const { state, hints } = await call<LabView>('POST', '/labs/key-rollover/reset');
  expect([state, hints]).toEqual(['new', []]);
  expect((await refused('/labs/key-rollover/check', {})).body).toMatchObject({ title: 'LabNotRunning' });
  expect((await refused('/labs/no-such/start', {})).status).toBe(404);
});

describe('the blind exercise', () => {
  test('hides what is broken from topology, lint, rules and traces until it is named', async () => {
    const begun = await call<LabView>('POST', '/labs/blind/start', { seed: 'a class' });
    expect([begun.blind, begun.state]).toEqual([true, 'running']);
    expect(begun.story).toMatch(/says|was to move/);
    const hiddenNow = await everything();
    const cause = await causeOf();
    expect(cause).not.toBe('');
    // The catalogue has them all; nothing else names this one.
    expect(hiddenNow).not.toContain(cause);
    const fixed = await refused(`/topology/fix/${cause}`);
    expect(fixed.body).toMatchObject({ title: 'NotBroken' });
    expect((await refused('/topology/break/spn-missing', {})).body).toMatchObject({ title: 'SomethingHidden' });
    expect((await ask(url, 'GET', '/_coexist/v1/labs/blind?presenter=true')).body).toMatchObject({ title: 'StillHidden' });
    expect((await refused('/labs/blind/solve')).body).toMatchObject({ title: 'StillHidden' });

    const unsolved = await check('blind');
    expect([unsolved.passed, unsolved.unmet[0]?.what]).toEqual([false, 'the complaint']);
    const wrong = await call<{ right: boolean; lab: LabView }>('POST', '/labs/blind/answer', {
      cause: cause === 'spn-missing' ? 'dns-missing' : 'spn-missing',
    });
    expect([wrong.right, wrong.lab.score?.cause]).toEqual([false, 0]);
    expect((await refused('/labs/blind/answer', { cause: 'spn-mising' })).body).toMatchObject({
      title: 'UnknownCause',
      detail: expect.stringContaining('spn-missing'),
    });
    const right = await call<{ right: boolean; remedy: string; lab: LabView }>('POST', '/labs/blind/answer', { cause });
    expect([right.right, right.lab.score?.cause, right.lab.state]).toEqual([true, 40, 'running']);
    expect(await broken()).toEqual([cause]);

    await call('POST', '/labs/blind/solve');
    const { passed, lab: ended } = await check('blind');
    expect([passed, ended.state]).toEqual([true, 'solved']);
    expect(ended.score).toMatchObject({ cause: 40, fix: 30, time: 20, hints: 0, total: 90 });
  });

  test('the same seed breaks the same, and a hint costs', async () => {
    const first = await call<LabView>('POST', '/labs/blind/start', { seed: 'again' });
    const cause = await causeOf();
    expect(await call<LabView>('POST', '/labs/blind/start', { seed: 'again' })).toMatchObject({ story: first.story });
    expect(await causeOf()).toBe(cause);
    expect((await call<LabView>('POST', '/labs/blind/hint')).score?.hints).toBe(-5);
    await call('POST', '/labs/blind/reset');
    expect(await causeOf()).toBe('');
  });

  const broken = async (): Promise<readonly string[]> =>
    (await call<{ broken: readonly { id: string }[] }>('GET', '/topology')).broken.map(({ id }) => id);

  /** What the store knows of it. */
  async function causeOf(): Promise<string> {
    const rows = await lab.store.read.selectFrom('config_object').select('name').where('kind', '=', 'TopologyBreak').execute();
    return rows[0]?.name ?? '';
  }

  async function everything(): Promise<string> {
    const [{ broken: told }, lint, map, faults] = await Promise.all([
      call<{ broken: unknown }>('GET', '/topology'),
      call<{ findings: unknown }>('GET', '/topology/lint'),
      call<object>('GET', '/map'),
      call<object>('GET', '/faults'),
    ]);
    const exchanges = await call<object>('GET', '/exchanges?limit=1000&svc=shell');
    return JSON.stringify([told, lint.findings, map, faults, exchanges]);
  }
});
