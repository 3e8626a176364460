import { folderRights } from '../../shared/domain/mailbox/folder-permissions.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { ResponseCode } from '../../shared/protocols/ews/response-codes.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal } from './failures.ts';
import { type FolderTarget, type OpenFolder, openFolder } from './mailboxes.ts';

/**
 * The folder that the parts of a request are to go to, or are all about, opened when the first of them asks and then the same for all.
 * Refuses as `openFolder`, with `missing` where there is no such folder, with `denied` whoever sees it and may not, and with
 * ErrorOperationNotAllowedWithPublicFolderRoot what would put items beside all public folders.
 */
export function destination(
  call: EwsCall,
  target: FolderTarget,
  need: number | undefined,
  missing: ResponseCode,
  denied?: ResponseCode,
): () => Promise<OpenFolder> {
  let opened: Promise<OpenFolder> | undefined;
  return () => {
    opened ??= openHolder(call, target, need).catch(async (error: unknown) => {
      const isDenied = denied !== undefined && error instanceof Refusal && error.code === 'access-denied';
      if (isDenied && (await sees(call, target))) throw ewsRefusal(denied, error.detail === undefined ? {} : { detail: error.detail });
      const isMissing = error instanceof Refusal && (error.code === 'ErrorFolderNotFound' || error.code === 'folder-not-found');
      throw isMissing ? ewsRefusal(missing, error.detail === undefined ? {} : { detail: error.detail }) : error;
    });
    return opened;
  };
}

async function openHolder(call: EwsCall, target: FolderTarget, need: number | undefined): Promise<OpenFolder> {
  const opened = await openFolder(call, target, need);
  if (need === folderRights.create && opened.folder.role === 'publicfoldersroot')
    throw ewsRefusal('ErrorOperationNotAllowedWithPublicFolderRoot');
  return opened;
}

function sees(call: EwsCall, target: FolderTarget): Promise<boolean> {
  return openFolder(call, target, folderRights.visible).then(
    () => true,
    () => false,
  );
}
