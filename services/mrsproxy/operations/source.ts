import type { FolderRecord } from '../../../shared/bridges/migration/ports.ts';
import { entryToWire, folderToWire, messageFromWire, messageToWire } from '../../../shared/bridges/migration/wire-records.ts';
import { enumerateChanges } from '../../../shared/protocols/mrs/contract.ts';
import { packText, unpackText } from '../../../shared/protocols/mrs/data-pump.ts';
import { longestValue } from '../../../shared/protocols/mrs/message.ts';
import type { sourceOperations } from '../../../shared/protocols/mrs/operations/source.ts';
import type { DataExportBatch } from '../../../shared/protocols/mrs/records.ts';
import { beginExport } from '../export.ts';
import { type FolderHandle, type MailboxHandle, outOfOrder } from '../handles.ts';
import { sourceOf } from '../open-mailbox.ts';
import { Pager } from '../pager.ts';
import type { Handlers } from './index.ts';

const mostMessages = 1_000;
/** MaxIncrementalChanges. */
const mostChanges = 1_000;

/** What is read of a source. */
export const sourceHandlers: Handlers<keyof typeof sourceOperations> = {
  async ISourceMailbox_GetFolder({ session }, { mailboxHandle, entryId }) {
    const mailbox = session.handles.get(mailboxHandle, 'mailbox');
    sourceOf(mailbox);
    return { ISourceMailbox_GetFolderResult: session.handles.add({ is: 'folder', mailbox, entryId }) };
  },
  async ISourceMailbox_ExportMessages({ session }, { mailboxHandle, messages }) {
    const mailbox = session.handles.get(mailboxHandle, 'mailbox');
    if (messages.length > mostMessages) throw outOfOrder(`More than ${mostMessages} messages are not exported at once.`);
    return { ISourceMailbox_ExportMessagesResult: await beginExport(session, mailbox, messages.map(messageFromWire)) };
  },
  async ISourceMailbox_GetMailboxSyncState({ session }, { mailboxHandle }) {
    const state = await sourceOf(session.handles.get(mailboxHandle, 'mailbox')).checkpoint();
    return { ISourceMailbox_GetMailboxSyncStateResult: stateBatch(await packText(state)) };
  },
  async ISourceMailbox_SetMailboxSyncState({ session }, { mailboxHandle, firstBatch }) {
    const handle = session.handles.get(mailboxHandle, 'mailbox');
    sourceOf(handle);
    handle.syncState = await stateIn(firstBatch);
    handle.changes = undefined;
    return {};
  },
  async ISourceMailbox_EnumerateHierarchyChanges2({ session }, { mailboxHandle, flags, maxChanges }) {
    const handle = session.handles.get(mailboxHandle, 'mailbox');
    const since = stateOf(handle);
    if ((flags & enumerateChanges.contents) !== 0) {
      const folders = await sourceOf(handle).changedFolders(since);
      return { ISourceMailbox_EnumerateHierarchyChanges2Result: manifest({ FoldersWithChangedMessages: folders }) };
    }
    if ((flags & enumerateChanges.firstPage) !== 0 || handle.changes === undefined)
      handle.changes = await sourceOf(handle).hierarchyChanges(since);
    const { changed, deleted } = handle.changes;
    const page = Math.max(1, Math.min(maxChanges, mostChanges));
    const [told, gone] = [changed.slice(0, page), deleted.slice(0, page)];
    handle.told = told;
    handle.changes = { changed: changed.slice(page), deleted: deleted.slice(page) };
    const more = handle.changes.changed.length + handle.changes.deleted.length > 0;
    if (!more) handle.changes = undefined;
    const answer = { ChangedFolders: told.map(({ entryId }) => entryId), DeletedFolders: gone, HasMoreHierarchyChanges: more };
    return { ISourceMailbox_EnumerateHierarchyChanges2Result: manifest(answer) };
  },
  async ISourceFolder_EnumerateChanges2({ session }, { folderHandle, flags }) {
    const handle = session.handles.get(folderHandle, 'folder');
    if ((flags & enumerateChanges.firstPage) !== 0 || handle.changes === undefined) {
      await handle.changes?.return?.();
      const source = sourceOf(handle.mailbox);
      handle.changes = source.messageChanges(handle.entryId, stateOf(handle.mailbox))[Symbol.asyncIterator]();
    }
    const { done, value } = await handle.changes.next();
    if (done === true) handle.changes = undefined;
    return {
      ISourceFolder_EnumerateChanges2Result: {
        ChangedMessages: done === true ? [] : value.changed.map(messageToWire),
        DeletedMessages: done === true ? [] : value.deleted,
        FolderId: handle.entryId,
        HasMoreChanges: done !== true,
        ReadMessages: done === true ? [] : value.read,
        UnreadMessages: done === true ? [] : value.unread,
      },
    };
  },
  async IFolder_GetFolderRec3({ session }, { folderHandle }) {
    const found = await folderOf(session.handles.get(folderHandle, 'folder'));
    return { IFolder_GetFolderRec3Result: found === undefined ? null : folderToWire(found) };
  },
  async IFolder_EnumerateMessagesPaged2({ session }, { folderHandle }) {
    const handle = session.handles.get(folderHandle, 'folder');
    await handle.messages?.close();
    handle.messages = new Pager(sourceOf(handle.mailbox).messages(handle.entryId), mostMessages);
    const { items, more } = await handle.messages.next();
    return { IFolder_EnumerateMessagesPaged2Result: items.map(messageToWire), moreData: more };
  },
  async IFolder_EnumerateMessagesNextBatch({ session }, { folderHandle }) {
    const { messages } = session.handles.get(folderHandle, 'folder');
    if (messages === undefined) throw outOfOrder('IFolder_EnumerateMessagesPaged2 comes first.');
    const { items, more } = await messages.next();
    return { IFolder_EnumerateMessagesNextBatchResult: items.map(messageToWire), moreData: more };
  },
  async IFolder_GetACL({ session }, { folderHandle }) {
    const { mailbox, entryId } = session.handles.get(folderHandle, 'folder');
    return { IFolder_GetACLResult: (await sourceOf(mailbox).folderAcl(entryId)).map(entryToWire) };
  },
  async IFolder_GetRules({ session }, { folderHandle }) {
    const rules = await sourceOf(session.handles.get(folderHandle, 'folder').mailbox).rules();
    return { IFolder_GetRulesResult: rules === null ? null : Buffer.from(rules) };
  },
};

