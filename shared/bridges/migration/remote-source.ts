import { freeOctets } from '../../kernel/free-octets.ts';
import type { MrsSession } from '../../protocols/mrs/client.ts';
import { enumerateChanges, folderTags } from '../../protocols/mrs/contract.ts';
import {
  invalidData,
  nothingUnpacked,
  opcodes,
  type PumpRecord,
  packText,
  readFields,
  unpack,
  unpackText,
} from '../../protocols/mrs/data-pump.ts';
import type { DataExportBatch, FolderRec, MessageRec } from '../../protocols/mrs/records.ts';
import type {
  BadMessage,
  FolderDetails,
  FolderRecord,
  HierarchyChanges,
  MessageChanges,
  MessagePayload,
  MessageRecord,
  SourceMailbox,
} from './ports.ts';
import { openRemoteMailbox, type RemoteEnd, type RemoteMailbox, remoteMovingMailbox } from './remote-mailbox.ts';
import { entryFromWire, folderFromWire, messageFromWire, messageToWire } from './wire-records.ts';

/** The source of a move behind another organisation's proxy. Throws refusals whose codes are names of exceptions. */
export async function openRemoteSource(end: RemoteEnd): Promise<SourceMailbox> {
  const remote = await openRemoteMailbox(end, 'SourceMailbox');
  const { session, handle: mailboxHandle } = remote;
  return {
    ...remoteMovingMailbox(remote),
    folders: (besides) => folders(session, mailboxHandle, besides),
    messages: (entryId) => messages(remote, entryId),
    export: (wanted) => exportMessages(remote, wanted),
    async checkpoint() {
      const { ISourceMailbox_GetMailboxSyncStateResult: told } = await session.call('ISourceMailbox_GetMailboxSyncState', {
        mailboxHandle,
      });
      return unpackText(told.Data);
    },
    hierarchyChanges: (since) => hierarchyChanges(remote, since),
    messageChanges: (entryId, since) => messageChanges(remote, entryId, since),
    async changedFolders(since) {
      await tellState(remote, since);
      const flags = enumerateChanges.contents;
      const asked = { mailboxHandle, flags, maxChanges: mostChanges };
      const told = await session.call('ISourceMailbox_EnumerateHierarchyChanges2', asked, { isLong: true });
      return told.ISourceMailbox_EnumerateHierarchyChanges2Result.FoldersWithChangedMessages;
    },
    async folderAcl(entryId) {
      const told = await remote.folders.use(entryId, (folderHandle) => session.call('IFolder_GetACL', { folderHandle, secProp: 0 }));
      return told.IFolder_GetACLResult.map(entryFromWire);
    },
    async mailboxAcl() {
      const told = await session.call('IMailbox_GetMailboxSecurityDescriptor', { mailboxHandle });
      return told.IMailbox_GetMailboxSecurityDescriptorResult.map(entryFromWire);
    },
    async rules() {
      const told = await remote.folders.use('', (folderHandle) => session.call('IFolder_GetRules', { folderHandle, extraProps: null }));
      return told.IFolder_GetRulesResult;
    },
  };
}

/** MaxIncrementalChanges. */
const mostChanges = 1_000;
/** Messages that one export asks for. */
const messagesAtOnce = 500;

async function* folders(session: MrsSession, mailboxHandle: number, besides: FolderDetails = {}): AsyncGenerator<readonly FolderRecord[]> {
  const tags = [...(besides.access === true ? [folderTags.accessList] : []), ...(besides.looked === true ? [folderTags.contentCount] : [])];
  const asked = { mailboxHandle, flags: 0, additionalPtagsToLoad: tags.length === 0 ? null : tags };
  const first = await session.call('IMailbox_EnumerateFolderHierarchyPaged2', asked, { isLong: true });
  let page: readonly FolderRec[] = first.IMailbox_EnumerateFolderHierarchyPaged2Result;
  let more = first.moreData;
  while (true) {
    if (page.length > 0) yield page.map(folderFromWire);
    if (!more) return;
    const next = await session.call('IMailbox_EnumerateFolderHierarchyNextBatch', { mailboxHandle });
    page = next.IMailbox_EnumerateFolderHierarchyNextBatchResult;
    more = next.moreData;
  }
}

async function* messages({ session, folders }: RemoteMailbox, entryId: string): AsyncGenerator<readonly MessageRecord[]> {
  const folderHandle = await folders.take(entryId);
  let isOver = false;
  try {
    const asked = { folderHandle, emFlags: 0, additionalPtagsToLoad: null };
    const first = await session.call('IFolder_EnumerateMessagesPaged2', asked, { isLong: true });
    let page: readonly MessageRec[] = first.IFolder_EnumerateMessagesPaged2Result;
    let more = first.moreData;
    while (true) {
      isOver = !more;
      if (page.length > 0) yield page.map(messageFromWire);
      if (!more) return;
      const next = await session.call('IFolder_EnumerateMessagesNextBatch', { folderHandle });
      page = next.IFolder_EnumerateMessagesNextBatchResult;
      more = next.moreData;
    }
  } finally {
    await folders.giveBack(entryId, folderHandle, isOver);
  }
}

type Exported = MessagePayload | BadMessage;

