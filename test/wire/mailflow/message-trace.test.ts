import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';

type Line = Readonly<
  Record<'MessageId' | 'SenderAddress' | 'RecipientAddress' | 'Subject' | 'Status' | 'MessageTraceId' | 'ToIP' | 'FromIP', string>
>;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await runCmdlet(lab, 'contoso-cloud', 'New-DistributionGroup Team -PrimarySmtpAddress team@contoso.mail.onmicrosoft.test -Members zoe');
  await send(
    'joe@contoso.test',
    ['team@contoso.mail.onmicrosoft.test', 'mary@contoso.test', 'gone@contoso.mail.onmicrosoft.test'],
    'first',
  );
  await lab.clock.advance(3_600_000);
  await send('zoe@contoso.test', ['pat@fabrikam.test', 'somebody@nowhere.test'], 'second');
  await runCmdlet(lab, 'fabrikam', 'Get-ReceiveConnector | Set-ReceiveConnector -Enabled $false', 'pat@fabrikam.test');
  await lab.clock.advance(3_600_000);
  await send('zoe@contoso.test', ['pat@fabrikam.test'], 'third');
});
afterAll(() => lab.close());

const trace = (parameters = '', cmdlet = 'Get-MessageTrace') => runCmdlet<Line>(lab, 'contoso-cloud', `${cmdlet} ${parameters}`);
const told = (lines: readonly Line[]) =>
  lines.map(({ Subject, RecipientAddress, Status }) => `${Subject} ${RecipientAddress.split('@')[0]} ${Status}`);

async function send(from: string, to: readonly string[], subject: string): Promise<void> {
  const recipients = to.map((address) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`).join('');
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients>${recipients}</t:ToRecipients></t:Message>`;
  const body = `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`;
  expect(responses((await lab.ews(from, body, { organization: 'contoso-cloud' })).body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

const third = ['third pat Pending'];
const second = ['second pat Delivered', 'second somebody Failed'];
const first = ['first gone Failed', 'first mary Delivered', 'first team Expanded', 'first zoe Delivered'];

test('a line for each recipient, newest first; groups are expanded, what left the tenant is delivered', async () => {
  const lines = (await trace()).filter(({ SenderAddress }) => SenderAddress !== '');
  expect(told(lines)).toEqual([...third, ...second, ...first]);
  const toPat = lines.find(({ RecipientAddress, Subject }) => Subject === 'second' && RecipientAddress === 'pat@fabrikam.test');
  expect(toPat).toMatchObject({ SenderAddress: 'zoe@contoso.test', ToIP: expect.stringMatching(/^127\./) });
  expect(toPat).toHaveProperty('Organization');
  expect(new Set(lines.map(({ MessageTraceId }) => MessageTraceId)).size).toBe(3);
});

test.each([
  ['-SenderAddress joe@contoso.test', first],
  ['-SenderAddress *@contoso.test -RecipientAddress *@fabrikam.test', [...third, ...second.slice(0, 1)]],
  ['-SenderAddress joe@contoso.test -Status Failed,Expanded', ['first gone Failed', 'first team Expanded']],
  ['-SenderAddress joe@contoso.test -PageSize 3 -Page 2', first.slice(3)],
  ['-SenderAddress *@contoso.test -StartDate 2026-11-04T08:00Z -EndDate 2026-11-04T09:30Z', first],
  ['-SenderAddress *@contoso.test -StartDate 2026-11-04T09:30Z -EndDate 2026-11-04T10:30Z', second],
  ['-Status FilteredAsSpam', []],
])('Get-MessageTrace %s', async (parameters, expected) => {
  expect(told(await trace(parameters))).toEqual(expected);
});

test.each([
  ['-Subject FIR -SubjectFilterType StartsWith', first],
  ['-Subject irs -SubjectFilterType StartsWith', []],
  ['-SenderAddress *@contoso.test -ResultSize 1', third],
  ['-SenderAddress *@contoso.test -StartDate 2026-11-04T08:00Z -EndDate 2026-11-04T10:00Z', first],
])('Get-MessageTraceV2 %s', async (parameters, expected) => {
  expect(told(await trace(parameters, 'Get-MessageTraceV2'))).toEqual(expected);
});

test('the second part of a trace begins behind the last line of the first', async () => {
  const all: Line[] = [];
  for (let next = '-EndDate 2026-11-04T12:00Z'; all.length < 10; ) {
    const part = await trace(`-SenderAddress *@contoso.test -StartDate 2026-11-04T08:00Z ${next} -ResultSize 2`, 'Get-MessageTraceV2');
    all.push(...part);
    const last = part.at(-1) as (Line & { readonly Received: string }) | undefined;
    if (last === undefined) break;
    next = `-EndDate ${last.Received} -StartingRecipientAddress ${last.RecipientAddress}`;
  }
  expect(told(all)).toEqual([...third, ...second, ...first]);
});

test('each step of a message to a recipient', async () => {
  const [line] = await trace('-RecipientAddress zoe@contoso.test -SenderAddress joe@contoso.test');
  const steps = await runCmdlet<{ Event: string }>(
    lab,
    'contoso-cloud',
    `Get-MessageTraceDetail -MessageTraceId ${line?.MessageTraceId} -RecipientAddress zoe@contoso.test`,
  );
  expect(steps.map(({ Event }) => Event)).toEqual(['Expand', 'Deliver']);
});

test.each([
  ['-StartDate 2026-11-01', /go together/],
  ['-StartDate 2026-11-02 -EndDate 2026-11-01', /before/],
  ['-StartDate 2026-10-20 -EndDate 2026-10-25', /at most 10 days back/],
  ['-PageSize 5001', /1 to 5000/],
  ['-Status Lost', /-Status takes/],
])('refused: %s', async (parameters, text) => {
  await expect(trace(parameters)).rejects.toThrow(text);
});

test('one trace of the second cmdlet covers ten days out of ninety', async () => {
  expect(await trace('-StartDate 2026-10-20 -EndDate 2026-10-25', 'Get-MessageTraceV2')).toEqual([]);
  await expect(trace('-StartDate 2026-10-01 -EndDate 2026-10-25', 'Get-MessageTraceV2')).rejects.toThrow(/10 days at most/);
  await expect(runCmdlet(lab, 'contoso', 'Get-MessageTrace')).rejects.toThrow(/not-available/);
});
