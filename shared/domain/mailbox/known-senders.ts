import type { Guid } from '../../kernel/ids.ts';
import { namedProperty, propertySets } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { findItems } from './find-items.ts';
import { getFolderByRole } from './folders.ts';

/** PidLidEmail1EmailAddress to PidLidEmail3EmailAddress. */
const addresses = [0x8083, 0x8093, 0x80a3].map((id) => namedProperty(propertySets.Address, id, 'String'));

/** Whether an address is one of the contacts of a mailbox, of its Contacts folder alone. Not inside a transaction: it looks at all of them. */
export async function isContact(executor: Executor, mailbox: Guid, address: string): Promise<boolean> {
  const folder = await getFolderByRole(executor, mailbox, 'contacts');
  if (folder === undefined) return false;
  const fits = { kind: 'contains', text: address, mode: 'full-string', ignoreCase: true, ignoreNonSpacing: false } as const;
  const restriction = { kind: 'or', of: addresses.map((property) => ({ ...fits, property })) } as const;
  const page = { offset: 0, count: 1, from: 'beginning' } as const;
  const found = await findItems(executor, { mailbox, folder, restriction, page, need: { properties: [] } });
  return found.total > 0;
}
