import type { DestinationMailbox, MessageRecord, RecipientConversion, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import { openStoreDestination } from '../../shared/bridges/migration/store-destination.ts';
import type { MoveGround, MoveOf } from '../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../shared/bridges/migration/store-source.ts';
import { openDirectory } from '../../shared/domain/directory/directory.ts';
import { readOrganization } from '../../shared/domain/organization/registry.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { readBlob } from '../../shared/store/blob.ts';
import type { Store } from '../../shared/store/database.ts';

/** Copies everything that is there; what cannot be copied is an error. */
export async function copyAll(source: SourceMailbox, destination: DestinationMailbox): Promise<void> {
  for await (const folders of source.folders()) await destination.putFolders(folders);
  for await (const folders of source.folders()) {
    for (const { entryId } of folders) for await (const messages of source.messages(entryId)) await copy(source, destination, messages);
  }
}

async function copy(source: SourceMailbox, destination: DestinationMailbox, messages: readonly MessageRecord[]): Promise<void> {
  for await (const portion of source.export(messages)) {
    const payloads = portion.flatMap((one) => ('octets' in one ? [one] : []));
    const bad = portion.flatMap((one) => ('octets' in one || one.kind === 'MissingItem' ? [] : [one]));
    const failed = await destination.putMessages(payloads);
    if (bad.length + failed.length > 0) throw new Error(JSON.stringify([bad, failed]));
  }
}

/** Subjects of the messages of the source that are not at the destination as the source lists them. */
export async function differing(source: SourceMailbox, destination: DestinationMailbox): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const folders of source.folders()) {
    for (const { entryId } of folders) {
      for await (const messages of source.messages(entryId)) {
        const told = await destination.differing?.(entryId, messages);
        if (told === undefined) throw new Error('this destination cannot be asked');
        found.push(...messages.filter((one) => told.includes(one.entryId)).map(({ subject }) => subject));
      }
    }
  }
  return found.toSorted();
}

/** Brings over what happened since a checkpoint. */
export async function followChanges(source: SourceMailbox, destination: DestinationMailbox, since: string): Promise<void> {
  const { changed, deleted } = await source.hierarchyChanges(since);
  await destination.putFolders(changed);
  await destination.deleteFolders(deleted);
  for (const folder of await source.changedFolders(since)) {
    for await (const changes of source.messageChanges(folder, since)) {
      await copy(source, destination, changes.changed);
      await destination.setRead(changes.read, true);
      await destination.setRead(changes.unread, false);
      await destination.deleteMessages(changes.deleted);
    }
  }
}

/** Takes the steps of the flip in their order, as the one that moves does. */
export async function flip(source: SourceMailbox, destination: DestinationMailbox, deliveryDomain: string): Promise<readonly string[]> {
  const there = await source.recipient();
  const mailbox: RecipientConversion = { operation: 'MorphToMailbox', otherSide: there, deliveryDomain };
  const { recipient, warnings } = await destination.convertRecipient(mailbox);
  const user = await source.convertRecipient({ operation: 'MorphToMailUser', otherSide: recipient, deliveryDomain });
  return [...warnings, ...user.warnings];
}

interface Lab {
  readonly store: Store;
  readonly clock: { state(): { readonly now: number } };
}

interface Moving {
  readonly from: string;
  readonly to: string;
  readonly of: MoveOf;
  readonly deliveryDomain: string;
  readonly whileLocked?: () => Promise<void>;
}

/** Moves a mailbox from one organisation of a lab to another one, step by step. */
export async function moveMailbox(lab: Lab, { from, to, of, deliveryDomain, whileLocked }: Moving): Promise<readonly string[]> {
  const [here, there] = [await labGround(lab, from, of.mailboxGuid), await labGround(lab, to, of.mailboxGuid)];
  const source = await openStoreSource(here, of);
  const destination = await openStoreDestination(there, of);
  await destination.create();
  const since = await source.checkpoint();
  await copyAll(source, destination);
  await source.setInTransit('Locked');
  await whileLocked?.();
  await followChanges(source, destination, since);
  await destination.setRules(await source.rules());
  const warnings = await flip(source, destination, deliveryDomain);
  await source.deleteMailbox();
  await destination.saveSyncState(null);
  here.directory.close();
  there.directory.close();
  return warnings;
}

/** One side of a lab; what it makes ids of is `about`, which differs from move to move. */
export async function labGround({ store, clock }: Lab, organization: string, about = ''): Promise<MoveGround> {
  return {
    ...{ store, organization: await readOrganization(store.read, organization), directory: openDirectory(store, organization) },
    ...{ identifiers: createIdentifiers(seededRandom(`move to ${organization} ${about}`)), blobs: (hash) => readBlob(store.read, hash) },
    now: () => clock.state().now,
  };
}
