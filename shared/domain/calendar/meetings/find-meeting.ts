import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import { prepared } from '../../../store/prepared.ts';
import type { ItemTable } from '../../../store/schema.ts';
import { meetingOf } from '../../mailbox/item-layout.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';
import { dayIn } from '../global-object-id.ts';
import { type HeldMeeting, heldOccurrence } from './held-meeting.ts';

/** Copies that are looked through: a series and what was split off it. A bound of ours. */
const mostCopies = 50;

const copiesOf = prepared((db, p: { mailbox: string; meeting: string }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('meeting', '=', p.meeting)
    .where('folder', '=', (of) => of.selectFrom('folder').select('counter').where('mailbox', '=', p.mailbox).where('role', '=', 'calendar'))
    .where('associated', '=', 0)
    .orderBy('counter', 'desc')
    .limit(mostCopies),
);

/** What names a meeting in everybody's mailbox. */
export interface MeetingName {
  /** PidLidGlobalObjectId and PidLidCleanGlobalObjectId, base64. */
  readonly globalObjectId: string;
  readonly cleanGlobalObjectId: string;
}

/** The name of the meeting that an item is about; undefined where it has none. */
export function meetingName(property: (key: PropertyKey) => PropertyValue | undefined): MeetingName | undefined {
  const clean = property(named.cleanGlobalObjectId);
  if (typeof clean !== 'string' || clean === '') return undefined;
  const exact = property(named.globalObjectId);
  return { globalObjectId: typeof exact === 'string' ? exact : clean, cleanGlobalObjectId: clean };
}

/**
 * The appointment in a mailbox's calendar that is its copy of a meeting, read whole; of a single occurrence the
 * appointment of that occurrence, where it was sent alone, else the occurrence of the series.
 */
export async function findMeeting(executor: Executor, mailbox: Guid, name: MeetingName): Promise<HeldMeeting | undefined> {
  const copies = await copiesIn(executor, mailbox, name);
  const exact = copies.find((row) => idOf(row, name) === name.globalObjectId);
  if (exact !== undefined) return { row: exact };
  const day = dayIn(Buffer.from(name.globalObjectId, 'base64'));
  if (day === undefined) return undefined;
  const series = copies.find((row) => idOf(row, name) === name.cleanGlobalObjectId && itemProperty(row, named.recurring) === true);
  return series === undefined ? undefined : heldOccurrence(executor, mailbox, series, day);
}

/** The appointments in a mailbox's calendar that are single occurrences of a series, which was not sent with them. */
export async function looseOccurrences(executor: Executor, mailbox: Guid, name: MeetingName): Promise<readonly ItemTable[]> {
  const copies = await copiesIn(executor, mailbox, name);
  return copies.filter((row) => dayIn(Buffer.from(idOf(row, name), 'base64')) !== undefined);
}

async function copiesIn(executor: Executor, mailbox: Guid, name: MeetingName): Promise<readonly ItemTable[]> {
  const meeting = meetingOf({ [named.cleanGlobalObjectId]: name.cleanGlobalObjectId });
  if (meeting === null) return [];
  const rows: readonly ItemTable[] = await copiesOf.all(executor, { mailbox, meeting });
  return rows.filter((row) => /^ipm\.appointment(\.|$)/i.test(row.class));
}

function idOf(row: ItemTable, { cleanGlobalObjectId }: MeetingName): string {
  const id = itemProperty(row, named.globalObjectId);
  return typeof id === 'string' ? id : cleanGlobalObjectId;
}
