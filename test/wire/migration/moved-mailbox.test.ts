import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MoveOf } from '../../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { labGround, moveMailbox } from '../../support/move-mailbox.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openSink } from '../../support/smtp-sink.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { poxRequest } from '../autodiscover/requests.ts';
import { responses, texts } from '../ews/answers.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';
import { openEventStream } from '../ews/event-stream.ts';
import { createMessage, getEvents, sendMessage, subscribe } from '../ews/subscriptions.ts';

const [mary, rob, joe] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test'];
const [premises, cloud] = ['contoso', 'contoso-cloud'];
const deliveryDomain = 'contoso.mail.onmicrosoft.test';
const hour = 3_600_000;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-23T09:00Z' });
  await run(premises, 'Start-ADSyncSyncCycle');
});
afterAll(() => lab.close());

type Shown = Readonly<Record<string, unknown>>;
const run = (organization: string, line: string) => runCmdlet<Shown>(lab, organization, line);

async function ofMailbox(organization: string, identity: string, holder = 'request 1'): Promise<MoveOf> {
  const [shown] = await run(organization, `Get-Recipient ${identity}`);
  return { mailboxGuid: present(parseGuid(String(shown?.['ExchangeGuid'])), 'the ExchangeGuid'), kind: 'primary', holder };
}

const getFolder = (mail: string, organization: string, owner = mail) =>
  lab.ews(
    mail,
    `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${owner}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds></m:GetFolder>`,
    { organization },
  );
const getItem = (mail: string, organization: string, id: string) =>
  lab.ews(
    mail,
    `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    { organization },
  );

async function subjects(mail: string, organization: string, folder: string): Promise<readonly string[]> {
  const { body } = await lab.ews(
    mail,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
    { organization },
  );
  return texts(body, 'Subject');
}

async function send(from: string, organization: string, to: string, subject: string, further = ''): Promise<string | undefined> {
  const { body } = await lab.ews(
    from,
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients>${further}</t:Message></m:Items></m:CreateItem>`,
    { organization },
  );
  await lab.mailSent();
  return responses(body)[0]?.code;
}

async function autodiscover(host: string, mail: string): Promise<string> {
  const { body } = await lab.https(`https://${host}/autodiscover/autodiscover.xml`, {
    ...{ method: 'POST', body: poxRequest(mail) },
    headers: { 'content-type': 'text/xml', authorization: basic(mail, lab.password) },
  });
  return body;
}

async function waiting(): Promise<readonly Shown[]> {
  const queues = await run(premises, 'Get-Queue');
  const messages = await run(premises, 'Get-Message');
  return messages.map(({ Subject, Recipients, LastError, Queue }) => {
    const { DeliveryType } = queues.find(({ Identity }) => Identity === Queue) ?? {};
    return { DeliveryType, Subject, Recipients, LastError };
  });
}

test('a locked mailbox is opened by nobody until its move is done or two hours are over', async () => {
  const stream = await openEventStream(lab, rob, [(await subscribe(lab, rob, 'Streaming')).id]);
  await stream.next();
  const pull = await subscribe(lab, rob, 'Pull');
  const id = await createMessage(lab, rob, 'Before');
  const of = await ofMailbox(premises, 'rob');
  const source = await openStoreSource(await labGround(lab, premises), of);
  await source.setInTransit('SyncSource');
  expect(responses((await getFolder(rob, premises)).body)).toMatchObject([{ code: 'NoError' }]);
  await source.setInTransit('Locked');

  const moving = [{ class: 'Error', code: 'ErrorMailboxMoveInProgress', text: 'Mailbox move in progress. Try again later.' }];
  expect(responses((await getFolder(rob, premises)).body)).toEqual(moving);
  expect(responses((await getItem(rob, premises, id)).body)).toEqual(moving);
  expect((await getEvents(lab, rob, pull)).code).toBe('ErrorMailboxMoveInProgress');
  const told = (await stream.rest()).join('');
  expect(texts(`<all>${told.replaceAll(/<\?xml[^>]*>/g, '')}</all>`, 'ResponseCode')).toContain('ErrorMailboxMoveInProgress');
  // Who sends from it keeps what he sends; what is sent to it waits.
  expect(await send(rob, premises, mary, 'From a locked one')).toBe('ErrorMailboxMoveInProgress');
  expect(await send(mary, premises, rob, 'Too early')).toBe('NoError');
  expect(await waiting()).toEqual([
    { DeliveryType: 'SmtpDeliveryToMailbox', Subject: 'Too early', Recipients: [rob], LastError: expect.stringMatching(/^451 4\.2\.1 /) },
  ]);

  const other = await openStoreSource(await labGround(lab, premises), { ...of, holder: 'request 2' });
  await expect(other.setInTransit('SyncSource')).rejects.toMatchObject({
    code: 'SourceMailboxAlreadyBeingMovedTransientException',
    values: { Message: expect.stringContaining("Couldn't switch the mailbox into Sync Source mode.") },
  });
  await lab.clock.advance(2 * hour);
  expect(responses((await getFolder(rob, premises)).body)).toMatchObject([{ code: 'NoError' }]);
  expect(await send(mary, premises, rob, 'In time')).toBe('NoError');
  expect(await waiting()).toEqual([]);
  expect((await subjects(rob, premises, 'inbox')).filter((one) => /In time|Too early/.test(one)).toSorted()).toEqual([
    'In time',
    'Too early',
  ]);
});

