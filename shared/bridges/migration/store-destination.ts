import { readRecipients, updateRecipient } from '../../domain/directory/recipients.ts';
import { markMovedItem, removeMovedItem } from '../../domain/mailbox/change-moved-items.ts';
import type { FolderMember } from '../../domain/mailbox/folder-permissions.ts';
import { getFolderByRole } from '../../domain/mailbox/folders.ts';
import { createMailbox, type Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { readMoveState, writeMoveState } from '../../domain/mailbox/move-state.ts';
import { forgetMoved, forgetSomeMoved, movedCounters } from '../../domain/mailbox/moved-entries.ts';
import { putMovedItem } from '../../domain/mailbox/put-moved-item.ts';
import { listedNow } from '../../domain/mailbox/read-for-move.ts';
import { ruleCounters } from '../../domain/mailbox/rules/rule-messages.ts';
import { lastTransit, setTransit, wantsRenewal } from '../../domain/mailbox/transit.ts';
import { nextTurn } from '../../domain/mailbox/turns.ts';
import { newTransportConfig, transportConfigName, transportConfigs } from '../../domain/mailflow/transport-config.ts';
import { databaseOf, homeServerOf } from '../../domain/organization/servers.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { convertRecipient } from './convert-recipient.ts';
import { withPeopleHere } from './folder-settings.ts';
import type { AclEntry, DestinationMailbox, FolderRecord, MessagePayload, MessageRecord } from './ports.ts';
import { clearPublicFolders, isPublicTarget, takeUpPublicFolders } from './public-folder-target.ts';
import { alreadyMoving, moveRefusal, tooLarge } from './refusals.ts';
import { entryIdsIn, ruleHere, rulesOf } from './rules-record.ts';
import {
  informationOf,
  localOf,
  type MoveGround,
  type MoveOf,
  mailboxOf,
  movingRecipient,
  ownerOf,
  principalsOf,
  requireMovingMailbox,
  type StoreEnd,
  setInTransit,
  takeAway,
} from './store-end.ts';
import { removeFolder, writeFolderAcl, writeFolders } from './write-folders.ts';
import { type NotWritten, readPayloads, writeItems } from './write-items.ts';

/** What is written in one transaction: nobody else writes meanwhile (SQLite). */
const foldersATime = 50;
const itemsATime = 25;
const octetsATime = 2 * 1024 * 1024;
const idsATime = 100;

/** A mailbox of the store as the end of a move that is written. Refuses where nobody has the mailbox GUID. */
export async function openStoreDestination(ground: MoveGround, of: MoveOf): Promise<DestinationMailbox> {
  const end: StoreEnd = { ground, of, side: 'destination' };
  await ownerOf(end);
  const { store } = ground;
  const write = <T>(work: (tx: Transaction, mailbox: Mailbox, at: Instant) => Promise<T>): Promise<T> => writing(end, work);
  return {
    information: () => informationOf(end),
    recipient: async () => movingRecipient(await ownerOf(end)),
    setInTransit: (status) => setInTransit(end, status),
    convertRecipient: (conversion) => convertRecipient(end, conversion),
    resolvePrincipals: (sids) => principalsOf(end, sids),
    deleteMailbox: async () => (isPublicTarget(await ownerOf(end)) ? clearPublicFolders(end) : takeAway(end)),
    close: async () => {},
    exists: () => isMade(end),
    create: () => make(end),
    async putFolders(folders) {
      for (const some of slices(folders, foldersATime)) {
        const records: FolderRecord[] = [];
        for (const folder of some) records.push(await withPeopleHere(ground, folder));
        await write((tx, mailbox, at) => writeFolders(tx, mailbox, records, at));
      }
    },
    async deleteFolders(entryIds) {
      for (const entryId of entryIds)
        while (await write((tx, mailbox, at) => removeFolder(tx, mailbox, entryId, idsATime, at))) await nextTurn();
    },
    putMessages: (messages) => putMessages(end, messages),
    async deleteMessages(entryIds) {
      for (const some of slices(entryIds, idsATime)) {
        await write(async (tx, mailbox, at) => {
          for (const [entryId, counter] of await movedCounters(tx, mailbox.guid, some)) {
            await removeMovedItem(tx, mailbox.guid, counter, at);
            await forgetMoved(tx, mailbox.guid, entryId);
          }
        });
      }
    },
    async setRead(entryIds, isRead) {
      for (const some of slices(entryIds, idsATime)) {
        await write(async (tx, mailbox, at) => {
          for (const counter of (await movedCounters(tx, mailbox.guid, some)).values())
            await markMovedItem(tx, mailbox.guid, counter, isRead, at);
        });
      }
    },
    async setFolderAcl(folder, entries) {
      const members = await withMembers(end, entries);
      await write((tx, mailbox, at) => writeFolderAcl(tx, mailbox, folder, members, at));
    },
    setMailboxAcl: (entries) => setMailboxAcl(end, entries),
    setRules: (rules) => write((tx, mailbox, at) => writeRules(tx, mailbox, rules, at)),
    differing: (folder, messages) => differing(end, folder, messages),
    async loadSyncState() {
      const mailbox = await mailboxOf(end);
      return mailbox === undefined ? null : readMoveState(store.read, mailbox.guid);
    },
    saveSyncState: (state) => saveSyncState(end, state),
  };
}

/** Runs a transaction on the mailbox as long as it is the target of this move. */
async function writing<T>(end: StoreEnd, work: (tx: Transaction, mailbox: Mailbox, at: Instant) => Promise<T>): Promise<T> {
  const mailbox = await requireMovingMailbox(end);
  const at = end.ground.now();
  return end.ground.store.transaction(async (tx) => {
    const transit = await lastTransit(tx, mailbox.guid);
    if (transit.status !== 'SyncDestination' || transit.holder !== end.of.holder) throw alreadyMoving('destination');
    if (wantsRenewal(transit, at)) await setTransit(tx, mailbox.guid, 'SyncDestination', end.of.holder, at);
    return work(tx, mailbox, at);
  });
}

async function isMade(end: StoreEnd): Promise<boolean> {
  const mailbox = await mailboxOf(end);
  if (mailbox === undefined) return false;
  return (await lastTransit(end.ground.store.read, mailbox.guid)).status === 'SyncDestination';
}

async function make(end: StoreEnd): Promise<void> {
  const { ground, of } = end;
  const owner = await ownerOf(end);
  const existing = await mailboxOf(end);
  // Whoever comes back to what he made has it at once; another move does not.
  if (existing !== undefined && (await isMade(end))) return setInTransit(end, 'SyncDestination');
  if (isPublicTarget(owner)) return takeUpPublicFolders(end, owner);
  if (localOf(end, owner) !== null)
    throw moveRefusal('TargetUserAlreadyHasPrimaryMailboxException', `Target user '${owner.displayName}' already has a primary mailbox.`);
  const guid = ground.identifiers.guid();
  const { organization } = ground;
  const mailbox: Mailbox = {
    ...{ guid, organization: organization.name, recipient: owner.guid, kind: of.kind },
    ...{
      databaseGuid: databaseOf(organization, homeServerOf(organization, guid)),
      replicaGuid: namedGuid('replica', organization.name, guid),
    },
    standsFor: of.kind === 'primary' ? of.mailboxGuid : (owner.archiveGuid ?? of.mailboxGuid),
  };
  await ground.store.transaction(async (tx) => {
    await createMailbox(tx, mailbox, ground.now());
    await setTransit(tx, guid, 'SyncDestination', of.holder, ground.now());
  });
}

async function putMessages(end: StoreEnd, messages: readonly MessagePayload[]): Promise<readonly NotWritten[]> {
  const failed: NotWritten[] = [];
  const largest = await largestMessageOf(end);
  for (const portion of portionsOf(messages)) {
    const fitting = portion.filter(({ octets }) => octets.length <= largest);
    const { readable, unreadable } = readPayloads(fitting);
    failed.push(...unreadable, ...portion.filter((one) => !fitting.includes(one)).map(({ entryId }) => ({ entryId, failure: tooLarge })));
    if (readable.length > 0) await writing(end, (tx, mailbox, at) => writeItems(tx, mailbox, readable, at));
    await nextTurn();
  }
  return failed;
}

/**
 * Octets of the largest message that may come in: what the mailbox takes, else what the organisation does (page of New-MoveRequest,
 * -LargeItemLimit). A tenant takes what its source gives out.
 */
async function largestMessageOf(end: StoreEnd): Promise<number> {
  const { store, organization } = end.ground;
  const { maxReceiveSize } = (await ownerOf(end)).settings;
  if (maxReceiveSize !== undefined) return maxReceiveSize;
  if (organization.kind === 'cloud') return Number.POSITIVE_INFINITY;
  const stored = await transportConfigs.find(store.read, organization.name, transportConfigName);
  const { MaxReceiveSize } = { ...newTransportConfig(organization), ...stored?.value };
  return MaxReceiveSize === 'unlimited' ? Number.POSITIVE_INFINITY : MaxReceiveSize;
}

function* portionsOf(messages: readonly MessagePayload[]): Generator<readonly MessagePayload[]> {
  let portion: MessagePayload[] = [];
  let octets = 0;
  for (const message of messages) {
    if (portion.length > 0 && (portion.length >= itemsATime || octets + message.octets.length > octetsATime)) {
      yield portion;
      portion = [];
      octets = 0;
    }
    portion.push(message);
    octets += message.octets.length;
  }
  if (portion.length > 0) yield portion;
}

async function differing(end: StoreEnd, folderEntryId: string, messages: readonly MessageRecord[]): Promise<readonly string[]> {
  const { read } = end.ground.store;
  const { guid } = await requireMovingMailbox(end);
  const folder = (await movedCounters(read, guid, [folderEntryId])).get(folderEntryId);
  const found: string[] = [];
  for (const some of slices(messages, idsATime)) {
    const counters = await movedCounters(
      read,
      guid,
      some.map(({ entryId }) => entryId),
    );
    const items = await listedNow(read, guid, [...counters.values()]);
    for (const { entryId, isAssociated, messageClass, size } of some) {
      const item = items.get(counters.get(entryId) ?? -1);
      const isSame =
        item?.folder === folder && item?.class === messageClass && item.size === size && (item.associated === 1) === isAssociated;
      if (!isSame) found.push(entryId);
    }
    await nextTurn();
  }
  return found;
}

async function withMembers(end: StoreEnd, entries: readonly AclEntry[]): Promise<(AclEntry & { member: FolderMember })[]> {
  const found: (AclEntry & { member: FolderMember })[] = [];
  for (const entry of entries) {
    const member = entry.name ?? (entry.sid === null ? undefined : (await end.ground.directory.bySid(entry.sid))?.guid);
    if (member !== undefined) found.push({ ...entry, member });
  }
  return found;
}

async function setMailboxAcl(end: StoreEnd, entries: readonly AclEntry[]): Promise<void> {
  const { ground } = end;
  const owner = await ownerOf(end);
  const access: { trustee: typeof owner.guid; right: 'FullAccess' | 'SendAs'; inherited: boolean }[] = [];
  for (const { sid, right, isInherited } of entries) {
    const trustee = sid === null || right === null ? undefined : await ground.directory.bySid(sid);
    if (trustee !== undefined && right !== null) access.push({ trustee: trustee.guid, right, inherited: isInherited });
  }
  await ground.store.transaction(async (tx) => {
    const [current] = await readRecipients(tx, owner.organization, [owner.guid]);
    if (current !== undefined) await updateRecipient(tx, { ...current, access }, ground.now());
  });
}

/** The rules that there are go, and these come. */
async function writeRules(tx: Transaction, mailbox: Mailbox, octets: Uint8Array | null, at: Instant): Promise<void> {
  const inbox = await getFolderByRole(tx, mailbox.guid, 'inbox');
  // Public folders have neither.
  if (inbox === undefined) return;
  for (const counter of await ruleCounters(tx, inbox)) await removeMovedItem(tx, mailbox.guid, counter, at);
  const rules = octets === null ? [] : rulesOf(octets);
  const counters = await movedCounters(tx, mailbox.guid, [...new Set(entryIdsIn(rules))]);
  for (const rule of rules) {
    const folder = await getFolderByRole(tx, mailbox.guid, 'inbox');
    if (folder !== undefined) await putMovedItem(tx, folder, ruleHere(rule, counters), undefined, at);
  }
}

async function saveSyncState(end: StoreEnd, state: string | null): Promise<void> {
  const mailbox = state === null ? await mailboxOf(end) : await requireMovingMailbox(end);
  if (mailbox === undefined) return;
  await end.ground.store.transaction((tx) => writeMoveState(tx, mailbox.guid, state));
  // Without a state nothing is ever written again by where it came from.
  if (state !== null) return;
  while (await end.ground.store.transaction((tx) => forgetSomeMoved(tx, mailbox.guid))) await nextTurn();
}

function* slices<T>(members: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < members.length; start += size) yield members.slice(start, start + size);
}
