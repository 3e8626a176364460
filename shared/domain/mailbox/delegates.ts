import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey, propertyTag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { legacyDnOf } from '../directory/address-entry-id.ts';
import { getFolderByRole, requireFolder } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { createItem } from './item-writes.ts';
import { itemProperty } from './property-reader.ts';
import { updateItem } from './update-item.ts';

// MS-OXODLGT 2.2.2.2; numbers: MS-OXPROPS.
const wantsCopy = propertyTag(0x6842, 'Boolean');
const dontMail = propertyTag(0x6843, 'Boolean');
const names8 = propertyTag(0x6844, 'StringArray');
const entryIds = propertyTag(0x6845, 'BinaryArray');
const names = propertyTag(0x684a, 'StringArray');
const wantsInformation = propertyTag(0x684b, 'Boolean');
const flags = propertyTag(0x686b, 'IntegerArray');
/** `<entry id> <0 or 1> <SID> <address>` of each delegate: what Exchange keeps in the delegate rule, and who he was when he was added. */
const facts = namedProperty(namedGuid('coexist', 'delegates'), 'DelegateFacts', 'StringArray');

const objectClass = 'IPM.Microsoft.ScheduleData.FreeBusy';

/** Who may act for the owner of a mailbox, as its delegate information object says. */
export interface Delegation {
  readonly delegates: readonly Delegate[];
  /** Who gets requests for meetings. */
  readonly meetingRequests: 'DelegatesOnly' | 'DelegatesAndMe' | 'DelegatesAndSendInformationToMe' | 'NoForward';
}

export interface Delegate {
  /** In the address book, base64. */
  readonly entryId: string;
  readonly name: string;
  readonly seesPrivateItems: boolean;
  /** Gets what is sent to the owner about meetings. */
  readonly getsMeetingMessages: boolean;
  /** Of his account when he was added; '' where a client wrote him. */
  readonly sid: string;
  readonly address: string;
}

/** Delegates of a mailbox. A bound of ours. */
export const mostDelegates = 500;

const newestOfClass = prepared((db, p: { mailbox: string; folder: number; class: string }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('class', '=', p.class)
    .orderBy('counter', 'desc')
    .limit(1),
);

/** The delegates of a mailbox. Without a delegate information object there is nobody, and nothing is forwarded (inferred). */
export async function delegation(executor: Executor, mailbox: Guid): Promise<Delegation> {
  const object = await delegateObject(executor, mailbox);
  if (object === undefined) return { delegates: [], meetingRequests: 'NoForward' };
  const [shown, written] = [listOf(object, flags), listOf(object, names).map(String)];
  const known = new Map(listOf(object, facts).map((row) => factsOf(String(row))));
  const delegates = listOf(object, entryIds)
    .slice(0, mostDelegates)
    .map(String)
    .map((entryId, index) => ({
      entryId,
      name: written[index] ?? '',
      seesPrivateItems: Number(shown[index] ?? 0) === 1,
      ...(known.get(entryId) ?? { getsMeetingMessages: false, sid: '', address: '' }),
    }));
  return { delegates, meetingRequests: meetingRequests(object) };
}

/** Whether one of the delegates, by his entry id in the address book, sees what is private in the mailbox. */
export async function seesPrivateItems(executor: Executor, mailbox: Guid, entryId: string): Promise<boolean> {
  const dn = legacyDnOf(entryId)?.toLowerCase();
  if (dn === undefined) return false;
  const { delegates } = await delegation(executor, mailbox);
  return delegates.some((one) => one.seesPrivateItems && legacyDnOf(one.entryId)?.toLowerCase() === dn);
}

/** Writes who the delegates are, instead of those there were; makes the object where there is none. Refuses with `folder-not-found`. */
export async function writeDelegation(tx: Executor, mailbox: Guid, { delegates, meetingRequests }: Delegation, at: Instant): Promise<void> {
  const written = delegates.map(({ name }) => name);
  const set: PropertyBag = {
    [wantsCopy]: meetingRequests === 'DelegatesAndMe' || meetingRequests === 'DelegatesAndSendInformationToMe',
    [dontMail]: meetingRequests === 'NoForward',
    [wantsInformation]: meetingRequests === 'DelegatesAndSendInformationToMe',
    [names8]: written,
    [names]: written,
    [entryIds]: delegates.map(({ entryId }) => entryId),
    [flags]: delegates.map(({ seesPrivateItems: sees }) => (sees ? 1 : 0)),
    [facts]: delegates.map(
      ({ entryId, getsMeetingMessages, sid, address }) => `${entryId} ${getsMeetingMessages ? 1 : 0} ${sid} ${address}`,
    ),
  };
  const object = await delegateObject(tx, mailbox);
  if (object !== undefined) {
    await updateItem(tx, mailbox, object.counter, { set }, 'any', at);
    return;
  }
  const folder = await requireFolder(tx, mailbox, 'freebusydata');
  // Its subject: MS-OXODLGT 2.2.2.1.
  const properties = { ...set, [tags.subject]: 'LocalFreebusy', [tags.read]: true };
  await createItem(tx, mailbox, folder.counter, { class: objectClass, properties, recipients: [], attachments: [] }, at);
}

async function delegateObject(executor: Executor, mailbox: Guid): Promise<ItemRow | undefined> {
  const folder = await getFolderByRole(executor, mailbox, 'freebusydata');
  return newestOfClass.first(executor, { mailbox, folder: folder?.counter ?? -1, class: objectClass });
}

function factsOf(row: string): [string, Pick<Delegate, 'getsMeetingMessages' | 'sid' | 'address'>] {
  const [entryId = '', gets = '0', sid = '', address = ''] = row.split(' ');
  return [entryId, { getsMeetingMessages: gets === '1', sid, address }];
}

function listOf(object: ItemRow, key: PropertyKey): readonly unknown[] {
  const stored = itemProperty(object, key);
  return Array.isArray(stored) ? (stored as readonly unknown[]) : [];
}

function meetingRequests(object: ItemRow): Delegation['meetingRequests'] {
  const is = (key: PropertyKey): boolean => itemProperty(object, key) === true;
  if (is(dontMail)) return 'NoForward';
  if (!is(wantsCopy)) return 'DelegatesOnly';
  return is(wantsInformation) ? 'DelegatesAndSendInformationToMe' : 'DelegatesAndMe';
}
