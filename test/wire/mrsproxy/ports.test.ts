import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BadMessage, MessagePayload, MessageRecord, SourceMailbox } from '../../../shared/bridges/migration/ports.ts';
import { openRemoteDestination } from '../../../shared/bridges/migration/remote-destination.ts';
import type { RemoteEnd } from '../../../shared/bridges/migration/remote-mailbox.ts';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { acl, archiveGuid, holdings, mailboxGuid, memoryDestination, memorySource, principal, recipient } from './memory-mailbox.ts';

let lab: ProxyLab;
beforeAll(async () => {
  lab = await openProxyLab();
  await lab.set('-MRSProxyEnabled $true');
});
afterAll(() => lab.close());
beforeEach(() => {
  lab.mailboxes = { source: memorySource(holdings()), destination: memoryDestination() };
});

const end = (changes: Partial<RemoteEnd> = {}): RemoteEnd => ({ ...lab.endpoint(), mailboxGuid, kind: 'primary', ...changes });

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

/** All that is exported; octets are there until the next portion is asked for. */
async function exported(source: SourceMailbox, wanted: readonly MessageRecord[]): Promise<(MessagePayload | BadMessage)[]> {
  const found: (MessagePayload | BadMessage)[] = [];
  for await (const portion of source.export(wanted))
    found.push(...portion.map((one) => ('octets' in one ? { ...one, octets: Buffer.from(one.octets) } : one)));
  return found;
}

