import { addressHolder } from '../../domain/directory/name-holders.ts';
import { smtpAddresses, withFurther } from '../../domain/directory/proxy-addresses.ts';
import { localArchive, localMailbox, publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import { readRecipients, updateRecipient } from '../../domain/directory/recipients.ts';
import { withEventReference } from '../../domain/mailbox/automatic-replies.ts';
import { updateFolder } from '../../domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { movedCounters } from '../../domain/mailbox/moved-entries.ts';
import { bagOf } from '../../domain/mailbox/property-reader.ts';
import { lastTransit, lockForGood, readTransit, setTransit } from '../../domain/mailbox/transit.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { present } from '../../kernel/assert.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ConvertedRecipient, MovingRecipient, RecipientConversion } from './ports.ts';
import { alreadyMoving, moveRefusal, noRecipient } from './refusals.ts';
import { localOf, mailboxOf, movingRecipient, ownerOf, requireMovingMailbox, type StoreEnd } from './store-end.ts';

/** What a conversion makes of the person; the mailboxes that it changes are changed in the same transaction. */
interface Converted {
  readonly recipient: Recipient;
  readonly warnings: readonly string[];
}

/**
 * Makes the person of a move what he is on this side from now on. A person who is so already stays as he is: the step may be taken
 * again. What the mailbox is in follows in the same transaction, so that he has it or has it not.
 */
export async function convertRecipient(end: StoreEnd, conversion: RecipientConversion): Promise<ConvertedRecipient> {
  const { ground, of } = end;
  const owner = await ownerOf(end);
  if (publicFolderMailbox(owner) !== null)
    throw moveRefusal('MailboxInUsePermanentException', `'${owner.displayName}' is a public folder mailbox and stays one.`);
  const primary = await mailboxOf({ ...end, of: { ...of, kind: 'primary' } });
  const archive = await mailboxOf({ ...end, of: { ...of, kind: 'archive' } });
  const moving = conversion.operation === 'UpdateArchiveOnly' ? archive : primary;
  if (conversion.operation !== 'MorphToMailUser' && moving === undefined && localOf(end, owner) === null) await requireMovingMailbox(end);
  const { recipient, warnings } = await ground.store.transaction(async (tx): Promise<Converted> => {
    const [current] = await readRecipients(tx, owner.organization, [owner.guid]);
    if (current === undefined) throw noRecipient(of.mailboxGuid);
    const converted = await convert(tx, end, current, conversion, { primary, archive });
    if (converted.recipient !== current) await updateRecipient(tx, converted.recipient, ground.now());
    return converted;
  });
  return { recipient: movingRecipient(recipient), server: serverFqdn(ground.organization), warnings };
}

interface Mailboxes {
  readonly primary: Mailbox | undefined;
  readonly archive: Mailbox | undefined;
}

function convert(
  tx: Transaction,
  end: StoreEnd,
  current: Recipient,
  conversion: RecipientConversion,
  mailboxes: Mailboxes,
): Promise<Converted> {
  if (conversion.operation === 'MorphToMailbox') return toMailbox(tx, end, current, conversion, mailboxes);
  if (conversion.operation === 'MorphToMailUser') return toMailUser(tx, end, current, conversion, mailboxes);
  return withArchive(tx, end, current, conversion, mailboxes);
}

/** Types of mailboxes with what they are where the mailbox lies elsewhere. */
const remoteTypes: ReadonlyMap<RecipientType, RecipientType> = new Map([
  ['UserMailbox', 'RemoteUserMailbox'],
  ['SharedMailbox', 'RemoteSharedMailbox'],
  ['RoomMailbox', 'RemoteRoomMailbox'],
  ['EquipmentMailbox', 'RemoteEquipmentMailbox'],
]);

/** The kind of mailbox that somebody has, here or elsewhere; a mail user does not say. */
function mailboxType(type: string): RecipientType | undefined {
  for (const [local, remote] of remoteTypes) if (type === local || type === remote) return local;
  return undefined;
}

async function toMailbox(
  tx: Transaction,
  end: StoreEnd,
  current: Recipient,
  { otherSide }: RecipientConversion,
  { primary, archive }: Mailboxes,
): Promise<Converted> {
  if (localMailbox(current) !== null) return { recipient: current, warnings: [] };
  const mailbox = present(primary, 'the mailbox of a conversion');
  await activate(tx, end, mailbox);
  const hasArchive = archive !== undefined && (await activate(tx, end, archive));
  const { archiveDomain: _domain, migrated: _migrated, physicalArchive, ...settings } = current.settings;
  const archiveHere = hasArchive ? archive.guid : physicalArchive;
  const isElsewhere = current.archiveGuid !== null && archiveHere === undefined;
  const recipient: Recipient = {
    ...current,
    type: mailboxType(current.type) ?? mailboxType(otherSide.type) ?? 'UserMailbox',
    targetAddress: null,
    addresses: await withX500(tx, current, otherSide),
    settings: {
      ...settings,
      physicalMailbox: mailbox.guid,
      ...(archiveHere === undefined ? {} : { physicalArchive: archiveHere }),
      ...(isElsewhere ? { archiveDomain: domainOf(otherSide.primaryAddress) } : {}),
    },
  };
  return { recipient, warnings: [] };
}

/** Gives a mailbox that was written to its person; false where it is not the target of this move. */
async function activate(tx: Transaction, { ground, of }: StoreEnd, mailbox: Mailbox): Promise<boolean> {
  const { status, holder } = await lastTransit(tx, mailbox.guid);
  if (status !== 'SyncDestination') return false;
  if (holder !== of.holder) throw alreadyMoving('destination');
  await finishReferences(tx, mailbox, ground.now());
  await setTransit(tx, mailbox.guid, 'None', of.holder, ground.now());
  return true;
}

