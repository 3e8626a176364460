import { entryFromWire, folderFromWire } from '../../../shared/bridges/migration/wire-records.ts';
import { clearReadFlag } from '../../../shared/protocols/mrs/contract.ts';
import { packText } from '../../../shared/protocols/mrs/data-pump.ts';
import type { destinationOperations } from '../../../shared/protocols/mrs/operations/destination.ts';
import type { FolderRec } from '../../../shared/protocols/mrs/records.ts';
import type { MrsCall } from '../context.ts';
import { newImport } from '../handles.ts';
import { destinationOf } from '../open-mailbox.ts';
import type { Handlers } from './index.ts';
import { stateBatch, stateIn } from './source.ts';

/** What is written to a destination. */
export const destinationHandlers: Handlers<keyof typeof destinationOperations> = {
  async IDestinationMailbox_MailboxExists(call, { mailboxHandle }) {
    return { IDestinationMailbox_MailboxExistsResult: await mailboxOf(call, mailboxHandle).exists() };
  },
  async IDestinationMailbox_CreateMailbox2(call, { mailboxHandle }) {
    await mailboxOf(call, mailboxHandle).create();
    return { IDestinationMailbox_CreateMailbox2Result: true };
  },
  IDestinationMailbox_CreateFolder: createFolder,
  IDestinationMailbox_CreateFolder3: createFolder,
  async IDestinationMailbox_DeleteFolder(call, { mailboxHandle, folderRec }) {
    await mailboxOf(call, mailboxHandle).deleteFolders([folderRec.EntryId]);
    return {};
  },
  async IDestinationMailbox_GetFolder({ session }, { mailboxHandle, entryId }) {
    const mailbox = session.handles.get(mailboxHandle, 'mailbox');
    destinationOf(mailbox);
    return { IDestinationMailbox_GetFolderResult: session.handles.add({ is: 'folder', mailbox, entryId }) };
  },
  async IDestinationMailbox_GetFxProxyPool({ session }, { mailboxHandle }) {
    const mailbox = session.handles.get(mailboxHandle, 'mailbox');
    destinationOf(mailbox);
    return { IDestinationMailbox_GetFxProxyPoolResult: session.handles.add(newImport(mailbox)), objectData: null };
  },
  async IDestinationMailbox_SetMailboxSecurityDescriptor(call, { mailboxHandle, sdData }) {
    await mailboxOf(call, mailboxHandle).setMailboxAcl(sdData.map(entryFromWire));
    return {};
  },
  async IDestinationMailbox_LoadSyncState2(call, { mailboxHandle }) {
    const state = await mailboxOf(call, mailboxHandle).loadSyncState();
    return { IDestinationMailbox_LoadSyncState2Result: state === null ? null : stateBatch(await packText(state)) };
  },
  async IDestinationMailbox_SaveSyncState2(call, { mailboxHandle, firstBatch }) {
    await mailboxOf(call, mailboxHandle).saveSyncState(firstBatch === null ? null : await stateIn(firstBatch));
    return { IDestinationMailbox_SaveSyncState2Result: 0 };
  },
  async IDestinationFolder_DeleteMessages({ session }, { folderHandle, entryIds }) {
    await destinationOf(session.handles.get(folderHandle, 'folder').mailbox).deleteMessages(entryIds);
    return {};
  },
  async IDestinationFolder_SetReadFlagsOnMessages({ session }, { folderHandle, flags, entryIds }) {
    await destinationOf(session.handles.get(folderHandle, 'folder').mailbox).setRead(entryIds, (flags & clearReadFlag) === 0);
    return {};
  },
  async IDestinationFolder_SetACL({ session }, { folderHandle, aclData }) {
    const { mailbox, entryId } = session.handles.get(folderHandle, 'folder');
    await destinationOf(mailbox).setFolderAcl(entryId, aclData.map(entryFromWire));
    return {};
  },
  async IDestinationFolder_SetRules({ session }, { folderHandle, rules }) {
    await destinationOf(session.handles.get(folderHandle, 'folder').mailbox).setRules(rules);
    return {};
  },
};

function mailboxOf({ session }: MrsCall, mailboxHandle: number) {
  return destinationOf(session.handles.get(mailboxHandle, 'mailbox'));
}

async function createFolder(
  call: MrsCall,
  { mailboxHandle, sourceFolder }: { readonly mailboxHandle: number; readonly sourceFolder: FolderRec },
) {
  await mailboxOf(call, mailboxHandle).putFolders([folderFromWire(sourceFolder)]);
  return { newFolderId: sourceFolder.EntryId };
}
