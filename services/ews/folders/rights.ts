import { folderAccessOf } from '../../../shared/bridges/access/folder-access.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { subtreeBelow } from '../../../shared/domain/mailbox/folders.ts';
import { isSearchFolder } from '../../../shared/domain/mailbox/search-criteria.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type FolderTarget, type OpenFolder, type OpenMailbox, openFolder } from '../mailboxes.ts';

/**
 * Opens the folder that something is to be put into as a subfolder. Refuses as `openFolder`, with `missing` where there is
 * no such folder, with ErrorCreateSubfolderAccessDenied for whoever sees it and may not, and with ErrorInvalidParentFolder
 * where it is a search folder.
 */
export async function openParent(call: EwsCall, target: FolderTarget, missing: ResponseCode): Promise<OpenFolder> {
  const opened = await openFolder(call, target, folderRights.visible).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'ErrorFolderNotFound' ? ewsRefusal(missing, { detail: error.message }) : error;
  });
  if ((opened.mailbox.rights & folderRights.createSubfolder) === 0)
    throw ewsRefusal('ErrorCreateSubfolderAccessDenied', { detail: `folder ${opened.folder.counter}` });
  if (isSearchFolder(opened.folder)) throw ewsRefusal('ErrorInvalidParentFolder', { detail: 'a search folder' });
  return opened;
}

/**
 * Refuses a search folder, which has no items of its own, where those of a folder are meant. Microsoft's pages say of
 * SyncFolderItems that it takes none ("Mailbox synchronization and EWS in Exchange"); the code, and the rest, is inferred.
 */
export function refuseSearchFolder({ folder }: OpenFolder, code: ResponseCode = 'ErrorInvalidFolderTypeForOperation'): void {
  if (isSearchFolder(folder)) throw ewsRefusal(code, { detail: `folder ${folder.counter} is a search folder` });
}

/** The folder as somebody sees it who opened another one of the same mailbox. */
export async function seenFrom(call: EwsCall, mailbox: OpenMailbox, folder: FolderRow): Promise<OpenMailbox> {
  if (!mailbox.isShared) return mailbox;
  const { rights } = await folderAccessOf(call.context.directory(call.organization.name), folder, call.caller);
  return { ...mailbox, rights };
}

/** Refuses with ErrorAccessDenied where the caller has not these rights in every folder below one. */
export async function openBelow(call: EwsCall, { mailbox, folder }: OpenFolder, need: number): Promise<void> {
  if (!mailbox.isShared) return;
  for (const one of await subtreeBelow(call.context.store.read, mailbox.guid, folder)) {
    const { rights } = await seenFrom(call, mailbox, one);
    if ((rights & need) !== need)
      throw ewsRefusal('ErrorAccessDenied', { detail: `${call.caller.primarySmtpAddress} has too few rights in folder ${one.counter}` });
  }
}