/** Names the appointment of an absence by its counter here. */
async function finishReferences(tx: Transaction, { guid }: Mailbox, at: number): Promise<void> {
  const root = await requireFolder(tx, guid, 'root');
  const sources: string[] = [];
  withEventReference(bagOf(root), (event) => {
    sources.push(String(event));
    return event;
  });
  const counters = await movedCounters(tx, guid, sources);
  const set = withEventReference(bagOf(root), (event) => (typeof event === 'number' ? event : (counters.get(event) ?? null)));
  if (set !== undefined) await updateFolder(tx, guid, root.counter, { set }, 'any', at);
}

async function toMailUser(
  tx: Transaction,
  end: StoreEnd,
  current: Recipient,
  { otherSide, deliveryDomain }: RecipientConversion,
  { primary, archive }: Mailboxes,
): Promise<Converted> {
  const { target, warnings } = targetOf(otherSide, deliveryDomain);
  if (localMailbox(current) === null) return { recipient: current, warnings };
  if (primary !== undefined) await close(tx, end, primary);
  const isMoving = archive !== undefined && (await isOfMove(tx, end, archive));
  if (isMoving) await close(tx, end, archive);
  const stays = isMoving ? null : localArchive(current);
  const recipient: Recipient = {
    ...current,
    type: end.ground.organization.kind === 'cloud' ? 'MailUser' : (remoteTypes.get(current.type) ?? 'MailUser'),
    targetAddress: target,
    addresses: await withX500(tx, current, otherSide),
    access: current.access.filter(({ right }) => right === 'SendAs'),
    settings: {
      ...withoutMailbox(current.settings),
      ...(end.ground.organization.kind === 'cloud' ? {} : { migrated: true }),
      ...(stays === null ? {} : { physicalArchive: stays }),
    },
  };
  return { recipient, warnings };
}

async function isOfMove(tx: Transaction, { ground, of }: StoreEnd, mailbox: Mailbox): Promise<boolean> {
  const { status, holder } = await readTransit(tx, mailbox.guid, ground.now());
  return status !== 'None' && holder === of.holder;
}

/** Nobody opens a mailbox any more whose person has another one. Refuses where another move has it. */
async function close(tx: Transaction, { ground, of }: StoreEnd, mailbox: Mailbox): Promise<void> {
  try {
    await setTransit(tx, mailbox.guid, 'Locked', of.holder, ground.now());
  } catch (error) {
    throw error instanceof Refusal && error.code === 'mailbox-in-transit' ? alreadyMoving('source') : error;
  }
  await lockForGood(tx, mailbox.guid, of.holder);
}

/**
 * Where mail for the person goes: his address in the delivery domain. The first sentence of the warning is Microsoft's
 * (MicrosoftDocs/OfficeDocs-Exchange#1061).
 */
function targetOf({ addresses, primaryAddress }: MovingRecipient, deliveryDomain: string) {
  const target = smtpAddresses(addresses).find((address) => domainOf(address) === deliveryDomain.toLowerCase());
  if (target !== undefined) return { target, warnings: [] };
  const warning = `The target mailbox doesn't have an SMTP proxy matching '${deliveryDomain}'. Mail for the source mail user is sent on to the primary SMTP address '${primaryAddress}'.`;
  return { target: primaryAddress, warnings: [warning] };
}

async function withArchive(
  tx: Transaction,
  end: StoreEnd,
  current: Recipient,
  { deliveryDomain }: RecipientConversion,
  { archive }: Mailboxes,
): Promise<Converted> {
  const { physicalArchive, archiveDomain, ...settings } = current.settings;
  if (end.side === 'destination') {
    if (archive === undefined || !(await activate(tx, end, archive))) return { recipient: current, warnings: [] };
    const archiveGuid = archive.standsFor ?? current.archiveGuid;
    return { recipient: { ...current, archiveGuid, settings: { ...settings, physicalArchive: archive.guid } }, warnings: [] };
  }
  if (localArchive(current) === null || archive === undefined) return { recipient: current, warnings: [] };
  await close(tx, end, archive);
  // Of somebody whose mailbox is elsewhere, too, nothing is left to be said here.
  const isHere = localMailbox(current) !== null;
  return { recipient: { ...current, settings: { ...settings, ...(isHere ? { archiveDomain: deliveryDomain } : {}) } }, warnings: [] };
}

/** The addresses of the person and the other side's legacyExchangeDN, so that old mail from there can be answered; not where somebody else has it. */
async function withX500(tx: Transaction, current: Recipient, { legacyDn }: MovingRecipient): Promise<readonly string[]> {
  if (legacyDn === '' || legacyDn.toLowerCase() === current.legacyDn.toLowerCase()) return current.addresses;
  const address = `X500:${legacyDn}`;
  const holder = await addressHolder(tx, current.organization, address);
  return holder !== undefined && holder !== current.guid ? current.addresses : withFurther(current.addresses, [address]);
}

/** What belongs to a mailbox and goes with it. */
const ofMailbox: ReadonlySet<string> = new Set<keyof RecipientSettings>([
  ...(['physicalMailbox', 'physicalArchive', 'archiveDomain', 'quotas', 'ownQuotas', 'messagesPerFolder', 'litigationHold'] as const),
  ...(['singleItemRecovery', 'retainDeletedItemsFor', 'retentionPolicy', 'closedProtocols', 'throttlingPolicy'] as const),
  ...(['forwardingAddress', 'forwardingSmtpAddress', 'deliverToMailboxAndForward'] as const),
  ...(['messageCopyForSentAs', 'messageCopyForSendOnBehalf', 'messageCopyForSmtpSubmission'] as const),
]);

function withoutMailbox(settings: RecipientSettings): RecipientSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !ofMailbox.has(name)));
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
