import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import type { Explanation } from '../../../shared/journal/explain.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';

const pat = 'pat@fabrikam.test';
const relationship = 'Set-OrganizationRelationship Fabrikam';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  await runCmdlet(
    lab,
    'fabrikam',
    'New-OrganizationRelationship Contoso -DomainNames contoso.test -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails',
    pat,
  );
  await runCmdlet(
    lab,
    'contoso',
    'New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test ' +
      '-TargetAutodiscoverEpr https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity',
  );
});
afterAll(() => lab.close());

const dayMs = 86_400_000;

/** Two weeks around today: there is work in them. */
function times(): string {
  const day = (offset: number): string => new Date(lab.clock.state().now + offset * dayMs).toISOString().replace(/T.*/, 'T00:00:00');
  return `<t:TimeWindow><t:StartTime>${day(-7)}</t:StartTime><t:EndTime>${day(7)}</t:EndTime></t:TimeWindow>`;
}

const zone = (name: string, month: number): string =>
  `<t:${name}><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`;

/** Asks, as a user of contoso, when Pat is busy. */
const isPatBusy = (mail: string): Promise<HttpAnswer> =>
  lab.ews(
    mail,
    `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias>${zone('StandardTime', 11)}${zone('DaylightTime', 3)}</t:TimeZone>` +
      `<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${pat}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType>` +
      `<t:ExcludeConflicts>false</t:ExcludeConflicts></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions>${times()}` +
      '<t:MergedFreeBusyIntervalInMinutes>30</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>Detailed</t:RequestedView>' +
      '</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>',
  );

/** The trace of an answer, explained: each step as `number state service organisation`, and the check that refused it. */
async function stepsOf(answer: HttpAnswer): Promise<readonly string[]> {
  await lab.exchangeOf(answer);
  const { body } = await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/traces/${String(answer.headers['x-coexist-trace'])}/explain`);
  const { flow } = body as Explanation;
  return present(flow, 'the steps').steps.map(({ number, state, exchange, check }) => {
    const parties = exchange === null ? [] : [exchange.organization, exchange.service].filter((party) => party !== null);
    const where = exchange === null ? [] : [exchange.direction === 'outgoing' ? '->' : 'in', ...parties];
    return [number, state, ...where, ...(state === 'refused' && check !== null ? [check.check] : [])].join(' ');
  });
}

test('Mary learns when Pat is busy: ten steps of one trace, in order', async () => {
  const answer = await isPatBusy('mary@contoso.test');
  expect(answer.body).toContain('<t:BusyType>Busy</t:BusyType>');
  expect(await stepsOf(answer)).toEqual([
    '1 done in contoso ews',
    '2 done -> contoso ews',
    '3 done in azure-auth',
    '4 done -> contoso ews',
    '5 done in fabrikam autodiscover',
    '6 done -> contoso ews',
    '7 done in fabrikam ews',
    '8 done in fabrikam ews',
    '9 done in fabrikam ews',
    '10 done in contoso ews',
  ]);
});

test('a second time token and address are at hand', async () => {
  await isPatBusy('mary@contoso.test');
  const steps = await stepsOf(await isPatBusy('mary@contoso.test'));
  expect(steps.slice(1, 5)).toEqual(['2 spared', '3 spared', '4 spared', '5 spared']);
  expect(steps.slice(5).map((step) => step.split(' ')[1])).toEqual(['done', 'done', 'done', 'done', 'done']);
});

test('an organisation that does not share refuses in step 8, with an answer', async () => {
  const change = (enabled: string): Promise<unknown> =>
    runCmdlet(lab, 'fabrikam', `Set-OrganizationRelationship Contoso -FreeBusyAccessEnabled ${enabled}`, pat);
  await change('$false');
  const answer = await isPatBusy('mary@contoso.test');
  await change('$true');
  expect(answer.body).toContain('ErrorNoFreeBusyAccess');
  expect((await stepsOf(answer)).slice(6)).toEqual([
    '7 done in fabrikam ews',
    '8 refused in fabrikam ews sharing.authorization',
    '9 done in fabrikam ews',
    '10 done in contoso ews',
  ]);
});

test('a calendar that shows nothing refuses in step 8, too', async () => {
  await runCmdlet(lab, 'fabrikam', 'Set-MailboxFolderPermission pat:\\Calendar -User Default -AccessRights None', pat);
  const answer = await isPatBusy('mary@contoso.test');
  await runCmdlet(lab, 'fabrikam', 'Set-MailboxFolderPermission pat:\\Calendar -User Default -AccessRights AvailabilityOnly', pat);
  expect(answer.body).toContain('ErrorNoFreeBusyAccess');
  expect(answer.body).toContain('LID: 44348');
  expect((await stepsOf(answer))[7]).toBe('8 refused in fabrikam ews sharing.calendar-permission');
});

test('a target that the gateway does not know is refused in step 3; the rest is not reached', async () => {
  await runCmdlet(lab, 'contoso', `${relationship} -TargetApplicationUri nobody.test`);
  const answer = await isPatBusy('rob@contoso.test');
  await runCmdlet(lab, 'contoso', `${relationship} -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test`);
  const steps = await stepsOf(answer);
  expect(steps[2]).toBe('3 refused in azure-auth sts.applies-to');
  expect(steps.slice(3)).toEqual([...[4, 5, 6, 7, 8, 9].map((number) => `${number} not-reached`), '10 done in contoso ews']);
});

test('no relationship: step 1', async () => {
  await runCmdlet(lab, 'contoso', `${relationship} -Enabled $false`);
  const steps = await stepsOf(await isPatBusy('mary@contoso.test'));
  await runCmdlet(lab, 'contoso', `${relationship} -Enabled $true`);
  expect(steps[0]).toBe('1 refused in contoso ews sharing.organization-relationship');
});

test('coexist explain prints them', async () => {
  const answer = await isPatBusy('mary@contoso.test');
  await lab.exchangeOf(answer);
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
  expect(code).toBe(0);
  const lines = out.split('\n');
  const from = lines.indexOf('DAuth, step by step');
  const told = lines.slice(from + 1, from + 11);
  expect(told.map((line) => line.trim().replace(/^(\d+\. \S+).*/, '$1'))).toEqual([
    '1. ok',
    ...[2, 3, 4, 5].map((number) => `${number}. skip`),
    ...[6, 7, 8, 9, 10].map((number) => `${number}. ok`),
  ]);
  expect(told[1]).toMatch(/: not needed, what it gets was at hand$/);
  expect(told[5]).toContain('contoso/ews -> mail.fabrikam.test POST /EWS/Exchange.asmx/WSSecurity: 200 answered');
  expect(told[7]).toContain('fabrikam/ews GetUserAvailability: 200');
  expect(told[7]).toContain('sharing.calendar-permission Default: AvailabilityOnly');
});
