import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from '../ews/answers.ts';

const people = { mary: 'mary@contoso.test', joe: 'joe@contoso.test', pat: 'pat@fabrikam.test' } as const;
type Person = keyof typeof people;
const homes = { mary: 'contoso', joe: 'contoso-cloud', pat: 'fabrikam' } as const;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

async function send(from: Person, to: readonly string[], subject: string): Promise<void> {
  const recipients = to.map((address) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`).join('');
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients>${recipients}</t:ToRecipients></t:Message>`;
  const { body } = await lab.ews(
    people[from],
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`,
    { organization: homes[from] },
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

/** The message of that subject in somebody's Inbox, as MIME; undefined where there is none. */
async function received(who: Person, subject: string): Promise<string | undefined> {
  const options = { organization: homes[who] };
  const { body } = await lab.ews(
    people[who],
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    options,
  );
  const [found] = ids(body);
  if (found === undefined) return undefined;
  const shape = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>';
  const item = await lab.ews(people[who], `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${found.id}"/></m:ItemIds></m:GetItem>`, options);
  return Buffer.from(texts(item.body, 'MimeContent')[0] ?? '', 'base64').toString();
}

const authAs = (mime: string | undefined): string | undefined => /^X-MS-Exchange-Organization-AuthAs: (\w+)/m.exec(mime ?? '')?.[1];

test.each([
  ['mary', 'joe', 'Internal'],
  ['joe', 'mary', 'Internal'],
  ['mary', 'pat', 'Anonymous'],
  ['joe', 'pat', 'Anonymous'],
  ['pat', 'mary', 'Anonymous'],
  ['pat', 'joe', 'Anonymous'],
] as const)('%s writes to %s, who takes it for %s', async (from, to, trust) => {
  const subject = `from ${from} to ${to}`;
  await send(from, [people[to]], subject);
  expect(authAs(await received(to, subject))).toBe(trust);
});

test('the whole way of a message is one trace', async () => {
  await send('mary', [people.joe], 'traced');
  const sent = (await lab.exchanges({ service: 'ews' })).findLast(({ operation }) => operation === 'CreateItem');
  const hops = await lab.exchanges({ traceId: String(sent?.traceId) });
  expect(hops.map(({ organization, direction, operation }) => `${organization} ${direction} ${operation}`)).toEqual(
    expect.arrayContaining([
      'contoso incoming CreateItem',
      'contoso outgoing SEND',
      'contoso-cloud incoming MAIL',
      'contoso-cloud incoming RCPT',
      'contoso-cloud incoming DATA',
    ]),
  );
});

test('nobody is there: the report comes back from the other side', async () => {
  await send('pat', ['nobody@contoso.test'], 'to nobody');
  expect(await received('pat', 'Undeliverable: to nobody')).toMatch(/^Diagnostic-Code: smtp;550 5\.1\.10 /m);
});

test('centralised transport: what the tenant sends to the world leaves through the organisation on-premises', async () => {
  const [connector] = await runCmdlet<{ readonly Name: string }>(lab, 'contoso-cloud', 'Get-OutboundConnector');
  await runCmdlet(
    lab,
    'contoso-cloud',
    `Set-OutboundConnector "${connector?.Name}" -RecipientDomains * -RouteAllMessagesViaOnPremises $true`,
  );
  await send('joe', [people.pat], 'by way of the company');
  const hops = [...((await received('pat', 'by way of the company')) ?? '').matchAll(/^Received: from \S+ \(([^)]*)\)[^;]*? by (\S+)/gms)];
  expect(hops.map(([, , host]) => host)).toEqual(['EX16-01.fabrikam.test', 'EX-SE-01.contoso.test']);
  expect(authAs(await received('pat', 'by way of the company'))).toBe('Anonymous');
});

test('simple coexistence, as of a staged migration: the old mailbox has each message, and the new one a copy', async () => {
  await expect(runCmdlet(lab, 'contoso', 'Set-Mailbox mary -ExternalEmailAddress joe@contoso.mail.onmicrosoft.test')).rejects.toThrow(
    /ExternalEmailAddress/,
  );
  const forwards = (line: string) => runCmdlet(lab, 'contoso', `Set-Mailbox mary ${line}`);
  await forwards('-ForwardingSmtpAddress joe@contoso.mail.onmicrosoft.test -DeliverToMailboxAndForward $true');
  await send('pat', [people.mary], 'to both');
  expect([authAs(await received('mary', 'to both')), authAs(await received('joe', 'to both'))]).toEqual(['Anonymous', 'Anonymous']);
  await forwards('-DeliverToMailboxAndForward $false');
  await send('pat', [people.mary], 'to the new one');
  expect([await received('mary', 'to the new one'), authAs(await received('joe', 'to the new one'))]).toEqual([undefined, 'Anonymous']);
  await forwards('-ForwardingSmtpAddress $null');
});

test('two organisations that send a message to each other for ever: the hops are counted, and its writer is told', async () => {
  await runCmdlet(lab, 'contoso', 'New-MailContact Ping -ExternalEmailAddress pong@fabrikam.test -PrimarySmtpAddress ping@contoso.test');
  await runCmdlet(
    lab,
    'fabrikam',
    'New-MailContact Pong -ExternalEmailAddress ping@contoso.test -PrimarySmtpAddress pong@fabrikam.test',
    people.pat,
  );
  // Sixty hops are the usual bound; six show the same.
  await runCmdlet(lab, 'contoso', 'Set-ReceiveConnector "Default Frontend EX-SE-01" -MaxHopCount 6');
  await send('pat', ['pong@fabrikam.test'], 'round and round');
  expect(await received('pat', 'Undeliverable: round and round')).toMatch(/^Diagnostic-Code: smtp;554 5\.4\.6 /m);
});
