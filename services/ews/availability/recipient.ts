import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { AvailabilityRequest } from './question.ts';

/** Where the calendar lies that an address stands for. */
export type CalendarPlace =
  | { readonly is: 'local'; readonly mailbox: Guid; readonly owner: Recipient }
  | { readonly is: 'group'; readonly address: string }
  /** `isKnown`: the directory has somebody whose mailbox lies at that address. */
  | { readonly is: 'elsewhere'; readonly address: string; readonly domain: string; readonly isKnown: boolean }
  | { readonly is: 'nowhere'; readonly address: string };

type Email = AvailabilityRequest['MailboxDataArray'][number]['Email'];

/**
 * Finds whom an address means. A mailbox elsewhere is looked for under the target address, and under the primary one only
 * where there is none; an address outside the accepted domains that nobody has may be one of another organisation.
 */
export async function calendarPlace(
  directory: Directory,
  organization: Pick<Organization, 'domains'>,
  { Address, RoutingType }: Email,
): Promise<CalendarPlace> {
  const address = Address.trim().replace(/^smtp:/i, '');
  const recipient = RoutingType?.toUpperCase() === 'EX' ? await directory.byLegacyDn(address) : await directory.byAddress(address);
  if (recipient === undefined) {
    const domain = domainOf(address);
    const isOurs = domain === '' || organization.domains.some((one) => one.toLowerCase() === domain);
    return isOurs ? { is: 'nowhere', address } : { is: 'elsewhere', address, domain, isKnown: false };
  }
  const mailbox = localMailbox(recipient);
  if (mailbox !== null) return { is: 'local', mailbox, owner: recipient };
  if (recipient.type.endsWith('Group')) return { is: 'group', address };
  const target = recipient.targetAddress ?? recipient.primaryAddress;
  return { is: 'elsewhere', address: target, domain: domainOf(target), isKnown: true };
}

function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '' : address.slice(at + 1).toLowerCase();
}
