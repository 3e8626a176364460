import { globalObjectIdOf } from '../../../shared/bridges/calendar/global-object-id.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireTaskRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';
import type { WireMeetingTimeZone, WireTimeZone } from '../../../shared/protocols/ews/types/time-zone.ts';
import { readMeetingZone, readZone } from '../calendar/read-zone.ts';
import { removeLocation, type WireLocation, writeLocation } from '../calendar/wire-location.ts';
import { notSupported } from '../failures.ts';
import type { SpecialWriter } from './special-writer.ts';

/** How the fields of appointments are written; what follows from them is in `settle-appointment`. */
export const calendarWriters: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  Recurrence: {
    set(draft, recurrence: WireTaskRecurrence) {
      if (itemElementOf(draft.class) === 'Task') throw notSupported('Writing task:Recurrence');
      draft.words.recurrence = recurrence;
    },
    remove(draft) {
      draft.words.recurrence = 'none';
    },
  },
  StartTimeZone: {
    set(draft, zone: WireTimeZone) {
      draft.words.startZone = readZone(zone);
    },
  },
  EndTimeZone: {
    set(draft, zone: WireTimeZone) {
      draft.words.endZone = readZone(zone);
    },
  },
  MeetingTimeZone: {
    set(draft, zone: WireMeetingTimeZone) {
      draft.words.meetingZone = readMeetingZone(zone);
    },
  },
  UID: {
    set(draft, uid: string) {
      const octets = globalObjectIdOf(uid).toString('base64');
      draft.set(named.globalObjectId, octets);
      draft.set(named.cleanGlobalObjectId, octets);
    },
  },
  EnhancedLocation: {
    set: (draft, location: WireLocation) => writeLocation(draft, location),
    remove: removeLocation,
  },
};
