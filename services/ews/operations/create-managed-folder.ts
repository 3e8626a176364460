import type { createManagedFolder as contract } from '../../../shared/protocols/ews/operations/create-managed-folder.ts';
import { ewsRefusal } from '../failures.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/createmanagedfolder-operation
 * Managed folders are defined by administrators, until Exchange 2010: no organisation here has any.
 */
export const createManagedFolder: Operation<typeof contract> = async (call, { FolderNames, Mailbox }) => {
  const names = FolderNames.FolderName;
  return perItem(call, names, async (name) => {
    if (new Set(names).size < names.length) throw ewsRefusal('ErrorDuplicateInputFolderNames');
    if (Mailbox?.EmailAddress === undefined && call.caller.mailbox === null) throw ewsRefusal('ErrorMissingEmailAddressForManagedFolder');
    await openMailboxOf(call, Mailbox?.EmailAddress);
    throw ewsRefusal('ErrorManagedFolderNotFound', { detail: name });
  });
};
