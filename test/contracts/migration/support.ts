import type { MoveGround, MoveOf } from '../../../shared/bridges/migration/store-end.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { newRecipient } from '../../../shared/domain/directory/new-recipient.ts';
import { localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { createRecipients } from '../../../shared/domain/directory/recipients.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { searchCriteriaKey } from '../../../shared/domain/mailbox/search-criteria.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { createOrganization } from '../../../shared/domain/organization/registry.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { createIdentifiers, type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Store } from '../../../shared/store/database.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';

export const at: Instant = Date.UTC(2026, 10, 21, 8);
/** Mary's mailbox as it is on-premises before she moves: its ExchangeGuid. */
export const maryMailbox: Guid = namedGuid('mailbox', 'mary');

/** Both organisations of a deployment in one store, with people on both sides as directory synchronisation leaves them. */
export interface Both {
  readonly store: Store;
  readonly premises: MoveGround;
  readonly cloud: MoveGround;
  /** World time of both. */
  time: Instant;
  close(): void;
}

/** On-premises with their mailboxes, in the cloud mail users with the same ExchangeGuid, SID and an X500 address of the other side. */
export async function openBoth(store: Store, names: readonly string[] = ['mary', 'rob']): Promise<Both> {
  await store.transaction(async (tx) => {
    await createOrganization(tx, contoso, 0, at);
    await createOrganization(tx, contosoCloud, 1, at);
    for (const [index, alias] of names.entries()) await createPair(tx, alias, 1_001 + index);
  });
  const directories: Directory[] = [];
  const both = { store, time: at } as { -readonly [Name in keyof Both]: Both[Name] };
  const identifiers = createIdentifiers(seededRandom('move'));
  const ground = (organization: Organization): MoveGround => {
    const directory = openDirectory(store, organization.name);
    directories.push(directory);
    return { store, organization, directory, identifiers, blobs: (hash) => readBlob(store.read, hash), now: () => both.time };
  };
  both.premises = ground(contoso);
  both.cloud = ground(contosoCloud);
  both.close = () => {
    for (const directory of directories) directory.close();
  };
  return both;
}

async function createPair(tx: Parameters<typeof createRecipients>[0], alias: string, rid: number): Promise<void> {
  const primaryAddress = `${alias}@contoso.test`;
  const names = { alias, displayName: alias, primaryAddress, userPrincipalName: primaryAddress, samAccountName: alias, rid };
  const here = newRecipient(contoso, { guid: namedGuid('on-premises', alias), type: 'UserMailbox', ...names });
  const exchangeGuid = namedGuid('mailbox', alias);
  const own: Recipient = { ...here, exchangeGuid, addresses: [...here.addresses, `smtp:${alias}@contoso.mail.onmicrosoft.test`] };
  await createRecipients(tx, contoso.name, [own], at);
  const ids = { databaseGuid: namedGuid('database', contoso.name), replicaGuid: namedGuid('replica', alias) };
  await createMailbox(tx, { guid: exchangeGuid, organization: contoso.name, recipient: own.guid, kind: 'primary', ...ids }, at);
  const there = newRecipient(contosoCloud, { guid: namedGuid('cloud', alias), type: 'MailUser', ...names, samAccountName: null });
  const addresses = [...there.addresses, `smtp:${alias}@contoso.mail.onmicrosoft.test`, `X500:${own.legacyDn}`];
  const settings = { sourceAnchor: own.guid };
  const user: Recipient = { ...there, exchangeGuid, sid: own.sid, targetAddress: primaryAddress, addresses, settings };
  await createRecipients(tx, contosoCloud.name, [user], at);
}

export const ofMary: MoveOf = { mailboxGuid: maryMailbox, kind: 'primary', holder: 'request 1' };

async function ownerIn({ directory }: MoveGround, guid: Guid): Promise<Recipient | undefined> {
  return directory.byExchangeGuid(guid);
}

/** The mailbox that an organisation uses of a person. */
export async function usedMailbox(ground: MoveGround, guid: Guid = maryMailbox): Promise<Guid | null> {
  const owner = await ownerIn(ground, guid);
  return owner === undefined ? null : localMailbox(owner);
}

/** A mailbox as one value: folders by their paths, with items whole. What names others of it is named by paths and subjects. */
export async function contentOf(store: Store, mailbox: Guid): Promise<ReadonlyMap<string, unknown>> {
  const folders = await allFolders(store.read, mailbox);
  const byCounter = new Map(folders.map((folder) => [folder.counter, folder]));
  const pathOf = (counter: number | null): string => {
    const folder = counter === null ? undefined : byCounter.get(counter);
    return folder === undefined ? '' : `${pathOf(folder.parent)}/${folder.display_name}`;
  };
  const content = new Map<string, unknown>();
  for (const folder of folders) {
    const { role, class: containerClass, item_count, unread_count, associated_count, child_count, created } = folder;
    const counts = { item_count, unread_count, associated_count, child_count };
    content.set(pathOf(folder.counter), { role, containerClass, ...counts, created, bag: bagShown(folder.bag, pathOf) });
    const items = await store.read
      .selectFrom('item')
      .selectAll()
      .where('mailbox', '=', mailbox)
      .where('folder', '=', folder.counter)
      .execute();
    const shown: unknown[] = [];
    for (const { counter, folder: _f, mailbox: _m, change_number: _c, bag, ...item } of items) {
      const recipients = await store.read
        .selectFrom('recipient_row')
        .selectAll()
        .where('mailbox', '=', mailbox)
        .where('item', '=', counter)
        .orderBy('position')
        .execute();
      const attachments = await store.read
        .selectFrom('attachment')
        .selectAll()
        .where('mailbox', '=', mailbox)
        .where('item', '=', counter)
        .orderBy('number')
        .execute();
      shown.push({
        ...item,
        bag: bagShown(bag, pathOf),
        recipients: recipients.map(({ mailbox: _1, item: _2, bag: own, ...rest }) => ({
          ...rest,
          bag: own === null ? null : JSON.parse(own),
        })),
        attachments: attachments.map(({ mailbox: _1, item: _2, bag: own, ...rest }) => ({ ...rest, bag: JSON.parse(own) })),
      });
    }
    content.set(`${pathOf(folder.counter)} items`, shown.map(canonical).sort());
  }
  return content;
}

/** As text, the same for the same content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}

/** What names a folder by its counter names it by its path; what names one that is gone, not at all. */
function bagShown(bag: string, pathOf: (counter: number) => string): unknown {
  const parsed = JSON.parse(bag) as Record<string, unknown>;
  const stamp = parsed[tags.lastActiveParentEntryId];
  if (typeof stamp === 'string') parsed[tags.lastActiveParentEntryId] = pathOf(Buffer.from(stamp, 'base64').readUIntBE(16, 6));
  if (parsed[tags.lastActiveParentEntryId] === '') delete parsed[tags.lastActiveParentEntryId];
  const criteria = parsed[searchCriteriaKey];
  if (typeof criteria === 'string') {
    const { folders, ...rest } = JSON.parse(criteria) as { readonly folders: readonly number[] };
    parsed[searchCriteriaKey] = { ...rest, folders: folders.map(pathOf).filter((path) => path !== '') };
  }
  return parsed;
}
