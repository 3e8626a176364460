import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterEach(() => lab.reset());
afterAll(() => lab.close());

const mary = 'mary@contoso.test';
const run = (line: string) => runCmdlet(lab, 'contoso', line);
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const asMary = `<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>${mary}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;

async function policy(limits: string): Promise<void> {
  await run(`New-ThrottlingPolicy Tight ${limits}`);
  await run('Set-Mailbox mary -ThrottlingPolicy Tight');
}

test('a budget that is used up, with no debt allowed, closes EWS until the world has paid for it', async () => {
  await policy('-EwsMaxBurst 0 -EwsCutoffBalance 0 -EwsRechargeRate 3600');
  expect(responses((await lab.ews(mary, inbox)).body)).toMatchObject([{ code: 'NoError' }]);
  const busy = await lab.ews(mary, inbox);
  expect(busy.status).toBe(500);
  expect(busy.body).toContain('The server cannot service this request right now. Try again later.');
  expect(texts(busy.body, 'ResponseCode')).toEqual(['ErrorServerBusy']);
  const backOff = Number(/<t:Value Name="BackOffMilliseconds">(\d+)<\/t:Value>/.exec(busy.body)?.[1]);
  expect(backOff).toBeGreaterThan(0);
  const { verdict, code } = await lab.exchangeOf(busy);
  expect([code, verdict?.checks.find(({ check }) => check === 'throttling.budget')?.outcome]).toEqual(['ErrorServerBusy', 'failed']);
  // Others have budgets of their own, and so has whoever acts in her name.
  expect(responses((await lab.ews('rob@contoso.test', inbox)).body)).toMatchObject([{ code: 'NoError' }]);
  await run('New-ManagementRoleAssignment -Role ApplicationImpersonation -User rob@contoso.test');
  const impersonated = () => lab.ews('rob@contoso.test', inbox, { header: asMary });
  expect(responses((await impersonated()).body)).toMatchObject([{ code: 'NoError' }]);
  expect((await impersonated()).body).toContain('ErrorServerBusy');
  await lab.clock.advance(backOff - 1);
  expect((await lab.ews(mary, inbox)).body).toContain('ErrorServerBusy');
  await lab.clock.advance(1);
  expect(responses((await lab.ews(mary, inbox)).body)).toMatchObject([{ code: 'NoError' }]);
});

test('whoever is in debt is held back, and the journal says so', async () => {
  await policy('-EwsMaxBurst 0 -EwsRechargeRate 0');
  await lab.ews(mary, inbox);
  const slow = await lab.ews(mary, inbox);
  expect(responses(slow.body)).toMatchObject([{ code: 'NoError' }]);
  const check = (await lab.exchangeOf(slow)).verdict?.checks.find((one) => one.check === 'throttling.budget');
  expect([check?.outcome, check?.actual]).toEqual(['passed', expect.stringMatching(/^a balance of -\d+ ms: held back \d+ ms$/)]);
});

test('more requests at a time than the policy allows', async () => {
  await policy('-EwsMaxConcurrency 0');
  const refused = await lab.ews(mary, inbox);
  expect(refused.status).toBe(500);
  expect(texts(refused.body, 'ResponseCode')).toEqual(['ErrorExceededConnectionCount']);
  expect(refused.body).toContain('<t:Value Name="MaxConcurrencyLimit">0</t:Value>');
  // Debtors are held back, and count meanwhile.
  await run('Set-ThrottlingPolicy Tight -EwsMaxConcurrency 3 -EwsMaxBurst 0 -EwsRechargeRate 0');
  await lab.ews(mary, inbox.replace('<t:DistinguishedFolderId Id="inbox"/>', '<t:DistinguishedFolderId Id="inbox"/>'.repeat(3_000)));
  const answers = await Promise.all(Array.from({ length: 20 }, () => lab.ews(mary, inbox)));
  const codes = answers.map(({ body }) => (body.includes('ErrorExceededConnectionCount') ? 'refused' : responses(body)[0]?.code));
  expect(new Set(codes)).toEqual(new Set(['NoError', 'refused']));
  expect(responses((await lab.ews(mary, inbox)).body)).toMatchObject([{ code: 'NoError' }]);
});

test('subscriptions', async () => {
  await policy('-EwsMaxSubscriptions 1');
  const subscribe = `<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds><t:DistinguishedFolderId Id="inbox"/></t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`;
  const code = async (mail: string) => responses((await lab.ews(mail, subscribe)).body)[0]?.code;
  expect([await code(mary), await code(mary)]).toEqual(['NoError', 'ErrorExceededSubscriptionCount']);
  expect([await code('rob@contoso.test'), await code('rob@contoso.test')]).toEqual(['NoError', 'NoError']);
});

test('whoever may address so many recipients in 24 hours sends no message that has more of them', async () => {
  await policy('-RecipientRateLimit 3');
  const send = async (...to: readonly string[]) => {
    const recipients = to.map((one) => `<t:Mailbox><t:EmailAddress>${one}@contoso.test</t:EmailAddress></t:Mailbox>`).join('');
    const message = `<t:Message><t:Subject>s</t:Subject><t:ToRecipients>${recipients}</t:ToRecipients></t:Message>`;
    const { body } = await lab.ews(mary, `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`);
    return responses(body)[0];
  };
  expect(await send('rob', 'adam')).toMatchObject({ code: 'NoError' });
  const sent = await send('rob', 'adam');
  expect([sent?.code, sent?.text]).toEqual([
    'ErrorSubmissionQuotaExceeded',
    "The message couldn't be sent because the sender's submission quota was exceeded. Please try again later.",
  ]);
  // What was refused does not count, and left no copy.
  expect(await send('rob')).toMatchObject({ code: 'NoError' });
  expect(await send('rob')).toMatchObject({ code: 'ErrorSubmissionQuotaExceeded' });
  await lab.clock.advance(86_400_000 - 1);
  expect(await send('rob')).toMatchObject({ code: 'ErrorSubmissionQuotaExceeded' });
  await lab.clock.advance(1);
  expect(await send('rob', 'adam', 'mary')).toMatchObject({ code: 'NoError' });
});
