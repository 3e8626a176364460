import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, propertyTag } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { getFolderByRole } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { itemProperty } from './property-reader.ts';

// MS-OXODLGT 2.2.2.2; numbers: MS-OXPROPS.
const wantsCopy = propertyTag(0x6842, 'Boolean');
const dontMail = propertyTag(0x6843, 'Boolean');
const entryIds = propertyTag(0x6845, 'BinaryArray');
const wantsInformation = propertyTag(0x684b, 'Boolean');
const flags = propertyTag(0x686b, 'IntegerArray');

/** Who may act for the owner of a mailbox, as its delegate information object says. */
export interface Delegation {
  readonly delegates: readonly {
    /** In the address book, base64. */
    readonly entryId: string;
    readonly seesPrivateItems: boolean;
  }[];
  /** Who gets requests for meetings. */
  readonly meetingRequests: 'DelegatesOnly' | 'DelegatesAndMe' | 'DelegatesAndSendInformationToMe' | 'NoForward';
}

/** Delegates that are read. A bound of ours. */
const mostDelegates = 500;

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
  const folder = await getFolderByRole(executor, mailbox, 'freebusydata');
  const wanted = { mailbox, folder: folder?.counter ?? -1, class: 'IPM.Microsoft.ScheduleData.FreeBusy' };
  const object = await newestOfClass.first(executor, wanted);
  if (object === undefined) return { delegates: [], meetingRequests: 'NoForward' };
  const shown = listOf(object, flags);
  const delegates = listOf(object, entryIds)
    .slice(0, mostDelegates)
    .map((entryId, index) => ({ entryId: String(entryId), seesPrivateItems: Number(shown[index] ?? 0) === 1 }));
  return { delegates, meetingRequests: meetingRequests(object) };
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
