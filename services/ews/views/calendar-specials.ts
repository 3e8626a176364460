import { uidOf } from '../../../shared/bridges/calendar/global-object-id.ts';
import type { CalendarEvent } from '../../../shared/domain/calendar/calendar-events.ts';
import { isOrganized } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { seriesOf } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey } from '../../../shared/kernel/mapi.ts';
import { calendarItemFields } from '../../../shared/protocols/ews/fields/calendar-item.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { WallClock } from '../../../shared/protocols/ews/types/time-zone.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import { busyWords } from '../calendar/busy-words.ts';
import { type NamedZone, utcZone, zoneOfStored } from '../calendar/named-zone.ts';
import type { Neighbours } from '../calendar/neighbours.ts';
import { enhancedLocation, locationKeys } from '../calendar/wire-location.ts';
import { wireRecurrence } from '../calendar/wire-recurrence.ts';
import { wireMeetingZone, wireZone } from '../calendar/wire-zone.ts';
import type { ItemSource, SpecialField } from './item-source.ts';

const startZoneKeys = [named.timeZoneDefinitionStartDisplay, named.timeZoneDefinitionRecur] as const;
const seriesKeys = [named.recurring, named.appointmentRecur, named.timeZoneStruct, named.timeZoneDefinitionRecur] as const;
/** Neighbours that are told of: a bound of ours, all are counted. */
const mostNeighbours = 100;

/** The fields of appointments that are computed. */
export const calendarSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  UID: { needs: [named.cleanGlobalObjectId, named.globalObjectId], read: uid },
  Recurrence: {
    needs: [...seriesKeys, ...startZoneKeys],
    read(source) {
      const found = seriesOf((key) => itemProperty(source.row, key));
      return found && wireRecurrence(found.series.pattern, startZoneOf(source) ?? utcZone);
    },
  },
  StartTimeZone: zoneField(named.appointmentStartWhole, startZoneOf, wireZone),
  EndTimeZone: zoneField(named.appointmentEndWhole, endZoneOf, wireZone),
  MeetingTimeZone: zoneField(named.appointmentStartWhole, startZoneOf, wireMeetingZone),
  StartTimeZoneId: zoneField(named.appointmentStartWhole, startZoneOf, ({ id }) => id),
  EndTimeZoneId: zoneField(named.appointmentEndWhole, endZoneOf, ({ id }) => id),
  StartWallClock: zoneField(named.appointmentStartWhole, startZoneOf, wallClockOf),
  EndWallClock: zoneField(named.appointmentEndWhole, endZoneOf, wallClockOf),
  IsRecurring: { needs: [named.recurring, named.isRecurring, named.appointmentStateFlags], read: isRecurring },
  EnhancedLocation: { needs: locationKeys, read: ({ row }) => enhancedLocation(row) },
  ConflictingMeetingCount: count('conflicting'),
  AdjacentMeetingCount: count('adjacent'),
  ConflictingMeetings: list('conflicting'),
  AdjacentMeetings: list('adjacent'),
};

/**
 * Observed, and documented as wrong: the organizer's series says that it does not recur (Microsoft's page "IsRecurring"). A message
 * about one occurrence says that it does.
 */
function isRecurring({ row, element, occurrence }: ItemSource): boolean | undefined {
  const recurring = itemProperty(row, named.recurring);
  if (itemProperty(row, named.isRecurring) === true) return true;
  if (typeof recurring !== 'boolean') return undefined;
  if (element !== 'CalendarItem' || occurrence !== undefined) return recurring;
  return recurring && !isOrganized((key) => itemProperty(row, key));
}

function uid({ row }: ItemSource): string | undefined {
  const id = itemProperty(row, named.cleanGlobalObjectId) ?? itemProperty(row, named.globalObjectId);
  return typeof id === 'string' && id !== '' ? uidOf(Buffer.from(id, 'base64')) : undefined;
}

/** Whatever depends on the zone of a time; nothing where the appointment has no zone. */
function zoneField(
  time: PropertyKey,
  zoneOf: (source: ItemSource) => NamedZone | undefined,
  show: (zone: NamedZone, instant: Instant) => unknown,
): SpecialField {
  return {
    needs: [time, ...startZoneKeys, named.timeZoneDefinitionEndDisplay],
    read(source) {
      const [zone, instant] = [zoneOf(source), itemProperty(source.row, time)];
      return zone === undefined || typeof instant !== 'number' ? undefined : show(zone, instant);
    },
  };
}

/** Of a series the zone that it recurs in. */
function startZoneOf({ row }: ItemSource): NamedZone | undefined {
  const [display, series] = startZoneKeys;
  return zoneOfStored(itemProperty(row, display)) ?? zoneOfStored(itemProperty(row, series));
}

function endZoneOf(source: ItemSource): NamedZone | undefined {
  return zoneOfStored(itemProperty(source.row, named.timeZoneDefinitionEndDisplay)) ?? startZoneOf(source);
}

function wallClockOf({ zone }: NamedZone, instant: Instant): WallClock {
  return { instant, bias: zone.biasAt(instant) };
}

function count(kind: keyof Neighbours): SpecialField {
  return neighbours((near) => near[kind].length);
}

function list(kind: keyof Neighbours): SpecialField {
  return neighbours((near, source) =>
    near[kind].length === 0 ? undefined : near[kind].slice(0, mostNeighbours).map((event) => neighbour(source, event)),
  );
}

function neighbours(show: (near: Neighbours, source: ItemSource) => unknown): SpecialField {
  return {
    needs: [named.appointmentStartWhole, named.appointmentEndWhole],
    loads: ['neighbours'],
    read: (source) => (source.neighbours === undefined ? undefined : show(source.neighbours, source)),
  };
}

/** What Microsoft's page "GetItem operation (calendar item)" shows of a neighbour. */
function neighbour({ mailbox }: ItemSource, event: CalendarEvent): WireItem {
  const { folder, item, day } = event;
  const Id = day === undefined ? mailbox.ids.itemId(folder, item) : mailbox.ids.occurrenceId(folder, item, day);
  const fields: readonly (readonly [unknown, unknown])[] = [
    [itemFields.ItemId, { Id }],
    [itemFields.Subject, event.subject],
    [calendarItemFields.Start, event.start],
    [calendarItemFields.End, event.end],
    [calendarItemFields.LegacyFreeBusyStatus, busyWords[event.status]],
    [calendarItemFields.Location, event.location],
  ];
  return { element: 'CalendarItem', fields: fields as readonly WireField[], extended: [] };
}
