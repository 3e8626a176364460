import { publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import { readRecipients, updateRecipient } from '../../domain/directory/recipients.ts';
import { removeMovedItemsIn } from '../../domain/mailbox/change-moved-items.ts';
import { allFolders } from '../../domain/mailbox/folders.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { writeMoveState } from '../../domain/mailbox/move-state.ts';
import { forgetSomeMoved, movedCounters } from '../../domain/mailbox/moved-entries.ts';
import { removeMovedFolder } from '../../domain/mailbox/put-moved-folder.ts';
import { parentsFirst } from '../../domain/mailbox/read-for-move.ts';
import { lastTransit, setTransit } from '../../domain/mailbox/transit.ts';
import { nextTurn } from '../../domain/mailbox/turns.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { present } from '../../kernel/assert.ts';
import type { MailFolder } from './public-folder-records.ts';
import { moveRefusal } from './refusals.ts';
import { type MoveGround, type MoveOf, mailboxOf, ownerOf, type StoreEnd, setInTransit } from './store-end.ts';

const itemsATime = 100;

/** Whether it is a public folder mailbox that a move goes to: it is there already, and held. */
export function isPublicTarget(owner: Recipient): boolean {
  return publicFolderMailbox(owner) !== null;
}

/** Takes a held public folder mailbox for the move. Refuses with `MailboxInUsePermanentException` one that people use; our words. */
export async function takeUpPublicFolders(end: StoreEnd, owner: Recipient): Promise<void> {
  requireHeld(owner);
  await setInTransit(end, 'SyncDestination');
}

/** Empties a held public folder mailbox of what a move has brought: a later one begins anew. */
export async function clearPublicFolders(end: StoreEnd): Promise<void> {
  const { ground } = end;
  requireHeld(await ownerOf(end));
  const { guid } = present(await mailboxOf(end), 'the mailbox of the public folders');
  const { store } = ground;
  for (const { counter, role } of parentsFirst(await allFolders(store.read, guid)).toReversed()) {
    while (await store.transaction((tx) => removeMovedItemsIn(tx, guid, counter, itemsATime, ground.now()))) await nextTurn();
    if (role === null) await store.transaction((tx) => removeMovedFolder(tx, guid, counter, ground.now()));
  }
  while (await store.transaction((tx) => forgetSomeMoved(tx, guid))) await nextTurn();
  await store.transaction(async (tx) => {
    await writeMoveState(tx, guid, null);
    const { holder } = await lastTransit(tx, guid);
    await setTransit(tx, guid, 'None', holder ?? end.of.holder, ground.now());
  });
}

function requireHeld({ displayName, settings }: Recipient): void {
  if (settings.heldForMigration !== true)
    throw moveRefusal('MailboxInUsePermanentException', `The public folder mailbox '${displayName}' is in use: none is migrated into it.`);
}

/** Those of the folders for which the target's directory has no object (New-SyncMailPublicFolder). */
export async function withoutObject({ directory }: MoveGround, folders: readonly MailFolder[]): Promise<readonly MailFolder[]> {
  const known = new Set(
    (await directory.all()).flatMap(({ type, settings }) => (type === 'PublicFolder' ? (settings.onPremisesObjectId ?? []) : [])),
  );
  return folders.filter(({ objectGuid }) => !known.has(objectGuid));
}

/**
 * Opens the public folders of the target to everybody: the mailbox is held no more, and mail comes into the folders that are mail-enabled,
 * in place of going on to where they came from. One transaction; again without an effect.
 */
export async function openPublicFolders(ground: MoveGround, of: MoveOf, folders: readonly MailFolder[]): Promise<void> {
  const end: StoreEnd = { ground, of, side: 'destination' };
  const owner = await ownerOf(end);
  const mailbox = present(await mailboxOf(end), 'the mailbox of the public folders');
  const objects = new Map<string, Recipient>();
  for (const one of await ground.directory.all())
    if (one.type === 'PublicFolder' && one.settings.onPremisesObjectId !== undefined) objects.set(one.settings.onPremisesObjectId, one);
  await ground.store.transaction(async (tx) => {
    await linkFolders(tx, ground, mailbox, { folders, objects });
    const [current] = await readRecipients(tx, owner.organization, [owner.guid]);
    const { heldForMigration: _, ...settings } = present(current, 'the owner of the public folders').settings;
    await updateRecipient(tx, { ...present(current, 'the owner'), settings }, ground.now());
    if ((await lastTransit(tx, mailbox.guid)).status !== 'None') await setTransit(tx, mailbox.guid, 'None', of.holder, ground.now());
  });
}

async function linkFolders(
  tx: Transaction,
  ground: MoveGround,
  { guid, organization }: Mailbox,
  { folders, objects }: { readonly folders: readonly MailFolder[]; readonly objects: ReadonlyMap<string, Recipient> },
): Promise<void> {
  const counters = await movedCounters(
    tx,
    guid,
    folders.map(({ entryId }) => entryId),
  );
  for (const { entryId, objectGuid, path } of folders) {
    const object = objects.get(objectGuid);
    const [current] = object === undefined ? [] : await readRecipients(tx, organization, [object.guid]);
    const counter = counters.get(entryId);
    if (current === undefined || counter === undefined) continue;
    const settings: RecipientSettings = { ...current.settings, publicFolder: path, publicFolderCounter: counter };
    await updateRecipient(tx, { ...current, targetAddress: null, settings }, ground.now());
  }
}
