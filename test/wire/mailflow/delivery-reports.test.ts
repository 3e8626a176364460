import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from '../ews/answers.ts';
import { wayOf } from '../hybrid/way-of.ts';

const [mary, rob, joe, pat] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

type Shown = Readonly<Record<string, unknown>>;
type Event = Readonly<Record<'RecipientAddress' | 'Status' | 'EventType' | 'Server', string>> & { readonly EventData: readonly string[] };
const trackedBy = (report: Shown | undefined): readonly Event[] => (report?.['RecipientTrackingEvents'] ?? []) as readonly Event[];
const idIn = (found: Shown | undefined): string => String(found?.['MessageTrackingReportId']);
const contoso = (line: string) => runCmdlet<Shown>(lab, 'contoso', line);

async function send(from: string, to: readonly string[], subject: string, organization = 'contoso'): Promise<void> {
  const recipients = to.map((address) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`).join('');
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients>${recipients}</t:ToRecipients></t:Message>`;
  const { body } = await lab.ews(from, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`, {
    organization,
  });
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

const address = (name: string, mail: string | undefined) =>
  mail === undefined ? '' : `<m:${name}><t:EmailAddress>${mail}</t:EmailAddress></m:${name}>`;

interface Asked {
  readonly sender?: string;
  readonly recipient?: string;
  readonly domain?: string;
  readonly organization?: string;
}

const find = (as: string, { sender, recipient, domain = 'contoso.test', organization = 'contoso' }: Asked) =>
  lab.ews(
    as,
    `<m:FindMessageTrackingReport><m:Scope>Organization</m:Scope><m:Domain>${domain}</m:Domain>${address('Sender', sender)}${address('Recipient', recipient)}</m:FindMessageTrackingReport>`,
    { organization },
  );

const get = (as: string, id: string, recipient?: string, organization = 'contoso') =>
  lab.ews(
    as,
    `<m:GetMessageTrackingReport><m:Scope>Organization</m:Scope><m:ReportTemplate>${recipient === undefined ? 'Summary' : 'RecipientPath'}</m:ReportTemplate>` +
      `${address('RecipientFilter', recipient)}<m:MessageTrackingReportId>${id}</m:MessageTrackingReportId></m:GetMessageTrackingReport>`,
    { organization },
  );

async function idOf(as: string, asked: Asked): Promise<string> {
  const [id = ''] = texts((await find(as, asked)).body, 'MessageTrackingReportId');
  return id.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const events = (body: string): readonly string[] => {
  const [who, what, how] = [texts(body, 'EmailAddress'), texts(body, 'EventDescription'), texts(body, 'DeliveryStatus')];
  return what.map((one, index) => `${who.slice(-what.length)[index]} ${one} ${how[index]}`);
};

describe('in one organisation', () => {
  test('a group: its members, each with the last that is known, and the way to one of them', async () => {
    await send(mary, ['all-staff@contoso.test', 'nobody@contoso.test'], 'to all');
    const [found] = await contoso('Search-MessageTrackingReport mary -Subject "to all" -BypassDelegateChecking');
    expect(found).toMatchObject({
      Subject: 'to all',
      FromAddress: mary,
      RecipientAddresses: ['all-staff@contoso.test', 'nobody@contoso.test'],
    });
    const id = idIn(found);
    expect(id).toMatch(/^Message-Id=<[^,]+>,Server=EX-SE-01\.contoso\.test,Internal-Id=\d+,Sender=[0-9a-f-]{36},Domain=contoso\.test$/);
    const [report] = await contoso(`Get-MessageTrackingReport "${id}" -BypassDelegateChecking`);
    const shown = trackedBy(report);
    expect(shown.find(({ RecipientAddress }) => RecipientAddress === rob)).toMatchObject({ Status: 'Delivered', EventType: 'Delivered' });
    expect(shown.find(({ RecipientAddress }) => RecipientAddress === 'nobody@contoso.test')).toMatchObject({
      ...{ Status: 'Unsuccessful', EventType: 'FailedGeneral' },
      EventData: [expect.stringMatching(/^550 5\.1\.10/)],
    });
    expect(shown.map(({ RecipientAddress }) => RecipientAddress)).not.toContain('all-staff@contoso.test');
    expect(report).toMatchObject({ UnsuccessfulCount: 1, PendingCount: 0 });
    const [path] = await contoso(
      `Get-MessageTrackingReport "${id}" -BypassDelegateChecking -ReportTemplate RecipientPath -RecipientPathFilter ${rob}`,
    );
    expect(trackedBy(path).map(({ EventType, RecipientAddress }) => `${EventType} ${RecipientAddress}`)).toEqual([
      'Submitted all-staff@contoso.test',
      `Expanded ${rob}`,
      `Delivered ${rob}`,
    ]);
    const [failed] = await contoso(`Get-MessageTrackingReport "${id}" -BypassDelegateChecking -Status Unsuccessful`);
    expect(failed?.['RecipientTrackingEvents']).toHaveLength(1);
  });

  test('whoever got a message follows it to himself, and to nobody else', async () => {
    await send(mary, [rob, 'adam@contoso.test'], 'to two');
    const [found] = await contoso(`Search-MessageTrackingReport rob -Sender ${mary} -BypassDelegateChecking`);
    expect(found).toMatchObject({ RecipientAddresses: [rob] });
    const id = await idOf(rob, { sender: mary, recipient: rob });
    expect(events((await get(rob, id)).body)).toEqual([`${rob} Delivered Delivered`]);
    expect(events((await get('adam@contoso.test', id)).body)).toEqual([]);
    expect(texts((await get('adam@contoso.test', id)).body, 'ResponseCode')).toEqual(['ErrorAccessDenied']);
  });

  test('messages of others are followed with the role Message Tracking alone', async () => {
    await send(mary, [rob], 'private');
    const code = async (as: string) => texts((await find(as, { sender: mary })).body, 'ResponseCode')[0];
    expect(await code('adam@contoso.test')).toBe('ErrorAccessDenied');
    await contoso('New-ManagementRoleAssignment -Role "Message Tracking" -User adam');
    expect(await code('adam@contoso.test')).toBe('NoError');
  });

  test('whoever gets a message converted gets a fork of it, which the report follows', async () => {
    const log = (line: string) => contoso(`Get-MessageTrackingLog ${line}`);
    await contoso('New-RemoteDomain Fabrikam -DomainName fabrikam.test');
    await contoso('Set-RemoteDomain Fabrikam -DisplaySenderName $false');
    await send(mary, [rob, pat, 'adam@contoso.test'], 'forked');
    const [fork, ...others] = await log('-EventId TRANSFER');
    expect(others).toEqual([]);
    expect(fork).toMatchObject({ Source: 'ROUTING', SourceContext: 'ContentConversion', Recipients: [pat] });
    const [received] = await log('-EventId RECEIVE');
    expect(fork?.['Reference']).toEqual([String(received?.['InternalMessageId'])]);
    expect((await log('-EventId SEND')).map((row) => row['InternalMessageId'])).toEqual([fork?.['InternalMessageId']]);
    for (const to of ['', `-Recipients ${pat}`]) {
      const found = await contoso(`Search-MessageTrackingReport mary -BypassDelegateChecking ${to}`);
      expect(found.map((one) => one['RecipientAddresses'])).toEqual([[rob, pat, 'adam@contoso.test']]);
      const [report] = await contoso(`Get-MessageTrackingReport "${idIn(found[0])}" -BypassDelegateChecking`);
      expect(report).toMatchObject({ DeliveredCount: 2, TransferredCount: 1, PendingCount: 0 });
    }
    // Nobody gets it as it is: no fork.
    await send(mary, [pat], 'converted');
    expect(await log('-EventId TRANSFER')).toHaveLength(1);
  });

  test('users follow their own messages by cmdlet, whoever has the role those of others with a switch', async () => {
    const as = (user: string, line: string) => runCmdlet<Shown>(lab, 'contoso', line, `${user}@contoso.test`);
    await send(mary, [rob], 'between two');
    const [found] = await as('mary', 'Search-MessageTrackingReport mary -Subject "between two"');
    const id = idIn(found);
    expect(trackedBy((await as('mary', `Get-MessageTrackingReport "${id}"`))[0])).toMatchObject([{ RecipientAddress: rob }]);
    const [got] = await as('rob', `Search-MessageTrackingReport rob -Sender ${mary}`);
    expect(trackedBy((await as('rob', `Get-MessageTrackingReport "${idIn(got)}"`))[0])).toMatchObject([{ RecipientAddress: rob }]);
    // Neither by asking for somebody else nor by writing himself into an id.
    await expect(as('adam', 'Search-MessageTrackingReport mary')).rejects.toThrow(/couldn't be found/);
    await expect(as('adam', `Get-MessageTrackingReport "${id}"`)).rejects.toThrow(/couldn't be found/);
    const [adam] = await contoso('Get-Mailbox adam');
    for (const side of ['Sender', 'Recipient']) {
      const forged = id.replace(/Sender=[0-9a-f-]{36}/, `${side}=${String(adam?.['Guid'])}`);
      await expect(as('adam', `Get-MessageTrackingReport "${forged}"`)).rejects.toThrow(/couldn't be found/);
    }
    await expect(as('adam', 'Search-MessageTrackingReport adam -BypassDelegateChecking')).rejects.toThrow(/BypassDelegateChecking/);
    await expect(contoso('Search-MessageTrackingReport mary')).rejects.toThrow(/takes -BypassDelegateChecking/);
    await expect(contoso(`Get-MessageTrackingReport "${id}"`)).rejects.toThrow(/takes -BypassDelegateChecking/);
    expect(await contoso('Search-MessageTrackingReport mary -Subject "between two" -BypassDelegateChecking')).toHaveLength(1);
  });

  test('what cannot be followed', async () => {
    expect(texts((await find(mary, { sender: mary, domain: 'elsewhere.test' })).body, 'ResponseCode')).toEqual([
      'ErrorMessageTrackingNoSuchDomain',
    ]);
    const none = 'Message-Id=&lt;1@contoso.test&gt;,Server=a,Internal-Id=1,Sender=00000000-0000-0000-0000-000000000000,Domain=contoso.test';
    for (const id of ['nonsense', none, `${none},Domain=contoso.test`])
      expect(texts((await get(mary, id)).body, 'ResponseCode')).toEqual(['ErrorMessageTrackingPermanentError']);
    await send(mary, [rob], 'one');
    const answer = (await get(mary, await idOf(mary, { sender: mary }), 'adam@contoso.test')).body;
    expect([texts(answer, 'SubmitTime'), events(answer)]).toEqual([['0001-01-01T00:00:00Z'], []]);
    await expect(contoso('Get-MessageTrackingReport nonsense -BypassDelegateChecking')).rejects.toThrow(/MessageTrackingReportId/);
    await expect(
      contoso('Search-MessageTrackingReport mary -BypassDelegateChecking -Sender a@b.test -Recipients c@d.test'),
    ).rejects.toThrow(/Parameter set/);
  });
});

describe('across premises', () => {
  test("Mary's message to Joe is followed into the tenant, over the wire, by cmdlet and by EWS", async () => {
    await send(mary, [joe, pat], 'to the cloud');
    const [found] = await contoso('Search-MessageTrackingReport mary -Subject "to the cloud" -BypassDelegateChecking');
    const [report] = await contoso(
      `Get-MessageTrackingReport "${idIn(found)}" -BypassDelegateChecking -ReportTemplate RecipientPath -RecipientPathFilter ${joe}`,
    );
    expect(
      trackedBy(report).map(({ RecipientAddress, EventType, Server }) => `${RecipientAddress} ${EventType} ${Server.split('.')[0]}`),
    ).toEqual([
      `${joe} Submitted EX-SE-01`,
      `${joe} Resolved EX-SE-01`,
      `${joe} TransferredToPartnerOrg EX-SE-01`,
      `${joe} SmtpReceive AM0PR01MB0001`,
      `${joe} Delivered AM0PR01MB0001`,
    ]);
    const answer = await get(mary, await idOf(mary, { sender: mary }));
    expect(events(answer.body)).toEqual([`${joe} Delivered Delivered`, `${pat} TransferredToForeignOrg Transferred`]);
    expect((await wayOf(lab, answer)).hops.slice(-2)).toEqual([
      'contoso-cloud/ews FindMessageTrackingReport 200',
      'contoso-cloud/ews GetMessageTrackingReport 200',
    ]);
  });

  test("Joe's message to Mary is followed from the tenant", async () => {
    await send(joe, [mary], 'from the cloud', 'contoso-cloud');
    const id = await idOf(joe, { sender: joe, organization: 'contoso-cloud' });
    expect(events((await get(joe, id, undefined, 'contoso-cloud')).body)).toEqual([`${mary} Delivered Delivered`]);
  });

  test('a message that never came is found where its sender is', async () => {
    await contoso('Get-ReceiveConnector "Default Frontend EX-SE-01" | Set-ReceiveConnector -Enabled $false');
    await send(joe, [mary], 'stuck', 'contoso-cloud');
    const [found] = await contoso(`Search-MessageTrackingReport mary -Sender ${joe} -BypassDelegateChecking`);
    expect(found).toMatchObject({ Subject: 'stuck', FromAddress: joe });
    const [report] = await contoso(`Get-MessageTrackingReport "${idIn(found)}" -BypassDelegateChecking`);
    expect(report).toMatchObject({ Subject: 'stuck', PendingCount: 1, DeliveredCount: 0 });
  });

  test.each(['contoso', 'contoso-cloud'])('both sides must share delivery reports: not %s', async (organization) => {
    await runCmdlet(lab, organization, 'Get-OrganizationRelationship | Set-OrganizationRelationship -DeliveryReportEnabled $false');
    await send(mary, [joe], 'unshared');
    const answer = await get(mary, await idOf(mary, { sender: mary }));
    const isAsked = organization === 'contoso-cloud';
    expect(events(answer.body)).toEqual([`${joe} TransferredTo${isAsked ? 'Partner' : 'Foreign'}Org Transferred`]);
    const [, , value] = texts(answer.body, 'Value');
    if (isAsked) expect(value).toContain('Access is denied.');
    else expect(value).toBeUndefined();
  });
});

describe('between federated organisations, by delegation token', () => {
  const fabrikamEws = 'https://mail.fabrikam.test/EWS/Exchange.asmx/WSSecurity';
  const setUp = async () => {
    await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
    await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
    await contoso(
      `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -DeliveryReportEnabled $true -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test -TargetSharingEpr ${fabrikamEws}`,
    );
  };

  test.each([
    ['$true', [`${pat} Delivered Delivered`]],
    ['$false', [`${pat} TransferredToPartnerOrg Transferred`]],
  ])('where the relationship over there has DeliveryReportEnabled %s', async (isEnabled, expected) => {
    await setUp();
    await runCmdlet(
      lab,
      'fabrikam',
      `New-OrganizationRelationship Contoso -DomainNames contoso.test -DeliveryReportEnabled ${isEnabled}`,
      pat,
    );
    await send(mary, [pat], 'to the partner');
    const answer = await get(mary, await idOf(mary, { sender: mary }));
    expect(events(answer.body)).toEqual(expected);
    const { hops } = await wayOf(lab, answer);
    expect(hops.at(-1)).toBe(
      isEnabled === '$true' ? 'fabrikam/ews GetMessageTrackingReport 200' : 'fabrikam/ews FindMessageTrackingReport 500',
    );
    if (isEnabled === '$false') expect(texts(answer.body, 'Value')).toContain('fabrikam.test');
  });
});
