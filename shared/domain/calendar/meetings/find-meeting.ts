import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import { prepared } from '../../../store/prepared.ts';
import type { ItemTable } from '../../../store/schema.ts';
import { meetingOf } from '../../mailbox/item-layout.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';

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
 * The appointment in a mailbox's calendar that is its copy of a meeting, read whole; of a single occurrence that was sent
 * alone, the appointment of that occurrence.
 */
export async function findMeeting(executor: Executor, mailbox: Guid, name: MeetingName): Promise<ItemTable | undefined> {
  const meeting = meetingOf({ [named.cleanGlobalObjectId]: name.cleanGlobalObjectId });
  if (meeting === null) return undefined;
  const rows: readonly ItemTable[] = await copiesOf.all(executor, { mailbox, meeting });
  return rows.find((row) => {
    const isAppointment = /^ipm\.appointment(\.|$)/i.test(row.class);
    return isAppointment && (itemProperty(row, named.globalObjectId) ?? name.cleanGlobalObjectId) === name.globalObjectId;
  });
}
