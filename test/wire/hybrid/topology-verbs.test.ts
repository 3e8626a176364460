import { afterAll, beforeAll, expect, test } from 'vitest';
import { coexistWith } from '../../support/coexist.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
let coexist: ReturnType<typeof coexistWith>;
beforeAll(async () => {
  lab = await openTestLab();
  coexist = coexistWith(lab);
});
afterAll(() => lab.close());

test('a misconfiguration is told of, made, found and taken back', async () => {
  const told = await coexist(['topology', 'explain', 'spn-missing']);
  expect(told.code).toBe(0);
  expect(told.out).toMatch(/^spn-missing: .*\n {2}symptom: .*AADSTS50001/);
  expect(told.out).toContain('[PS] contoso-cloud> Set-MsolServicePrincipal -AppPrincipalId 00000002-0000-0ff1-ce00-000000000000');
  expect(await coexist(['topology', 'lint'])).toMatchObject({ code: 0, out: 'nothing is wrong that the configuration shows\n' });
  expect((await coexist(['topology', 'break', 'spn-missing', '--variant', 'web'])).out).toContain("@{Add='https://mail.contoso.test/'}");
  const lint = await coexist(['topology', 'lint']);
  expect(lint).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /^spn-missing: contoso-cloud, service principal of Exchange: .*https:\/\/mail\.contoso\.test\/\n {2}remedy: /,
    ),
  });
  expect((await coexist(['topology', 'ls'])).out.split('\n')[1]).toMatch(/^broken +spn-missing +web +/);
  expect(await coexist(['topology', 'break', 'spn-missing'])).toMatchObject({ code: 2, err: expect.stringContaining('is broken already') });
  expect(await coexist(['topology', 'fix', 'spn-missing'])).toMatchObject({ code: 0, out: 'spn-missing (web) is as it was before\n' });
  expect(JSON.parse((await coexist(['topology', 'lint', '--json'])).out)).toMatchObject({ findings: [], unseen: expect.anything() });
  expect(await coexist(['topology', 'fix', 'spn-missing'])).toMatchObject({ code: 2 });
});

test('what this world lacks is said', async () => {
  expect((await coexist(['topology', 'explain', 'fed-cert-missing'])).out).toMatch(/not now: this world has no federation of contoso/);
  const refused = await coexist(['topology', 'break', 'fed-cert-missing']);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('New-FederationTrust') });
  expect((await coexist(['topology', 'explain', 'client-proxy-0x800710dd'])).out).toContain('HTTPS_PROXY');
});

test('fault rules are added, listed with what they did, and taken away', async () => {
  const rule = '{"match": {"svc": "ews", "org": "contoso"}, "effect": {"kind": "status", "status": 503}, "times": 1}';
  expect((await coexist(['fault', 'add', rule])).out).toBe(
    'fault-1  status at http.request  svc=ews org=contoso status=503 headers={} body=  acted 0 of 0\n',
  );
  expect(await lab.ews('mary@contoso.test', '')).toMatchObject({ status: 503 });
  await coexist(['fault', 'add', '-'], '{"id": "slow", "effect": {"kind": "latency", "delayMs": 1}}');
  expect((await coexist(['fault', 'ls'])).out).toMatch(/^fault-1 .*acted 1 of 1\nslow {2}latency at http\.request .*\n$/);
  expect(await coexist(['fault', 'rm', 'fault-1'])).toMatchObject({ code: 0, out: '' });
  expect(JSON.parse((await coexist(['fault', 'ls', '--json'])).out)).toMatchObject({ faults: [{ id: 'slow' }] });
  expect(await coexist(['fault', 'rm', 'fault-1'])).toMatchObject({ code: 5 });
  expect(await coexist(['fault', 'clear'])).toMatchObject({ code: 0 });
  expect(lab.faults.list()).toEqual([]);
  expect(await coexist(['fault', 'add', 'status'])).toMatchObject({ code: 2, err: expect.stringContaining('a rule is a JSON object') });
  expect(await coexist(['fault', 'add', '{"effect": {"kind": "stauts"}}'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean "status"'),
  });
});

test('help tells of verbs, codes, checks and texts', async () => {
  expect(await coexist(['help', 'topology'])).toMatchObject({ code: 0, out: expect.stringContaining('coexist topology') });
  expect(await coexist(['help'])).toMatchObject({ code: 0, out: expect.stringContaining('Usage: coexist') });
  const code = await coexist(['help', 'errornofreebusyaccess']);
  expect(code).toMatchObject({ code: 0, out: expect.stringMatching(/^ErrorNoFreeBusyAccess \(.*\n\norgrel-fb-disabled: /) });
  const told = await coexist(['help', 'The', 'entered', 'and', 'stored', 'passwords', 'do', 'not', 'match.']);
  expect(told.out).toMatch(/^clock-skew: A clock .*\n {2}symptom: [\s\S]* {2}make it: coexist topology break clock-skew\n {2}remedy: /);
  expect(JSON.parse((await coexist(['help', 'perimeter.rate', '--json'])).out)).toMatchObject({ found: [{ name: 'perimeter.rate' }] });
  expect(await coexist(['help', 'zzzz'])).toMatchObject({ code: 5, err: expect.stringContaining('nothing is known of "zzzz"') });
});