test('mail from the other side waits while a mailbox is locked, and follows it', async () => {
  const source = await openStoreSource(await labGround(lab, premises), await ofMailbox(premises, 'rob'));
  await source.setInTransit('Locked');
  expect(await send(joe, cloud, rob, 'Waits')).toBe('NoError');
  const waiting = await lab.store.read.selectFrom('transport_recipient').select(['address', 'last_error']).execute();
  expect(waiting).toEqual([{ address: rob, last_error: expect.stringMatching(/^451 4\.2\.1 /) }]);
  await source.setInTransit('None');
  await lab.mailSent();
  expect(await subjects(rob, premises, 'inbox')).toContain('Waits');
});

test('a report to somebody whose mailbox is locked is not lost', async () => {
  await run(premises, 'New-SendConnector Dead -AddressSpaces dead.test -SmartHosts mail.dead.test -DNSRoutingEnabled $false');
  expect(await send(rob, premises, 'nobody@dead.test', 'To nobody')).toBe('NoError');
  const source = await openStoreSource(await labGround(lab, premises), await ofMailbox(premises, 'rob'));
  await source.setInTransit('Locked');
  const [message] = (await run(premises, 'Get-Message')).filter(({ Subject }) => Subject === 'To nobody');
  await run(premises, `Remove-Message ${String(message?.['Identity'])} -WithNDR $true`);
  await lab.mailSent();
  expect(await waiting()).toEqual([
    {
      ...{ DeliveryType: 'SmtpDeliveryToMailbox', Subject: 'Undeliverable: To nobody', Recipients: [rob] },
      LastError: expect.stringMatching(/^451 4\.2\.1 /),
    },
  ]);
  await source.setInTransit('None');
  await run(premises, 'Get-Queue | Retry-Queue');
  await lab.mailSent();
  expect((await subjects(rob, premises, 'inbox')).filter((subject) => subject.includes('To nobody'))).toHaveLength(1);
});

test('what was relayed while the mailbox of its sender is locked goes out once', async () => {
  const source = await openStoreSource(await labGround(lab, premises), await ofMailbox(premises, 'rob'));
  const sink = await openSink({
    engine: { hideDSN: true },
    message: async () => {
      await source.setInTransit('Locked');
      return undefined;
    },
  });
  await run(
    premises,
    `New-SendConnector Sink -AddressSpaces sink.test -SmartHosts [127.0.0.1] -Port ${sink.port} -DNSRoutingEnabled $false`,
  );
  const receipt = '<t:IsDeliveryReceiptRequested>true</t:IsDeliveryReceiptRequested>';
  expect(await send(rob, premises, 'pat@sink.test', 'Relayed once', receipt)).toBe('NoError');
  await source.setInTransit('None');
  await run(premises, 'Get-Queue | Retry-Queue');
  await lab.mailSent();
  expect(sink.messages).toHaveLength(1);
  expect(await run(premises, 'Get-Message')).toEqual([]);
  await sink.close();
});