/** One portion of the wire after the other: a message is yielded as soon as it is whole. Its octets go when the next one is asked for. */
async function* exportMessages(remote: RemoteMailbox, wanted: readonly MessageRecord[]): AsyncGenerator<readonly Exported[]> {
  for (let from = 0; from < wanted.length; from += messagesAtOnce) {
    const some = wanted.slice(from, from + messagesAtOnce);
    const records = new Map(some.map((record) => [record.entryId, record]));
    let waiting = nothingUnpacked;
    for await (const { Opcode: opcode, Data: data } of batches(remote, some)) {
      const unpacked = await unpack(waiting, { opcode, data }, remote.isCompressed);
      waiting = unpacked.waiting;
      if (unpacked.records.length === 0) continue;
      yield unpacked.records.map((record) => exported(record, records));
      const [only, ...more] = unpacked.records;
      if (only !== undefined && more.length === 0) freeOctets(only.data);
    }
    if (waiting.length > 0) throw invalidData('an export ended within a message');
  }
}

async function* batches(
  { session, handle: mailboxHandle }: RemoteMailbox,
  some: readonly MessageRecord[],
): AsyncGenerator<DataExportBatch> {
  const asked = { mailboxHandle, messages: some.map(messageToWire), flags: 0, additionalPtagsToLoad: null };
  let batch = (await session.call('ISourceMailbox_ExportMessages', asked, { isLong: true })).ISourceMailbox_ExportMessagesResult;
  const dataExportHandle = batch.DataExportHandle;
  let isOver = batch.IsLastBatch;
  try {
    while (true) {
      if (batch.Data.length > 0) yield batch;
      if (isOver) return;
      batch = (await session.call('DataExport_ExportData2', { dataExportHandle }, { isLong: true })).DataExport_ExportData2Result;
      isOver = batch.IsLastBatch;
    }
  } finally {
    if (!isOver) await session.call('DataExport_CancelExport', { dataExportHandle }).catch(() => {});
  }
}

function exported({ opcode, data }: PumpRecord, records: ReadonlyMap<string, MessageRecord>): Exported {
  if (opcode === opcodes.writeToMime) {
    const { texts, octets } = readFields(data, 2);
    return { entryId: texts[0] ?? '', folderEntryId: texts[1] ?? '', octets };
  }
  if (opcode !== opcodes.messageExportResults) throw invalidData(`opcode ${opcode} in an export`);
  const [entryId = '', kind = '', failure = ''] = readFields(data, 3).texts;
  const record = records.get(entryId);
  if (record === undefined || !isBad(kind)) throw invalidData('a result of an export that was not asked for');
  return { record, kind, failure };
}

function isBad(kind: string): kind is BadMessage['kind'] {
  return kind === 'MissingItem' || kind === 'CorruptItem' || kind === 'LargeItem';
}

/** The proxy keeps what it was told last: the questions of a round go by one state. */
async function tellState({ session, handle: mailboxHandle, told }: RemoteMailbox, since: string): Promise<void> {
  if (told.state === since) return;
  const fixed = { DataExportHandle: 0, FlushAfterImport: false, IsLastBatch: true, Opcode: 0 };
  await session.call('ISourceMailbox_SetMailboxSyncState', { mailboxHandle, firstBatch: { Data: await packText(since), ...fixed } });
  told.state = since;
}

async function hierarchyChanges(remote: RemoteMailbox, since: string): Promise<HierarchyChanges> {
  const { session, handle: mailboxHandle } = remote;
  await tellState(remote, since);
  const changed: FolderRecord[] = [];
  const deleted: string[] = [];
  for (let flags: number = enumerateChanges.firstPage, more = true; more; flags = 0) {
    const asked = { mailboxHandle, flags, maxChanges: mostChanges };
    const told = await session.call('ISourceMailbox_EnumerateHierarchyChanges2', asked, { isLong: true });
    const page = told.ISourceMailbox_EnumerateHierarchyChanges2Result;
    for (const entryId of page.ChangedFolders) {
      const found = await folderRec(remote, entryId);
      // A folder that has gone since is told as deleted next time.
      if (found !== null) changed.push(folderFromWire(found));
    }
    deleted.push(...page.DeletedFolders);
    more = page.HasMoreHierarchyChanges;
  }
  return { changed, deleted };
}

async function folderRec(remote: RemoteMailbox, entryId: string): Promise<FolderRec | null> {
  const told = await remote.folders.use(entryId, (folderHandle) =>
    remote.session.call('IFolder_GetFolderRec3', { folderHandle, additionalPtagsToLoad: null, flags: 0 }),
  );
  return told.IFolder_GetFolderRec3Result;
}

async function* messageChanges(remote: RemoteMailbox, entryId: string, since: string): AsyncGenerator<MessageChanges> {
  const { session, folders } = remote;
  await tellState(remote, since);
  const folderHandle = await folders.take(entryId);
  let more = true;
  try {
    for (let flags: number = enumerateChanges.firstPage; more; flags = 0) {
      const asked = { folderHandle, flags, maxChanges: mostChanges };
      const told = await session.call('ISourceFolder_EnumerateChanges2', asked, { isLong: true });
      const page = told.ISourceFolder_EnumerateChanges2Result;
      more = page.HasMoreChanges;
      const changes = { changed: page.ChangedMessages.map(messageFromWire), deleted: page.DeletedMessages };
      const flagged = { read: page.ReadMessages, unread: page.UnreadMessages };
      if (Object.values({ ...changes, ...flagged }).some(({ length }) => length > 0)) yield { ...changes, ...flagged };
    }
  } finally {
    await folders.giveBack(entryId, folderHandle, !more);
  }
}
