import type { Guid } from '../../kernel/ids.ts';
import type { Organization } from '../organization/organization.ts';
import { profileOf } from '../organization/profiles.ts';
import { accountSid, netIdOf } from './account-ids.ts';
import { legacyExchangeDn } from './legacy-dn.ts';
import type { Recipient } from './recipient.ts';

/** What a new directory object is made from. */
export interface NewRecipient extends Pick<Recipient, 'guid' | 'type' | 'alias' | 'displayName' | 'primaryAddress'> {
  readonly userPrincipalName: string | null;
  readonly samAccountName: string | null;
  /** Its number in the organisation's domain. */
  readonly rid: number;
}

/** A directory object that has nothing but its names: one address, no password, no mailbox, no settings. */
export function newRecipient(organization: Organization, given: NewRecipient): Recipient {
  const { guid, type, alias, displayName, primaryAddress, userPrincipalName, samAccountName, rid } = given;
  return {
    guid,
    organization: organization.name,
    type,
    alias,
    displayName,
    primaryAddress,
    addresses: primaryAddress === '' ? [] : [`SMTP:${primaryAddress}`],
    targetAddress: null,
    userPrincipalName,
    samAccountName,
    ntHash: null,
    enabled: true,
    mfa: false,
    sid: accountSid(organization.name, rid),
    netId: netIdOf(userPrincipalName ?? (primaryAddress === '' ? guid : primaryAddress)),
    legacyDn: alias === '' ? '' : legacyDnIn(organization, guid, alias),
    exchangeGuid: null,
    archiveGuid: null,
    details: {},
    members: [],
    access: [],
    settings: {},
  };
}

/** legacyExchangeDN of a new object of an organisation. */
export function legacyDnIn({ name, title, product }: Organization, guid: Guid, alias: string): string {
  return legacyExchangeDn(profileOf(product).directoryName ?? title ?? name, guid, alias);
}