const noChanges = { ChangedFolders: [], DeletedFolders: [], FoldersWithChangedMessages: [], HasMoreHierarchyChanges: false };

function manifest<Told extends Partial<Record<keyof typeof noChanges, readonly string[] | boolean>>>(told: Told) {
  return { ...noChanges, ...told };
}

/** A sync state as one portion; it is a text, compressed. */
export function stateBatch(Data: Buffer): DataExportBatch {
  return { Data, DataExportHandle: 0, FlushAfterImport: false, IsLastBatch: true, Opcode: 0 };
}

export async function stateIn({ Data, IsLastBatch }: DataExportBatch): Promise<string> {
  if (!IsLastBatch) throw outOfOrder(`A sync state of more than ${longestValue} octets is not taken.`);
  return unpackText(Data);
}

function stateOf({ syncState }: MailboxHandle): string {
  if (syncState === undefined) throw outOfOrder('ISourceMailbox_SetMailboxSyncState comes first.');
  return syncState;
}

/** One of the folders that were told as changed last, or else searched among all. */
async function folderOf({ mailbox, entryId }: FolderHandle): Promise<FolderRecord | undefined> {
  const told = mailbox.told?.find((one) => one.entryId === entryId);
  if (told !== undefined) return told;
  for await (const page of sourceOf(mailbox).folders()) {
    const found = page.find((one) => one.entryId === entryId);
    if (found !== undefined) return found;
  }
  return undefined;
}
