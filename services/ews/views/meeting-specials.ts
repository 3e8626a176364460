import type { HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { compareVersions, isOrganized, recipientFlags, responses } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { highlighted } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import { type RecipientRow, recipientDraftOf } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { responseKind } from '../../../shared/protocols/ews/types/calendar-parts.ts';
import type { ItemSource, SpecialField } from './item-source.ts';
import { mailboxElement } from './mailbox-element.ts';

/** What copies of a meeting are compared by. */
const version = [named.appointmentSequence, named.ownerCriticalChange] as const;

/** Special fields of meetings and of messages about them. */
export const meetingSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  RequiredAttendees: attendeesOf('to'),
  OptionalAttendees: attendeesOf('cc'),
  Resources: attendeesOf('bcc'),
  IsOrganizer: {
    needs: [named.appointmentStateFlags, named.responseStatus, tags.sentRepresentingSmtpAddress],
    read: ({ row, element, mailbox }) =>
      element === 'CalendarItem'
        ? isOrganized((key) => itemProperty(row, key))
        : element !== 'MeetingResponse' && isAddressOf(mailbox.owner.addresses, itemProperty(row, tags.sentRepresentingSmtpAddress)),
  },
  HasBeenProcessed: { needs: [tags.processed], read: ({ row }) => itemProperty(row, tags.processed) === true },
  IsDelegated: {
    needs: [tags.receivedRepresentingSmtpAddress],
    read: ({ row, mailbox }) => {
      const principal = itemProperty(row, tags.receivedRepresentingSmtpAddress);
      return principal !== undefined && !isAddressOf(mailbox.owner.addresses, principal);
    },
  },
  AssociatedCalendarItemId: {
    needs: [named.cleanGlobalObjectId, named.globalObjectId],
    loads: ['meeting'],
    read: ({ meeting, mailbox }) =>
      meeting === undefined || meeting.occurrence?.isDeleted === true ? undefined : appointmentId(mailbox, meeting),
  },
  IsOutOfDate: {
    needs: [...version, named.cleanGlobalObjectId, named.globalObjectId],
    loads: ['meeting'],
    read: ({ meeting, row }) => meeting !== undefined && compareVersions(of(meeting.row), of(row)) > 0,
  },
  ChangeHighlights: {
    needs: [named.changeHighlight, named.oldLocation, named.oldWhenStartWhole, named.oldWhenEndWhole],
    read: changeHighlights,
  },
};

/** An occurrence has the change key of its series. */
function appointmentId({ ids, changeKey }: ItemSource['mailbox'], { row, occurrence }: HeldMeeting): object {
  const { folder, counter, change_number: change } = row;
  const Id = occurrence === undefined ? ids.itemId(folder, counter) : ids.occurrenceId(folder, counter, occurrence.item.day);
  return { Id, ChangeKey: changeKey('CalendarItem', change) };
}

function of(row: ItemSource['row']): (key: PropertyKey) => ReturnType<typeof itemProperty> {
  return (key) => itemProperty(row, key);
}

function isAddressOf(addresses: readonly string[], address: unknown): boolean {
  const folded = `smtp:${String(address).toLowerCase()}`;
  return addresses.some((one) => one.toLowerCase() === folded);
}

function attendeesOf(kind: RecipientRow['kind']): SpecialField {
  return {
    loads: ['recipients'],
    read: ({ recipients }) => {
      const rows = recipients.filter((recipient) => recipient.kind === kind);
      return rows.length === 0 ? undefined : { Attendee: rows.map(attendee) };
    },
  };
}

function attendee(row: RecipientRow): object {
  const { name, address, routingType, properties = {} } = recipientDraftOf(row);
  const isOrganizer = (Number(properties[tags.recipientFlags] ?? 0) & recipientFlags.organizer) !== 0;
  const status = isOrganizer ? responses.organized : Number(properties[tags.recipientTrackStatus] ?? 0);
  const time = (name: string, key: PropertyKey): object => {
    const value = properties[key];
    return typeof value === 'number' ? { [name]: value } : {};
  };
  return {
    Mailbox: mailboxElement(name, address, routingType),
    ResponseType: responseKind.enumeration[status] ?? 'Unknown',
    ...time('LastResponseTime', tags.recipientTrackStatusTime),
    ...time('ProposedStart', tags.recipientProposedStartTime),
    ...time('ProposedEnd', tags.recipientProposedEndTime),
  };
}

/** Of an update: what is new about it, and what it was before. */
function changeHighlights({ row }: ItemSource): unknown {
  const bits = itemProperty(row, named.changeHighlight);
  if (typeof bits !== 'number') return undefined;
  const { location, start, end } = highlighted(bits);
  const before = (name: string, isNew: boolean, key: PropertyKey): object => {
    const value = isNew ? itemProperty(row, key) : undefined;
    return value === undefined ? {} : { [name]: value };
  };
  return {
    HasLocationChanged: location,
    ...before('Location', location, named.oldLocation),
    HasStartTimeChanged: start,
    ...before('Start', start, named.oldWhenStartWhole),
    HasEndTimeChanged: end,
    ...before('End', end, named.oldWhenEndWhole),
  };
}
