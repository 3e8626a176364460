import { accountSid } from '../../domain/directory/account-ids.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import { hasMail, localArchive, localMailbox, publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { contentsOfMailbox } from '../../domain/mailbox/mailbox-contents.ts';
import { sizeOfMailbox } from '../../domain/mailbox/mailbox-size.ts';
import { getMailboxesOf, type Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { quotasOf } from '../../domain/mailbox/quota.ts';
import { softDeleteMailbox } from '../../domain/mailbox/soft-delete.ts';
import { lastTransit, lockForGood, readTransit, setTransit, wantsRenewal } from '../../domain/mailbox/transit.ts';
import { databaseNameOfMailbox } from '../../domain/organization/mailbox-databases.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { databaseOf, homeServerOf, serverFqdn } from '../../domain/organization/servers.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid, Identifiers } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { BlobReader } from '../message/draft-from-item.ts';
import type { AclEntry, MailboxInformation, MailboxKind, MovingRecipient, MovingStatus, Principal } from './ports.ts';
import { alreadyMoving, moveRefusal, noRecipient } from './refusals.ts';

/** The side of an organisation that a mailbox is moved from or to. */
export interface MoveGround {
  readonly store: Store;
  readonly organization: Organization;
  readonly directory: Directory;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  /** Octets that the store keeps under their hash. */
  readonly blobs: BlobReader;
  /** World time of the organisation. */
  now(): Instant;
}

/** Which mailbox, and who moves it. */
export interface MoveOf {
  /** ExchangeGuid of the person, of an archive too. */
  readonly mailboxGuid: Guid;
  readonly kind: MailboxKind;
  /**
   * Names the move: two of different names never have a mailbox at once. What names itself by its request goes on at once after
   * a crash; what names itself by its connection waits until the mailbox is free again.
   */
  readonly holder: string;
}

/** One end of a move on the store. */
export interface StoreEnd {
  readonly ground: MoveGround;
  readonly of: MoveOf;
  readonly side: 'source' | 'destination';
}

/** The person who moves, as the directory has him now. Refuses with `RecipientNotFoundPermanentException`. */
export async function ownerOf({ ground, of }: StoreEnd): Promise<Recipient> {
  const owner = await ground.directory.byExchangeGuid(of.mailboxGuid);
  if (owner === undefined) throw noRecipient(of.mailboxGuid);
  return owner;
}

/** The mailbox of the person that this organisation uses, of the kind that moves; null where it has none. Public folders count as a primary one. */
export function localOf({ of: { kind } }: Pick<StoreEnd, 'of'>, owner: Recipient): Guid | null {
  return kind === 'primary' ? (publicFolderMailbox(owner) ?? localMailbox(owner)) : localArchive(owner);
}

/**
 * The mailbox that is read or written; undefined where there is none. A source that its person uses no more since he was converted
 * is still the source; a target is his as soon as he is.
 */
export async function mailboxOf(end: StoreEnd): Promise<Mailbox | undefined> {
  const { ground, of, side } = end;
  const owner = await ownerOf(end);
  const local = localOf(end, owner);
  const wanted = of.kind === 'primary' && publicFolderMailbox(owner) !== null ? 'public' : of.kind;
  const own = (await getMailboxesOf(ground.store.read, owner.guid)).filter(
    ({ kind, organization, deleted }) => kind === wanted && organization === ground.organization.name && deleted === undefined,
  );
  const inUse = own.find(({ guid }) => guid === local);
  // Public folders are filled where they lie.
  if ((side === 'source' || wanted === 'public') && inUse !== undefined) return inUse;
  const moving: Mailbox[] = [];
  for (const mailbox of own) {
    const { status } = await lastTransit(ground.store.read, mailbox.guid);
    if (mailbox !== inUse && (side === 'source' ? status === 'Locked' || status === 'SyncSource' : status === 'SyncDestination'))
      moving.push(mailbox);
  }
  return moving.at(-1) ?? (inUse?.standsFor === undefined ? undefined : inUse);
}

/** As {@link mailboxOf}. Refuses with `MailboxDoesNotExistPermanentException`. */
export async function requireMovingMailbox(end: StoreEnd): Promise<Mailbox> {
  const mailbox = await mailboxOf(end);
  if (mailbox !== undefined) return mailbox;
  const { organization } = end.ground;
  throw moveRefusal(
    'MailboxDoesNotExistPermanentException',
    `There is no ${end.of.kind} mailbox of '${end.of.mailboxGuid}' in ${organization.title ?? organization.name}.`,
  );
}

/** What is said of the mailbox and of where it lies. */
export async function informationOf(end: StoreEnd): Promise<MailboxInformation> {
  const { ground, of } = end;
  const owner = await ownerOf(end);
  const { guid } = await requireMovingMailbox(end);
  const { read } = ground.store;
  const [contents, size] = [await contentsOfMailbox(read, guid), await sizeOfMailbox(read, guid)];
  const server = homeServerOf(ground.organization, guid);
  return {
    mailboxGuid: of.mailboxGuid,
    kind: of.kind,
    displayName: owner.displayName,
    legacyDn: owner.legacyDn,
    server: serverFqdn(ground.organization, server),
    serverVersion: versionOf(ground.organization),
    database: databaseNameOfMailbox(ground.organization, guid),
    databaseGuid: databaseOf(ground.organization, server),
    quota: (await quotasOf(read, guid)).ProhibitSendReceiveQuota,
    size: {
      ...{ items: contents.items, bytes: size.inUse, deletedItems: contents.recoverable, deletedBytes: size.recoverable },
      // Reports of Exchange count the octets of associated items with the others, too (learn.microsoft.com/answers 126746).
      ...{ associatedItems: contents.associated, associatedBytes: 0 },
    },
  };
}

