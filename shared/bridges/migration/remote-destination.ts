import { clearReadFlag } from '../../protocols/mrs/contract.ts';
import { opcodes, type PumpRecord, pack, packText, unpackText, writeFields } from '../../protocols/mrs/data-pump.ts';
import { hasCapability } from '../../protocols/mrs/version.ts';
import type { DestinationMailbox, FolderRecord } from './ports.ts';
import { openRemoteMailbox, type RemoteEnd, type RemoteMailbox, remoteMovingMailbox } from './remote-mailbox.ts';
import { entryToWire, folderToWire } from './wire-records.ts';

/** The destination of a move behind another organisation's proxy. Throws refusals whose codes are names of exceptions. */
export async function openRemoteDestination(end: RemoteEnd): Promise<DestinationMailbox> {
  const remote = await openRemoteMailbox(end, 'DestMailboxCrossOrg');
  const { session, handle: mailboxHandle, folders } = remote;
  return {
    ...remoteMovingMailbox(remote),
    exists: async () =>
      (await session.call('IDestinationMailbox_MailboxExists', { mailboxHandle })).IDestinationMailbox_MailboxExistsResult,
    async create() {
      await session.call(
        'IDestinationMailbox_CreateMailbox2',
        { mailboxHandle, mailboxData: null, sourceSignatureFlags: 0 },
        { isLong: true },
      );
    },
    async putFolders(records) {
      for (const folder of records) await createFolder(remote, folder);
    },
    async deleteFolders(sourceEntryIds) {
      for (const entryId of sourceEntryIds)
        await session.call('IDestinationMailbox_DeleteFolder', { mailboxHandle, folderRec: folderToWire(gone(entryId)) }, { isLong: true });
    },
    putMessages: (messages) =>
      importRecords(
        remote,
        messages.map(({ entryId, folderEntryId, octets }) => ({
          opcode: opcodes.writeToMime,
          head: writeFields([entryId, folderEntryId]),
          data: octets,
        })),
      ),
    async deleteMessages(sourceEntryIds) {
      await importRecords(
        remote,
        sourceEntryIds.map((entryId) => ({ opcode: opcodes.deleteItem, data: writeFields([entryId]) })),
      );
    },
    async setRead(sourceEntryIds, isRead) {
      const flags = isRead ? 0 : clearReadFlag;
      for (let from = 0; from < sourceEntryIds.length; from += idsAtOnce) {
        const entryIds = sourceEntryIds.slice(from, from + idsAtOnce);
        await folders.use('', (folderHandle) =>
          session.call('IDestinationFolder_SetReadFlagsOnMessages', { folderHandle, flags, entryIds }),
        );
      }
    },
    async setFolderAcl(entryId, entries) {
      const aclData = entries.map(entryToWire);
      await folders.use(entryId, (folderHandle) => session.call('IDestinationFolder_SetACL', { folderHandle, secProp: 0, aclData }));
    },
    async setMailboxAcl(entries) {
      await session.call('IDestinationMailbox_SetMailboxSecurityDescriptor', { mailboxHandle, sdData: entries.map(entryToWire) });
    },
    async setRules(rules) {
      const octets = rules === null ? null : Buffer.from(rules);
      await folders.use('', (folderHandle) => session.call('IDestinationFolder_SetRules', { folderHandle, rules: octets }));
    },
    async loadSyncState() {
      const told = await session.call('IDestinationMailbox_LoadSyncState2', { mailboxHandle, key: noKey });
      const batch = told.IDestinationMailbox_LoadSyncState2Result;
      return batch === null ? null : unpackText(batch.Data);
    },
    async saveSyncState(state) {
      const fixed = { DataExportHandle: 0, FlushAfterImport: false, IsLastBatch: true, Opcode: 0 };
      const firstBatch = state === null ? null : { Data: await packText(state), ...fixed };
      await session.call('IDestinationMailbox_SaveSyncState2', { mailboxHandle, key: noKey, firstBatch });
    },
  };
}

/** Entry ids that one call names. */
const idsAtOnce = 500;
/** A request has one sync state. */
const noKey = Buffer.alloc(0);

async function createFolder({ session, handle: mailboxHandle }: RemoteMailbox, folder: FolderRecord): Promise<void> {
  const sourceFolder = folderToWire(folder);
  if (hasCapability(session.server, 'createFolder3'))
    await session.call('IDestinationMailbox_CreateFolder3', { mailboxHandle, sourceFolder, createFolderFlags: 0 });
  else await session.call('IDestinationMailbox_CreateFolder', { mailboxHandle, sourceFolder, failIfExists: false });
}

/** A folder of which nothing but its id is left. */
function gone(entryId: string): FolderRecord {
  return { entryId, parentEntryId: null, displayName: '', folderClass: '', role: null, search: null, properties: {} };
}

/** Sends records through a data pump of their own; gives what could not be written. */
async function importRecords(
  { session, handle: mailboxHandle, portionBytes, isCompressed }: RemoteMailbox,
  records: readonly PumpRecord[],
): Promise<readonly { readonly entryId: string; readonly failure: string }[]> {
  if (records.length === 0) return [];
  const opened = await session.call('IDestinationMailbox_GetFxProxyPool', { mailboxHandle, folderIds: null });
  const dataImportHandle = opened.IDestinationMailbox_GetFxProxyPoolResult;
  try {
    for await (const { opcode, data } of pack(records, { portionBytes, compress: isCompressed }))
      await session.call('IDataImport_ImportBuffer', { dataImportHandle, opcode, data }, { isLong: true });
    const { failedMessages } = await session.call('IDataImport_Flush', { dataImportHandle }, { isLong: true });
    return failedMessages.map(({ EntryId, Failure }) => ({ entryId: EntryId, failure: Failure }));
  } finally {
    await session.call('CloseHandle', { handle: dataImportHandle }).catch(() => {});
  }
}
