import { Refusal } from '../../shared/kernel/refusal.ts';
import type { ResponseCode } from '../../shared/protocols/ews/response-codes.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal } from './failures.ts';
import { type FolderTarget, type OpenFolder, openFolder } from './mailboxes.ts';

/**
 * The folder that the parts of a request are to go to, or are all about, opened when the first of them asks and then the same for all.
 * Refuses as `openFolder`, and with `missing` where there is no such folder.
 */
export function destination(
  call: EwsCall,
  target: FolderTarget,
  need: number | undefined,
  missing: ResponseCode,
): () => Promise<OpenFolder> {
  let opened: Promise<OpenFolder> | undefined;
  return () => {
    opened ??= openFolder(call, target, need).catch((error: unknown) => {
      const isMissing = error instanceof Refusal && (error.code === 'ErrorFolderNotFound' || error.code === 'folder-not-found');
      throw isMissing ? ewsRefusal(missing, error.detail === undefined ? {} : { detail: error.detail }) : error;
    });
    return opened;
  };
}