describe('a source', () => {
  test('tells what the mailbox behind it tells', async () => {
    const local = lab.mailboxes.source;
    const remote = await openRemoteSource(end());
    try {
      expect(await remote.information()).toEqual(await local.information());
      expect(await remote.recipient()).toEqual(recipient);
      expect(await all(remote.folders())).toEqual(await all(local.folders()));
      expect(await all(remote.messages('inbox-id'))).toEqual(await all(local.messages('inbox-id')));
      expect(await all(remote.messages('root'))).toEqual([]);
      expect(await remote.checkpoint()).toBe('state 1');
      expect(await remote.hierarchyChanges('state 1')).toEqual(await local.hierarchyChanges('state 1'));
      expect(await remote.changedFolders('state 1')).toEqual(['inbox-id', 'search']);
      const changes = async (of: typeof remote) => {
        const told = [];
        for await (const one of of.messageChanges('inbox-id', 'state 2')) told.push(one);
        return told;
      };
      expect(await changes(remote)).toEqual(await changes(local));
      expect(await remote.folderAcl('inbox-id')).toEqual(acl);
      expect(await remote.mailboxAcl()).toEqual(await local.mailboxAcl());
      expect(Buffer.from((await remote.rules()) ?? []).toString()).toBe('rules');
      expect(await remote.resolvePrincipals([principal.sid, 'S-1-5-7'])).toEqual([principal]);
      for (const status of ['SyncSource', 'Locked', 'None'] as const) await remote.setInTransit(status);
      const conversion = { operation: 'MorphToMailUser', otherSide: recipient, deliveryDomain: 'contoso.mail.onmicrosoft.test' } as const;
      expect(await remote.convertRecipient(conversion)).toEqual({ recipient, server: 'DC-01', warnings: ['one "warning"', 'two'] });
      await remote.deleteMailbox();
      expect(local.asked.filter(([what]) => what === 'setInTransit').map(([, status]) => status)).toEqual(['SyncSource', 'Locked', 'None']);
      expect(local.asked).toContainEqual(['convertRecipient', conversion]);
      expect(local.asked).toContainEqual(['messageChanges', 'inbox-id', 'state 2']);
    } finally {
      await remote.close();
    }
    expect(local.asked.at(-1)).toEqual(['close']);
  });

  test('tells folders with their access lists where that is asked for, and a list that is long by itself alone', async () => {
    const local = lab.mailboxes.source;
    const someone = (sub: number) => ({ sid: `S-1-5-21-1-2-3-${sub}`, name: null, rights: 1, right: null, isInherited: false });
    const [most, onePlenty] = [1_999, 2_001].map((length) => Array.from({ length }, (_, sub) => someone(sub)));
    local.acls.set('root', []).set('inbox-id', most ?? []);
    local.acls.set('search', onePlenty ?? []);
    const remote = await openRemoteSource(end());
    try {
      const plain = await all(local.folders());
      expect((await all(remote.folders({ access: true }))).map(({ entryId, access }) => [entryId, access?.length])).toEqual(
        plain.map(({ entryId }) => [entryId, { root: 0, 'inbox-id': 1_999 }[entryId]]),
      );
      const [, inbox] = await all(remote.folders({ access: true }));
      expect(inbox).toEqual({ ...plain[1], access: most });
      expect(await remote.folderAcl('search')).toEqual(onePlenty);
      expect(await all(remote.folders({ looked: true }))).toEqual(plain);
      expect(local.asked.filter(([what]) => what === 'folders').at(-1)).toEqual(['folders', 'looked']);
      expect(await all(remote.folders())).toEqual(plain);
    } finally {
      await remote.close();
    }
  });

  test('is told only once since when it is asked for changes', async () => {
    const remote = await openRemoteSource(end());
    const { asked } = lab.mailboxes.source;
    try {
      await remote.hierarchyChanges('state 1');
      await remote.changedFolders('state 1');
      await remote.hierarchyChanges('state 2');
      await remote.changedFolders('state 1');
    } finally {
      await remote.close();
    }
    expect(asked.filter(([what]) => /Changes|changed/.test(String(what)))).toEqual([
      ...[
        ['hierarchyChanges', 'state 1'],
        ['changedFolders', 'state 1'],
      ],
      ...[
        ['hierarchyChanges', 'state 2'],
        ['changedFolders', 'state 1'],
      ],
    ]);
  });

  test.each([
    ['compressed', {}],
    ['not compressed', { doNotCompress: true }],
    ['in small portions', { portionBytes: 2_048 }],
  ])('exports every message once, %s', async (_, changes) => {
    const held = holdings(1_203, (index) => (index % 100 === 0 ? 70_000 : index % 7));
    lab.mailboxes = { ...lab.mailboxes, source: memorySource(held) };
    const remote = await openRemoteSource(end(changes));
    try {
      const wanted = await all(remote.messages('inbox-id'));
      expect(wanted).toHaveLength(1_204);
      const came = await exported(remote, wanted);
      expect(came.map((one) => ('octets' in one ? one.entryId : one.record.entryId))).toEqual(wanted.map(({ entryId }) => entryId));
      for (const one of came) {
        if ('octets' in one) expect(Buffer.compare(one.octets, held.octets.get(one.entryId) ?? Buffer.alloc(1))).toBe(0);
        else expect(one).toEqual({ record: wanted.at(-1), kind: 'MissingItem', failure: 'it has gone' });
      }
    } finally {
      await remote.close();
    }
  });

  test('a message that is larger than any portion arrives whole', async () => {
    const held = holdings(2, () => 5_000_000);
    lab.mailboxes = { ...lab.mailboxes, source: memorySource(held) };
    const remote = await openRemoteSource(end());
    const wanted = await all(remote.messages('inbox-id'));
    const came = await exported(remote, wanted);
    expect(came.map((one) => ('octets' in one ? one.octets.length : one.kind))).toEqual([5_000_000, 5_000_000, 'MissingItem']);
    await remote.close();
  });

  test('an export that is left is cancelled', async () => {
    const held = holdings(400, () => 4_000);
    lab.mailboxes = { ...lab.mailboxes, source: memorySource(held) };
    const remote = await openRemoteSource(end({ portionBytes: 4_096 }));
    const wanted = await all(remote.messages('inbox-id'));
    for await (const page of remote.export(wanted)) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    expect((await remote.information()).size.items).toBe(3);
    await remote.close();
    const operations = (await lab.lab.exchanges({ service: 'mrsproxy' })).map(({ operation }) => operation);
    expect(operations).toContain('DataExport_CancelExport');
  });

  test('of an archive', async () => {
    lab.opened.length = 0;
    const remote = await openRemoteSource(end({ kind: 'archive', archiveGuid }));
    await remote.close();
    expect(lab.opened).toMatchObject([{ mailboxGuid, kind: 'archive', organization: { name: 'contoso' } }]);
    await expect(openRemoteSource(end({ kind: 'archive' }))).rejects.toMatchObject({ code: 'MailboxDoesNotExistPermanentException' });
  });

  test('a later session of the same move has the mailbox, and the earlier one lets go of nothing', async () => {
    const local = lab.mailboxes.source;
    const first = await openRemoteSource(end({ move: namedGuid('a move') }));
    const second = await openRemoteSource(end({ move: namedGuid('a move') }));
    await expect(first.recipient()).rejects.toMatchObject({ code: 'InvalidProxyOperationOrderPermanentException' });
    await first.close();
    expect(local.asked).toEqual([]);
    const other = await openRemoteSource(end({ move: namedGuid('another move') }));
    expect([await second.recipient(), await other.recipient()]).toEqual([recipient, recipient]);
    await second.close();
    await other.close();
    expect(local.asked.filter(([what]) => what === 'close')).toHaveLength(2);
  });

  test('many sessions of one move at once wait for each other without end', async () => {
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => openRemoteSource(end({ move: namedGuid('a busy move') }))));
    const opened = attempts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(opened.length).toBeGreaterThan(0);
    const having = (await Promise.allSettled(opened.map((one) => one.recipient()))).filter(({ status }) => status === 'fulfilled');
    expect(having.length).toBeGreaterThan(0);
    for (const one of opened) await one.close();
  });

  test('a refusal of the mailbox keeps its name and its sentence', async () => {
    const remote = await openRemoteSource(end());
    const Message = "Couldn't switch the mailbox into Sync Source mode. \n  Somebody else has it.";
    lab.mailboxes.source.fails.set(
      'setInTransit',
      new Refusal('SourceMailboxAlreadyBeingMovedTransientException', { values: { Message }, detail: 'held' }),
    );
    const failure = { code: 'SourceMailboxAlreadyBeingMovedTransientException', values: { Message, Kind: 'Transient', Side: 'Source' } };
    await expect(remote.setInTransit('SyncSource')).rejects.toMatchObject(failure);
    lab.mailboxes.source.fails.set('recipient', new Refusal('SomethingElsePermanentException', { values: { Message: 'No.' } }));
    await expect(remote.recipient()).rejects.toMatchObject({
      code: 'MRSRemotePermanentException',
      values: { Message: 'No.', ExceptionType: 'SomethingElsePermanentException' },
    });
    // The session goes on.
    lab.mailboxes.source.fails.clear();
    expect(await remote.recipient()).toEqual(recipient);
    await remote.close();
  });
});

