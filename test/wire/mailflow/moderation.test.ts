import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from '../ews/answers.ts';
import { type Dialogue, openDialogue, transportPort } from '../smtp/dialogue.ts';
import { sendMessage } from '../smtp/transport-lab.ts';

const addresses = { mary: 'mary@contoso.test', rob: 'rob@contoso.test', adam: 'adam@contoso.test', joe: 'joe@contoso.test' } as const;
type Person = keyof typeof addresses | 'zoe' | 'pat';
const homes: Readonly<Record<Person, string>> = {
  ...{ mary: 'contoso', rob: 'contoso', adam: 'contoso', joe: 'contoso-cloud', zoe: 'contoso-cloud', pat: 'fabrikam' },
};
const addressOf = (who: Person): string => (who === 'pat' ? 'pat@fabrikam.test' : `${who}@contoso.test`);
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-23T09:00Z' });
  await onPremises('New-DistributionGroup News -Members mary,joe');
  await onPremises('Set-DistributionGroup News -ModerationEnabled $true -ModeratedBy rob,zoe');
  await onPremises('Start-ADSyncSyncCycle');
});
afterAll(() => lab.close());

type Shown = Readonly<Record<string, unknown>>;
const onPremises = (line: string) => runCmdlet<Shown>(lab, 'contoso', line);
const inCloud = (line: string) => runCmdlet<Shown>(lab, 'contoso-cloud', line);
const ews = (who: Person, body: string) => lab.ews(addressOf(who), body, { organization: homes[who] });

