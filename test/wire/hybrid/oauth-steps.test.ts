import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import type { Explanation } from '../../../shared/journal/explain.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';
import { askAvailability } from '../ews/ask-availability.ts';

const [mary, joe, pat] = ['mary@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

async function explained(answer: HttpAnswer): Promise<Explanation> {
  await lab.exchangeOf(answer);
  const { body } = await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/traces/${String(answer.headers['x-coexist-trace'])}/explain`);
  return body as Explanation;
}

/** Each step as `number state direction organisation service`, and the check that refused it. */
async function stepsOf(answer: HttpAnswer): Promise<readonly string[]> {
  const { flow } = await explained(answer);
  expect(flow?.title).toBe('OAuth, step by step');
  return present(flow, 'the steps').steps.map(({ number, state, exchange, check }) => {
    const parties = exchange === null ? [] : [exchange.organization, exchange.service].filter((party) => party !== null);
    const where = exchange === null ? [] : [exchange.direction === 'outgoing' ? '->' : 'in', ...parties];
    return [number, state, ...where, ...(state === 'refused' && check !== null ? [check.check] : [])].join(' ');
  });
}

test('Mary learns when Joe is busy: ten steps of one trace; a second time what is at hand is not asked for', async () => {
  const answer = await askAvailability(lab, mary, [joe]);
  expect(await stepsOf(answer)).toEqual([
    '1 done in contoso ews',
    '2 done in contoso ews',
    '3 done in contoso-cloud autodiscover',
    '4 done in contoso-cloud azure-auth',
    '5 done in contoso-cloud autodiscover',
    '6 done in contoso-cloud azure-auth',
    '7 done -> contoso ews',
    '8 done in contoso-cloud ews',
    '9 done in contoso-cloud ews',
    '10 done in contoso ews',
  ]);
  const again = await stepsOf(await askAvailability(lab, mary, [joe]));
  expect(again.slice(2, 6)).toEqual(['3 spared', '4 spared', '5 spared', '6 spared']);
  expect(again.slice(6).map((step) => step.split(' ')[1])).toEqual(['done', 'done', 'done', 'done']);
});

test('explain prints them, and every hop knows its number', async () => {
  const answer = await askAvailability(lab, mary, [joe]);
  const { flows, exchanges } = await explained(answer);
  const known = new Set(exchanges.map(({ spanId }) => spanId));
  const [flow] = flows;
  expect(flow?.steps[7]?.spans.every((span) => known.has(span))).toBe(true);
  let out = '';
  const code = await runCli(['explain', String(answer.headers['x-coexist-trace'])], {
    ...{ workingDir: lab.dataDir, terminal: false, environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl }, mainModule: '' },
    print: (text) => {
      out += text;
    },
    complain: () => undefined,
    readInput: () => Promise.resolve(''),
    start: () => Promise.reject(new Error('a lab runs already')),
  });
  expect([code, out.split('\n').find((line) => line.startsWith('   8. '))]).toEqual([
    0,
    expect.stringContaining('EWS of the other side takes the token'),
  ]);
});

test('a user whom the calendar shows nothing is refused in step 9', async () => {
  await runCmdlet(lab, 'contoso-cloud', 'Set-MailboxFolderPermission joe:\\Calendar -User Default -AccessRights None', joe);
  const answer = await askAvailability(lab, mary, [joe]);
  await runCmdlet(lab, 'contoso-cloud', 'Set-MailboxFolderPermission joe:\\Calendar -User Default -AccessRights AvailabilityOnly', joe);
  expect((await stepsOf(answer)).slice(7)).toEqual([
    '8 done in contoso-cloud ews',
    '9 refused in contoso-cloud ews sharing.calendar-permission',
    '10 done in contoso ews',
  ]);
});

test('a token of another audience is refused in step 8', async () => {
  await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/faults', {
    seam: 'token.signing',
    effect: { kind: 'claims', set: { aud: '00000002-0000-0ff1-ce00-000000000000/elsewhere.test@11111111-1111-4111-8111-111111111111' } },
  });
  await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/clock/advance', { by: '9h' });
  const answer = await askAvailability(lab, mary, [joe]);
  await ask(lab.endpoints.adminUrl, 'DELETE', '/_coexist/v1/faults');
  const steps = await stepsOf(answer);
  expect(steps.find((step) => step.includes('refused'))).toMatch(
    /^[58] refused in contoso-cloud (?:autodiscover|ews) token\.(?:audience|actor)/,
  );
  expect(steps.at(-1)).toBe('10 done in contoso ews');
});

test('whoever asks only his own organisation goes none of these ways', async () => {
  expect((await explained(await askAvailability(lab, mary, ['rob@contoso.test']))).flows).toEqual([]);
  expect((await explained(await askAvailability(lab, mary, [pat]))).flows.map(({ title }) => title)).not.toContain('OAuth, step by step');
});
