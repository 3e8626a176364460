import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { initialDomain, type Organization, routingDomain } from '../organization/organization.ts';
import { accountSid, netIdOf } from './account-ids.ts';
import type { Directory } from './directory.ts';
import { legacyDnIn } from './new-recipient.ts';
import { localMailbox, type Recipient } from './recipient.ts';

/** As Setup calls it ("Recreate missing arbitration mailboxes", OfficeDocs-Exchange). */
const displayName = 'Microsoft Exchange Approval Assistant';
/** The part of the name that is the same in every organisation (same page). */
const namePrefix = '1f05a927';
/** Below the first account of a person. */
const rid = 1_104;

/**
 * The mailbox in which messages wait for approval, as Setup leaves one in every organisation. A tenant's has its address in the domain
 * that mail from on-premises comes by, so that what moderators there answer comes back over the hybrid connectors.
 */
export function arbitrationRecipient(organization: Organization): Recipient {
  const { name, domains } = organization;
  const guid = arbitrationGuid(name);
  const alias = `SystemMailbox{${namePrefix}${guid.slice(8)}}`;
  const ofTenant = organization.kind === 'cloud' ? (routingDomain(organization) ?? initialDomain(organization)) : undefined;
  const domain = ofTenant ?? domains[0];
  const address = `${alias}@${domain}`;
  return {
    guid,
    organization: name,
    type: 'ArbitrationMailbox',
    alias,
    displayName,
    primaryAddress: address,
    addresses: [`SMTP:${address}`],
    targetAddress: null,
    userPrincipalName: address,
    samAccountName: `SM_${guid.replaceAll('-', '').slice(0, 17)}`,
    ntHash: null,
    enabled: false,
    mfa: false,
    sid: accountSid(name, rid),
    netId: netIdOf(address),
    legacyDn: legacyDnIn(organization, guid, alias),
    exchangeGuid: namedGuid('arbitration-mailbox', name),
    archiveGuid: null,
    details: {},
    members: [],
    access: [],
    settings: { name: alias, hiddenFromAddressLists: true },
  };
}

function arbitrationGuid(organization: string): Guid {
  return namedGuid('arbitration', organization);
}

/** The arbitration mailbox of an organisation, and whose it is; undefined where somebody has removed it. */
export async function findArbitration(directory: Directory): Promise<{ readonly owner: Recipient; readonly mailbox: Guid } | undefined> {
  const owner = await directory.byGuid(arbitrationGuid(directory.organization));
  const mailbox = owner === undefined ? null : localMailbox(owner);
  return owner === undefined || mailbox === null ? undefined : { owner, mailbox };
}

/** Whether an address is that of an arbitration mailbox, of whatever organisation. */
export function isArbitrationAddress(address: string): boolean {
  return new RegExp(`^SystemMailbox\\{${namePrefix}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}@`, 'i').test(address);
}
