import type { Directory } from '../../shared/domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Guid } from '../../shared/kernel/ids.ts';

/** Where what is asked of an address is to be found. */
export type RecipientPlace =
  | { readonly is: 'local'; readonly mailbox: Guid; readonly owner: Recipient }
  | { readonly is: 'group'; readonly address: string; readonly group: Recipient }
  | PlaceElsewhere
  | { readonly is: 'nowhere'; readonly address: string };

export interface PlaceElsewhere {
  readonly is: 'elsewhere';
  /** Where the mailbox lies, as far as it is known here. */
  readonly address: string;
  /** Of the address, in small letters. */
  readonly domain: string;
  /** The directory has somebody whose mailbox lies at that address: `recipient`. */
  readonly isKnown: boolean;
  readonly recipient?: Recipient;
}

/** An address as requests write it. */
interface WrittenAddress {
  readonly Address: string;
  readonly RoutingType?: string | undefined;
}

/**
 * Finds whom an address means. A mailbox elsewhere is looked for under the target address, and under the primary one only
 * where there is none; an address outside the accepted domains that nobody has may be one of another organisation.
 */
export async function recipientPlace(
  directory: Directory,
  organization: Pick<Organization, 'domains'>,
  { Address, RoutingType }: WrittenAddress,
): Promise<RecipientPlace> {
  const address = Address.trim().replace(/^smtp:/i, '');
  const recipient = RoutingType?.toUpperCase() === 'EX' ? await directory.byLegacyDn(address) : await directory.byAddress(address);
  if (recipient === undefined) {
    const domain = domainOf(address);
    const isOurs = domain === '' || organization.domains.some((one) => one.toLowerCase() === domain);
    return isOurs ? { is: 'nowhere', address } : { is: 'elsewhere', address, domain, isKnown: false };
  }
  const mailbox = localMailbox(recipient);
  if (mailbox !== null) return { is: 'local', mailbox, owner: recipient };
  if (recipient.type.endsWith('Group')) return { is: 'group', address, group: recipient };
  const target = recipient.targetAddress ?? recipient.primaryAddress;
  return { is: 'elsewhere', address: target, domain: domainOf(target), isKnown: true, recipient };
}

function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '' : address.slice(at + 1).toLowerCase();
}