/** `15.2.1544.11`. */
function versionOf({ product }: Organization): string {
  const { major, minor, majorBuild, minorBuild } = profileOf(product).version;
  return [major, minor, majorBuild, minorBuild].join('.');
}

/** Says what the move does with the mailbox. Refuses where another one has it. */
export async function setInTransit(end: StoreEnd, status: MovingStatus): Promise<void> {
  const { ground, of, side } = end;
  const mailbox = status === 'None' ? await mailboxOf(end) : await requireMovingMailbox(end);
  if (mailbox === undefined) return;
  if (status === 'Flipping') return ground.store.transaction((tx) => keepLocked(tx, end, mailbox.guid));
  await refusingOthers(side, () => ground.store.transaction((tx) => setTransit(tx, mailbox.guid, status, of.holder, ground.now())));
}

/** A lock that has ended meanwhile is none: what its owner has written since has not been moved. */
async function keepLocked(tx: Transaction, { ground, of, side }: StoreEnd, mailbox: Guid): Promise<void> {
  const { status, holder } = await readTransit(tx, mailbox, ground.now());
  if (status !== 'Locked' || holder !== of.holder) throw alreadyMoving(side);
  await lockForGood(tx, mailbox, of.holder);
}

async function refusingOthers<T>(side: StoreEnd['side'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'mailbox-in-transit') throw alreadyMoving(side);
    throw error;
  }
}

/** Says that the move is still there, when it is time to. */
export async function renew({ ground, of }: StoreEnd, mailbox: Guid): Promise<void> {
  const transit = await readTransit(ground.store.read, mailbox, ground.now());
  if (transit.holder !== of.holder || !wantsRenewal(transit, ground.now())) return;
  await ground.store.transaction((tx) => setTransit(tx, mailbox, transit.status, of.holder, ground.now()));
}

/** Lets a mailbox go that is read by this move. One that is locked stays so: whoever comes back finds it as it was. */
export async function letGo(end: StoreEnd): Promise<void> {
  const mailbox = await mailboxOf(end);
  if (mailbox === undefined) return;
  const { status, holder } = await readTransit(end.ground.store.read, mailbox.guid, end.ground.now());
  if (status === 'SyncSource' && holder === end.of.holder) await setInTransit(end, 'None');
}

/** Takes the mailbox away. Refuses with `MailboxInUsePermanentException` where its person uses it. */
export async function takeAway(end: StoreEnd): Promise<void> {
  const { ground } = end;
  const mailbox = await mailboxOf(end);
  if (mailbox === undefined) return;
  if (localOf(end, await ownerOf(end)) === mailbox.guid)
    throw moveRefusal('MailboxInUsePermanentException', `The ${end.of.kind} mailbox of '${end.of.mailboxGuid}' is in use and stays.`);
  await ground.store.transaction((tx) => softDeleteMailbox(tx, mailbox.guid, ground.now()));
}

/** A person as the other side is told of him. */
export function movingRecipient(recipient: Recipient): MovingRecipient {
  return {
    objectGuid: recipient.guid,
    type: recipient.type,
    displayName: recipient.displayName,
    alias: recipient.alias,
    primaryAddress: recipient.primaryAddress,
    addresses: recipient.addresses,
    targetAddress: recipient.targetAddress,
    legacyDn: recipient.legacyDn,
    exchangeGuid: recipient.exchangeGuid,
    archiveGuid: recipient.archiveGuid,
    sid: recipient.sid,
  };
}

/** Those who have one of these SIDs as their own, or as that of the account of another forest. */
export async function principalsOf({ ground }: StoreEnd, sids: readonly string[]): Promise<readonly Principal[]> {
  const wanted = new Set(sids);
  return (await ground.directory.all())
    .filter(({ sid, settings }) => wanted.has(sid) || wanted.has(settings.masterAccountSid ?? ''))
    .map(({ sid, settings, guid, exchangeGuid, alias, displayName, legacyDn, addresses, type }) => ({
      ...{ sid, masterAccountSid: settings.masterAccountSid ?? null, objectGuid: guid, mailboxGuid: exchangeGuid },
      ...{ alias, displayName, legacyDn, proxies: addresses, isMailEnabled: hasMail(type) },
    }));
}

/** The SID of somebody by his object GUID; of one who is not in the directory any more a SID that nobody has. */
export async function sidOf({ ground }: Pick<StoreEnd, 'ground'>, guid: Guid): Promise<string> {
  const found = await ground.directory.byGuid(guid);
  return found?.sid ?? accountSid(`gone ${ground.organization.name} ${guid}`, 1_000 + Number.parseInt(guid.slice(0, 6), 16));
}

/** Who else has rights in the mailbox, or sends as its person. */
export async function mailboxAclOf(end: StoreEnd): Promise<readonly AclEntry[]> {
  const entries: AclEntry[] = [];
  for (const { trustee, right, inherited } of (await ownerOf(end)).access)
    entries.push({ sid: await sidOf(end, trustee), name: null, rights: 0, right, isInherited: inherited });
  return entries;
}
