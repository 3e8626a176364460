import type { Guid } from '../../kernel/ids.ts';
import type { RecipientType } from '../world/vocabulary.ts';
import type { RecipientSettings } from './recipient-settings.ts';

/** A directory object with an address, or a `User`: an account that Exchange does nothing for, without alias, addresses and legacyExchangeDN (''). */
export interface Recipient {
  /** Object GUID. */
  readonly guid: Guid;
  readonly organization: string;
  readonly type: RecipientType;
  readonly alias: string;
  readonly displayName: string;
  /** SMTP, without prefix. */
  readonly primaryAddress: string;
  /** All addresses with their type: `SMTP:` for the primary one, `smtp:` and `X500:` for the others. */
  readonly addresses: readonly string[];
  /** SMTP, without prefix: where mail and Autodiscover of mail users and remote mailboxes are sent on to. */
  readonly targetAddress: string | null;
  readonly userPrincipalName: string | null;
  readonly samAccountName: string | null;
  /** The only form of the password that is kept; null: nobody can sign in. */
  readonly ntHash: string | null;
  /** The account may sign in. */
  readonly enabled: boolean;
  /** Signing in interactively takes a second factor, which nobody has here. */
  readonly mfa: boolean;
  /** Security identifier, `S-1-5-21-...`. Directory synchronisation brings the on-premises one to the cloud. */
  readonly sid: string;
  /** What Microsoft's sign-in services call the account (PUID): 16 hexadecimal digits in capitals. */
  readonly netId: string;
  readonly legacyDn: string;
  /** GUID of the mailbox, wherever it lies. */
  readonly exchangeGuid: Guid | null;
  readonly archiveGuid: Guid | null;
  /** `givenName surname title department company office phone capacity`, where known. */
  readonly details: Readonly<Record<string, string>>;
  /** Object GUIDs of a group's members. */
  readonly members: readonly Guid[];
  readonly access: readonly AccessEntry[];
  /** All else that is set at it. */
  readonly settings: RecipientSettings;
}

/** Who else may open a mailbox, or send as a recipient. */
export interface AccessEntry {
  /** Object GUID of a recipient of the same organisation. */
  readonly trustee: Guid;
  readonly right: 'FullAccess' | 'SendAs';
  readonly inherited: boolean;
}

/** GUID of the mailbox that this organisation keeps for a recipient, the one inside the ids of what is in it; null when it keeps none. */
export function localMailbox(recipient: Recipient): Guid | null {
  return mailboxTypes.has(recipient.type) ? (recipient.settings.physicalMailbox ?? recipient.exchangeGuid) : null;
}

/** GUID of the archive that this organisation keeps for a recipient, its mailbox here or elsewhere; null when it keeps none. */
export function localArchive(recipient: Recipient): Guid | null {
  const { archiveGuid, settings } = recipient;
  if (archiveGuid === null || settings.archiveDomain !== undefined) return null;
  return settings.physicalArchive ?? (localMailbox(recipient) === null ? null : archiveGuid);
}

/** What an archive is called: in Exchange, too, its owner's name stands behind these words unless something else is said. */
export function archiveNameOf({ displayName, settings }: Recipient): string {
  return settings.archiveName ?? `In-Place Archive -${displayName}`;
}

/** GUID of the mailbox that keeps an organisation's public folders, of the recipient that it belongs to; others of its kind count contents alone. */
export function publicFolderMailbox({ type, exchangeGuid, settings }: Recipient): Guid | null {
  return type === 'PublicFolderMailbox' && settings.contentsAlone !== true ? exchangeGuid : null;
}

/** Whether a recipient stands for its members. */
export function isGroup({ type }: Pick<Recipient, 'type'>): boolean {
  return mailGroups.has(type) || (type !== 'User' && plainTypes.has(type));
}

/** Whether a group is one of rooms, by which people choose a building. */
export function isRoomList({ type, settings }: Pick<Recipient, 'type' | 'settings'>): boolean {
  return type === 'MailUniversalDistributionGroup' && settings.roomList === true;
}

/** RecipientTypeDetails: what something is, as administrators see it. */
export function typeDetails(recipient: Pick<Recipient, 'type' | 'settings'>): RecipientType | 'RoomList' {
  return isRoomList(recipient) ? 'RoomList' : recipient.type;
}

/** Whether something has mail; accounts and groups may be in the directory without. */
export function hasMail(type: RecipientType): boolean {
  return !plainTypes.has(type);
}

/** Whether people find something by its name: it has mail and is not hidden from the address lists. */
export function isListed({ type, settings }: Pick<Recipient, 'type' | 'settings'>): boolean {
  return hasMail(type) && settings.hiddenFromAddressLists !== true;
}

/** What something is once Exchange does nothing for it any more. */
export function typeWithoutMail(type: RecipientType): RecipientType {
  return mailGroups.get(type) ?? (plainTypes.has(type) ? type : 'User');
}

const mailboxTypes: ReadonlySet<RecipientType> = new Set([
  ...(['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'] as const),
  'ArbitrationMailbox',
]);
/** Groups with mail, and what they are without it. */
const mailGroups: ReadonlyMap<RecipientType, RecipientType> = new Map([
  ['MailUniversalDistributionGroup', 'UniversalDistributionGroup'],
  ['MailUniversalSecurityGroup', 'UniversalSecurityGroup'],
]);
const plainTypes: ReadonlySet<RecipientType> = new Set(['User', ...mailGroups.values()]);
