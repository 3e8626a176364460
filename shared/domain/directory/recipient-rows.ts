import { type Guid, parseGuid } from '../../kernel/ids.ts';
import type { ProxyAddressTable, RecipientTable } from '../../store/directory-schema.ts';
import { fold, foldKey } from '../../store/fold.ts';
import { storable, storableJson } from '../../store/storable.ts';
import { type RecipientType, recipientTypes } from '../world/vocabulary.ts';
import type { AccessEntry, Recipient } from './recipient.ts';
import type { RecipientSettings } from './recipient-settings.ts';

/** What lies in the column `attributes`; what has its usual value is left out. */
interface Attributes {
  readonly enabled?: false;
  readonly mfa?: true;
  readonly netId: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly members?: readonly Guid[];
  readonly access?: readonly AccessEntry[];
  readonly settings?: RecipientSettings;
}

/** The row of a recipient; its addresses lie in rows of their own. */
export function toRow(recipient: Recipient): RecipientTable {
  const { details, members, access, settings } = recipient;
  const attributes: Attributes = {
    ...(recipient.enabled ? {} : { enabled: false }),
    ...(recipient.mfa ? { mfa: true } : {}),
    netId: recipient.netId,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(members.length === 0 ? {} : { members }),
    ...(access.length === 0 ? {} : { access }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
  return {
    guid: recipient.guid,
    organization: recipient.organization,
    type: recipient.type,
    alias: recipient.alias,
    display_name: storable(recipient.displayName),
    display_name_fold: foldKey(recipient.displayName),
    primary_address: recipient.primaryAddress,
    target_address: recipient.targetAddress === null ? null : `SMTP:${recipient.targetAddress}`,
    user_principal_name: recipient.userPrincipalName,
    sam_account_name: recipient.samAccountName,
    nt_hash: recipient.ntHash,
    legacy_dn: recipient.legacyDn,
    exchange_guid: recipient.exchangeGuid,
    archive_guid: recipient.archiveGuid,
    sid: recipient.sid,
    master_account_sid: recipient.settings.masterAccountSid ?? null,
    attributes: storableJson(attributes),
  };
}

export function toAddressRows(recipient: Recipient): readonly ProxyAddressTable[] {
  return recipient.addresses.map((address) => ({
    organization: recipient.organization,
    address_fold: addressKey(address),
    recipient: recipient.guid,
    address,
  }));
}

/** The key of an address with or without its type: SMTP addresses are known by the bare address, others with the type. */
export function addressKey(address: string): string {
  return foldKey(address.replace(/^smtp:/i, ''));
}

export function fromRow(row: RecipientTable, addresses: readonly string[]): Recipient {
  const attributes: Attributes = JSON.parse(row.attributes);
  return {
    guid: guidOf(row.guid),
    organization: row.organization,
    type: typeOf(row.type),
    alias: row.alias,
    displayName: row.display_name,
    primaryAddress: row.primary_address,
    // The primary address first: its prefix sorts before the others.
    addresses: addresses.toSorted(),
    targetAddress: row.target_address === null ? null : row.target_address.replace(/^SMTP:/, ''),
    userPrincipalName: row.user_principal_name,
    samAccountName: row.sam_account_name,
    ntHash: row.nt_hash,
    enabled: attributes.enabled ?? true,
    mfa: attributes.mfa ?? false,
    sid: sidOf(row),
    netId: attributes.netId,
    legacyDn: row.legacy_dn,
    exchangeGuid: row.exchange_guid === null ? null : guidOf(row.exchange_guid),
    archiveGuid: row.archive_guid === null ? null : guidOf(row.archive_guid),
    details: attributes.details ?? {},
    members: attributes.members ?? [],
    access: attributes.access ?? [],
    settings: attributes.settings ?? {},
  };
}

function guidOf(text: string): Guid {
  const guid = parseGuid(text);
  if (guid === undefined) throw new Error(`defect: ${text} in the directory is not a GUID`);
  return guid;
}

function sidOf({ guid, sid }: RecipientTable): string {
  if (sid === null) throw new Error(`defect: ${guid} in the directory has no security identifier`);
  return sid;
}

function typeOf(text: string): RecipientType {
  const type = recipientTypes.find((known) => known === text);
  if (type === undefined) throw new Error(`defect: ${text} in the directory is not a recipient type`);
  return type;
}

/** The names under which no other recipient of the organisation may be known, by kind. */
export function uniqueNames({
  alias,
  samAccountName,
  userPrincipalName,
}: Recipient): readonly (readonly [column: UniqueColumn, name: string])[] {
  const names = [
    ['alias', alias],
    ['sam_account_name', samAccountName],
    ['user_principal_name', userPrincipalName],
  ] as const;
  return names.flatMap(([column, name]) => (name === null || name === '' ? [] : [[column, fold(name)] as const]));
}

export type UniqueColumn = 'alias' | 'sam_account_name' | 'user_principal_name';