test('a mailbox that has moved is found where it is now, by its owner, by mail and by Autodiscover', async () => {
  const old = await createMessage(lab, mary, 'Goes with her', 'inbox');
  const toDo = async (organization: string): Promise<readonly string[]> => {
    const asked =
      '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="todosearch"/></m:FolderIds></m:GetFolder>';
    const { body } = await lab.ews(mary, asked, { organization });
    return [...texts(body, 'ResponseCode'), ...texts(body, 'DisplayName')];
  };
  expect(await toDo(premises)).toEqual(['NoError', 'To-Do Search']);
  const before = await subjects(mary, premises, 'inbox');
  const pull = await subscribe(lab, mary, 'Pull');
  const of = await ofMailbox(premises, 'mary');
  const whileLocked = async (): Promise<void> => {
    expect(await send(rob, premises, mary, 'While she moves')).toBe('NoError');
    expect(await send(joe, cloud, mary, 'From there while she moves')).toBe('NoError');
    expect(await waiting()).toMatchObject([{ Subject: 'While she moves' }, { Subject: 'From there while she moves' }]);
  };
  expect(await moveMailbox(lab, { from: premises, to: cloud, of, deliveryDomain, whileLocked })).toEqual([]);
  await lab.mailSent();

  const waited = ['While she moves', 'From there while she moves'];
  expect((await subjects(mary, cloud, 'inbox')).toSorted()).toEqual([...before, ...waited].toSorted());
  expect(responses((await getItem(rob, premises, old)).body)).toMatchObject([
    { code: 'ErrorNonExistentMailbox', text: 'No mailbox with such guid.' },
  ]);
  expect(responses((await getItem(mary, cloud, old)).body)).toMatchObject([{ code: 'ErrorNonExistentMailbox' }]);
  expect(responses((await getFolder(rob, premises, mary)).body)).toMatchObject([{ code: 'ErrorNonExistentMailbox' }]);
  expect((await getEvents(lab, mary, pull)).code).not.toBe('NoError');

  expect(texts(await autodiscover('autodiscover.contoso.test', mary), 'RedirectAddr')).toEqual([`mary@${deliveryDomain}`]);
  expect(await run(premises, 'Get-RemoteMailbox mary')).toMatchObject([
    {
      ...{ RemoteRoutingAddress: `SMTP:mary@${deliveryDomain}`, ExchangeGuid: of.mailboxGuid, PrimarySmtpAddress: mary },
      RemoteRecipientType: 'Migrated',
    },
  ]);
  const [there] = await run(cloud, 'Get-Mailbox mary');
  expect(there).toMatchObject({ ExchangeGuid: of.mailboxGuid, PrimarySmtpAddress: mary, RecipientTypeDetails: 'UserMailbox' });

  expect(await send(rob, premises, mary, 'After her')).toBe('NoError');
  expect(await subjects(mary, cloud, 'inbox')).toContain('After her');
  expect(shownIn(await askAvailability(lab, rob, [mary], { organization: premises }))).toMatchObject([{ code: 'NoError' }]);
  // What was made for it when it was asked for has come along as what it is.
  expect(await toDo(cloud)).toEqual(['NoError', 'To-Do Search']);
});

test('a cycle of directory synchronisation changes nothing about where a moved mailbox is', async () => {
  const shown = async () => [await run(premises, 'Get-RemoteMailbox mary'), await run(cloud, 'Get-Mailbox mary')];
  await run(premises, 'Start-ADSyncSyncCycle');
  const before = await shown();
  await run(premises, 'Start-ADSyncSyncCycle');
  expect(await shown()).toEqual(before);
  expect(before[1]).toMatchObject([{ RecipientTypeDetails: 'UserMailbox', IsDirSynced: true }]);
  expect(await subjects(mary, cloud, 'inbox')).toContain('After her');
});

test('what was left behind is shown as taken away, and goes when its time has come', async () => {
  const left = async () =>
    (await run(premises, 'Get-MailboxStatistics')).filter(({ DisconnectReason }) => DisconnectReason === 'SoftDeleted');
  const { mailboxGuid } = await ofMailbox(premises, 'mary');
  expect(await left()).toMatchObject([{ MailboxGuid: mailboxGuid, DisplayName: 'Mary', DisconnectDate: expect.anything() }]);
  expect(await run(cloud, 'Get-MailboxStatistics mary')).toMatchObject([{ MailboxGuid: mailboxGuid, DisconnectReason: null }]);
  expect(await run(cloud, `Get-MailboxStatistics ${mailboxGuid}`)).toHaveLength(1);
  await lab.clock.advance(30 * 24 * hour);
  expect(await left()).toEqual([]);
  const rows = await lab.store.read.selectFrom('item').select('counter').where('mailbox', '=', mailboxGuid).execute();
  expect(rows).toEqual([]);
});

test('a mailbox goes back to where it came from, with ids of its own once more', async () => {
  await sendMessage(lab, rob, mary, 'Once more');
  await lab.mailSent();
  const inCloud = await subjects(mary, cloud, 'inbox');
  const of = await ofMailbox(cloud, 'mary', 'request 3');
  expect(await moveMailbox(lab, { from: cloud, to: premises, of, deliveryDomain: 'contoso.test' })).toEqual([]);
  expect((await subjects(mary, premises, 'inbox')).toSorted()).toEqual([...inCloud].toSorted());
  expect(await run(premises, 'Get-Mailbox mary')).toMatchObject([{ ExchangeGuid: of.mailboxGuid, RecipientTypeDetails: 'UserMailbox' }]);
  await run(premises, 'Start-ADSyncSyncCycle');
  expect(await run(cloud, 'Get-MailUser mary')).toMatchObject([{ ExternalEmailAddress: `SMTP:${mary}`, ExchangeGuid: of.mailboxGuid }]);
  expect(await send(joe, cloud, mary, 'Home')).toBe('NoError');
  expect(await subjects(mary, premises, 'inbox')).toContain('Home');
  expect(texts(await autodiscover('autodiscover-s.outlook.test', mary), 'RedirectUrl')).toEqual([
    'https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
  ]);
});