test('a destination does what the mailbox behind it is told', async () => {
  const local = lab.mailboxes.destination;
  const remote = await openRemoteDestination(end({ portionBytes: 8_192 }));
  const folders = holdings().folders;
  expect(await remote.exists()).toBe(false);
  await remote.create();
  expect(await remote.exists()).toBe(true);
  await remote.setInTransit('SyncDestination');
  await remote.putFolders(folders);
  const messages = ['a', 'bad', 'c', 'd'].map((entryId, index) => ({
    entryId,
    folderEntryId: 'inbox-id',
    octets: Buffer.alloc(index === 2 ? 100_000 : 10, index),
  }));
  expect(await remote.putMessages(messages)).toEqual([{ entryId: 'bad', failure: 'no room for it' }]);
  expect(await remote.putMessages([])).toEqual([]);
  await remote.deleteMessages(['d', 'e']);
  await remote.setRead(['a', 'c'], true);
  await remote.setRead(['a'], false);
  await remote.deleteFolders(['search']);
  await remote.setFolderAcl('inbox-id', acl);
  await remote.setMailboxAcl(acl);
  await remote.setRules(Buffer.from('rules'));
  await remote.setRules(null);
  expect(await remote.loadSyncState()).toBeNull();
  const state = JSON.stringify(Array.from({ length: 200_000 }, (_, index) => index));
  await remote.saveSyncState(state);
  expect(await remote.loadSyncState()).toBe(state);
  await remote.saveSyncState(null);
  expect(await remote.loadSyncState()).toBeNull();
  await remote.close();
  expect([...local.written].map(([id, octets]) => [id, octets.length])).toEqual([
    ['a', 10],
    ['bad', 10],
    ['c', 100_000],
  ]);
  expect(local.asked).toEqual([
    ['create'],
    ['setInTransit', 'SyncDestination'],
    ...folders.map((folder) => ['putFolders', folder]),
    ['putMessages', 'a', 'bad'],
    ['putMessages', 'c'],
    ['putMessages', 'd'],
    ['deleteMessages', 'd', 'e'],
    ['setRead', true, 'a', 'c'],
    ['setRead', false, 'a'],
    ['deleteFolders', 'search'],
    ['setFolderAcl', 'inbox-id', acl],
    ['setMailboxAcl', acl],
    ['setRules', 'rules'],
    ['setRules', null],
    ['close'],
  ]);
});