async function send(who: Person, message: string): Promise<void> {
  const { body } = await ews(
    who,
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message>${message}</t:Message></m:Items></m:CreateItem>`,
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}
const to = (address: string) => `<t:ToRecipients><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
const write = (who: Person, subject: string, recipient = 'news@contoso.test') =>
  send(who, `<t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body>${to(recipient)}`);

/** Ids of what somebody has of a subject, in a folder. */
async function found(who: Person, subject: string, folder = 'inbox'): Promise<readonly string[]> {
  const { body } = await ews(
    who,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:Contains ContainmentMode="FullString"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${subject}"/></t:Contains></m:Restriction>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return ids(body).map(({ id }) => id);
}

const tagUri = '<t:ExtendedFieldURI PropertyTag="0x31" PropertyType="Binary"/>';
const voteUri = '<t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="34084" PropertyType="String"/>';
async function request(who: Person, subject: string) {
  const [id] = [
    ...(await found(who, `Approval requested: ${subject}`)),
    ...(await found(who, `Approval requested: ${subject}`, 'deleteditems')),
  ];
  if (id === undefined) return undefined;
  const shape = `<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>${tagUri}</t:AdditionalProperties></m:ItemShape>`;
  const { body } = await ews(who, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
  return {
    itemClass: texts(body, 'ItemClass')[0],
    sender: /<t:Sender>.*?<t:EmailAddress>([^<]*)</s.exec(body)?.[1] ?? '',
    tag: texts(body, 'Value')[0] ?? '',
    isUndecided: texts(body, 'IsUndecidedApprovalRequest')[0],
    decision: texts(body, 'ApprovalDecision')[0],
    maker: texts(body, 'ApprovalDecisionMaker')[0],
    options: [...body.matchAll(/<t:VotingOptionData><t:DisplayName>(\w+)</g)].map(([, name]) => name),
    attached: [...body.matchAll(/<t:ItemAttachment>.*?<t:Name>([^<]*)</gs)].map(([, name]) => name),
  };
}

/** As programs do it that know no buttons: a message of the reply's class to the request's sender, with its tag. */
async function decide(who: Person, subject: string, how: 'Approve' | 'Reject', text = ''): Promise<void> {
  const asked = await request(who, subject);
  if (asked === undefined) throw new Error(`${who} was not asked about ${subject}`);
  const property = (uri: string, value: string) => `<t:ExtendedProperty>${uri}<t:Value>${value}</t:Value></t:ExtendedProperty>`;
  await send(
    who,
    `<t:ItemClass>IPM.Note.Microsoft.Approval.Reply.${how}</t:ItemClass><t:Subject>${how}: ${subject}</t:Subject>` +
      `<t:Body BodyType="Text">${text}</t:Body>${property(tagUri, asked.tag)}${property(voteUri, how)}${to(asked.sender)}`,
  );
}

describe.each([
  ['adam', 'rob', 'zoe', 'on-premises, decided there'],
  ['adam', 'zoe', 'rob', 'on-premises, decided in the tenant'],
  ['joe', 'zoe', 'rob', 'in the tenant, decided there'],
  ['joe', 'rob', 'zoe', 'in the tenant, decided on-premises'],
] as const)('a message of %s to the group, of which %s decides', (writer, maker, other, where) => {
  test(`asks both, and goes to both sides when it is approved: ${where}`, async () => {
    const subject = `good ${writer} ${maker}`;
    await write(writer, subject);
    for (const moderator of [maker, other])
      expect(await request(moderator, subject)).toMatchObject({
        ...{ itemClass: 'IPM.Note.Microsoft.Approval.Request', isUndecided: 'true', decision: undefined },
        ...{ sender: expect.stringMatching(/^SystemMailbox\{1f05a927-/), options: ['Approve', 'Reject'], attached: [subject] },
      });
    expect([await found('mary', subject), await found('joe', subject)]).toEqual([[], []]);
    await decide(maker, subject, 'Approve');
    expect([(await found('mary', subject)).length, (await found('joe', subject)).length]).toEqual([1, 1]);
    expect(await request(maker, subject)).toMatchObject({ isUndecided: 'false', decision: '1' });
    expect(await request(other, subject)).toMatchObject({ isUndecided: 'false', decision: '1' });
    expect([(await found(maker, `Approval requested: ${subject}`)).length, await found(other, `Approval requested: ${subject}`)]).toEqual([
      1,
      [],
    ]);
    expect(await found(writer, `Rejected: ${subject}`)).toEqual([]);
  });

  test(`goes nowhere when it is rejected: ${where}`, async () => {
    const subject = `bad ${writer} ${maker}`;
    await write(writer, subject);
    await decide(maker, subject, 'Reject', 'Not now.');
    await decide(other, subject, 'Approve');
    expect([await found('mary', subject), await found('joe', subject)]).toEqual([[], []]);
    expect((await found(writer, `Rejected: ${subject}`)).length).toBe(1);
    expect(await request(maker, subject)).toMatchObject({ isUndecided: 'false', decision: '2' });
  });
});

test('whoever has moved waits for one moderator, not for one on each side', async () => {
  await onPremises('Set-RemoteMailbox joe -ModerationEnabled $true -ModeratedBy rob');
  await onPremises('Start-ADSyncSyncCycle');
  expect(await inCloud('Get-Mailbox joe')).toMatchObject([{ ModerationEnabled: true }]);
  await write('pat', 'from afar', 'joe@contoso.test');
  await decide('rob', 'from afar', 'Approve');
  expect((await found('joe', 'from afar')).length).toBe(1);
  await write('mary', 'from near', 'joe@contoso.test');
  await decide('rob', 'from near', 'Approve');
  expect((await found('joe', 'from near')).length).toBe(1);
  await onPremises('Set-RemoteMailbox joe -ModerationEnabled $false -ModeratedBy $null');
  await onPremises('Start-ADSyncSyncCycle');
});

test('a request of somebody outside is a message like any other', async () => {
  const property = `<t:ExtendedProperty>${tagUri}<t:Value>PDFAYT4=</t:Value></t:ExtendedProperty>`;
  await send(
    'pat',
    `<t:ItemClass>IPM.Note.Microsoft.Approval.Request</t:ItemClass><t:Subject>forged</t:Subject>${property}${to('mary@contoso.test')}`,
  );
  const [id] = await found('mary', 'forged');
  const { body } = await ews(
    'mary',
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  expect([texts(body, 'ItemClass')[0], body.includes('ApprovalRequestData')]).toEqual(['IPM.Note', false]);
});

test('after two days the sender hears that nobody has decided, and the log says so', async () => {
  await write('adam', 'late');
  await lab.clock.advance(2 * 86_400_000 - 60_000);
  expect(await found('adam', 'Not approved in time: late')).toEqual([]);
  await lab.clock.advance(120_000);
  await lab.mailSent();
  expect((await found('adam', 'Not approved in time: late')).length).toBe(1);
  expect([await found('rob', 'Approval requested: late'), await found('mary', 'late')]).toEqual([[], []]);
  const events = (await onPremises('Get-MessageTrackingLog -MessageSubject late')).map(
    ({ EventId, Source }) => `${String(EventId)} ${String(Source)}`,
  );
  expect(events).toEqual(expect.arrayContaining(['INITMESSAGECREATED APPROVAL', 'MODERATIONEXPIRE APPROVAL']));
});

test('the delivery report tells that it waits, and what the moderator has decided', async () => {
  const told = async (subject: string) => {
    const found = await onPremises(`Search-MessageTrackingReport adam -Subject "${subject}" -BypassDelegateChecking`);
    expect(found).toHaveLength(1);
    const [report] = await onPremises(
      `Get-MessageTrackingReport "${String(found[0]?.['MessageTrackingReportId'])}" -BypassDelegateChecking`,
    );
    const events = (report?.['RecipientTrackingEvents'] ?? []) as readonly Shown[];
    return events.map(({ RecipientAddress, EventType }) => `${String(RecipientAddress).toLowerCase()} ${String(EventType)}`).toSorted();
  };
  for (const subject of ['told no', 'told yes']) {
    await write('adam', subject);
    expect(await told(subject)).toEqual(['news@contoso.test PendingModeration']);
  }
  await decide('rob', 'told no', 'Reject');
  expect(await told('told no')).toEqual(['news@contoso.test FailedModeration']);
  await decide('rob', 'told yes', 'Approve');
  expect(await told('told yes')).toEqual(['joe@contoso.test Delivered', 'mary@contoso.test Delivered']);
});

describe('what somebody writes into a header', () => {
  const prefixes = ['X-MS-Exchange-Organization-', 'X-MS-Exchange-CrossPremises-'];
  const fields = (more: readonly (readonly [string, string])[]) =>
    prefixes
      .flatMap((prefix) => [['AuthAs', 'Internal'] as const, ...more].map(([name, value]) => `${prefix}${name}: ${value}\r\n`))
      .join('');
  const fromOutside = async (): Promise<Dialogue> => {
    const dialogue = await openDialogue(lab, transportPort(lab, 'contoso'));
    await dialogue.say('EHLO client.test');
    return dialogue;
  };
  const signedIn = async (): Promise<Dialogue> => {
    const dialogue = await openDialogue(lab);
    await dialogue.startTls('mail.contoso.test');
    expect(await dialogue.plain('CONTOSO\\adam', lab.password)).toMatch(/^235 /);
    return dialogue;
  };

  test.each([
    ['from outside, as the moderator', fromOutside, 'rob@contoso.test'],
    ['signed in, as himself', signedIn, 'adam@contoso.test'],
  ] as const)('decides nothing: %s', async (how, open, from) => {
    const subject = `decided ${how}`;
    await write('adam', subject);
    const asked = await request('rob', subject);
    const said = fields([
      ['Approval-Class', 'IPM.Note.Microsoft.Approval.Reply.Approve'],
      ['Approval-Tag', asked?.tag ?? ''],
    ]);
    const reply = Buffer.from(asked?.tag ?? '', 'base64')
      .toString()
      .match(/<[^<>]+>/)?.[0];
    const dialogue = await open();
    const text = `From: ${from}\r\nSubject: Approve: ${subject}\r\nIn-Reply-To: ${reply}\r\n${said}\r\nyes\r\n`;
    await sendMessage(dialogue, { from, to: asked?.sender ?? '', text });
    dialogue.end();
    await lab.mailSent();
    expect(await found('mary', subject)).toEqual([]);
    expect(await request('rob', subject)).toMatchObject({ isUndecided: 'true' });
  });

  test.each([
    ['from outside', fromOutside, 'pat@fabrikam.test'],
    ['signed in', signedIn, 'adam@contoso.test'],
  ] as const)('is no approval: %s', async (how, open, from) => {
    const subject = `granted ${how}`;
    await onPremises('Set-DistributionGroup News -RequireSenderAuthenticationEnabled $false');
    const said = fields([
      ['Approval-Granted', 'news@contoso.test'],
      ['Approval-Granted-Members', 'true'],
    ]);
    const dialogue = await open();
    const text = `From: ${from}\r\nSubject: ${subject}\r\n${said}\r\nread me\r\n`;
    expect(await sendMessage(dialogue, { from, to: 'news@contoso.test', text })).toMatch(/^250 /);
    dialogue.end();
    await lab.mailSent();
    expect([await found('mary', subject), await found('joe', subject)]).toEqual([[], []]);
    expect(await request('rob', subject)).toMatchObject({ isUndecided: 'true' });
  });
});

test('a moderator who has gone decides nothing any more, and whoever has gone gets nothing', async () => {
  await onPremises('New-DistributionGroup Papers -Members mary');
  await onPremises(
    'Set-DistributionGroup Papers -ModerationEnabled $true -ModeratedBy rob,adam -RequireSenderAuthenticationEnabled $false',
  );
  await write('pat', 'one', 'papers@contoso.test');
  await write('pat', 'two', 'papers@contoso.test');
  await onPremises('Disable-Mailbox adam');
  // The other one still decides.
  await decide('rob', 'one', 'Approve');
  expect((await found('mary', 'one')).length).toBe(1);
  await onPremises('Remove-DistributionGroup Papers');
  await decide('rob', 'two', 'Approve');
  expect(await found('mary', 'two')).toEqual([]);
  const [report] = await found('pat', 'Undeliverable: two');
  expect(report).toBeDefined();
});
