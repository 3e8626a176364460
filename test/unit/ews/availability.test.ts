import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localResponse } from '../../../services/ews/availability/local.ts';
import { legacyTimeZone, wireTimeZone } from '../../../services/ews/availability/wire-time-zone.ts';
import { openCalendar } from '../../../shared/domain/calendar/calendar-memory.ts';
import { type CalendarAccess, contentOf } from '../../../shared/domain/calendar/sharing.ts';
import { utc } from '../../../shared/domain/calendar/time-zone.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';

const at = Date.UTC(2026, 10, 23, 9);
const hourMs = 3_600_000;
const [mailbox, database] = [namedGuid('mailbox'), namedGuid('database')];
const question = {
  zone: utc,
  window: { start: at, end: at + 4 * hourMs },
  intervalMinutes: 60,
  content: contentOf(['DetailedMerged']),
};

describe('what a calendar shows, by how much of it somebody may see', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ location: ':memory:' });
    await store.transaction(async (tx) => {
      const row = { guid: mailbox, organization: 'acme', recipient: namedGuid('mary'), kind: 'primary', databaseGuid: database } as const;
      await createMailbox(tx, { ...row, replicaGuid: namedGuid('replica') }, at);
      const { counter } = await requireFolder(tx, mailbox, 'calendar');
      const drafts = [0, 2].map((sensitivity, index) => ({
        class: 'IPM.Appointment',
        properties: {
          [tags.subject]: index === 0 ? 'Review' : 'Doctor',
          [named.location]: index === 0 ? 'Boardroom' : 'Town',
          [tags.sensitivity]: sensitivity,
          [named.appointmentStartWhole]: at + index * hourMs,
          [named.appointmentEndWhole]: at + (index + 1) * hourMs,
        },
        recipients: [],
        attachments: [],
      }));
      await createItems(tx, mailbox, counter, drafts, at);
    });
  });
  afterAll(() => store.close());

  const show = async (access: CalendarAccess, ids = false, seesPrivate = false) => {
    const { calendar } = await openCalendar(store, mailbox, at);
    return localResponse(
      store.read,
      { calendar, access, seesPrivate, ...(ids ? { store: { mailbox, database } } : {}) },
      question,
      'server',
    );
  };

  test('None: nothing, and it is said so', async () => {
    expect(await show('None')).toMatchObject({
      ResponseMessage: { class: 'Error', ResponseCode: 'ErrorNoFreeBusyAccess' },
      FreeBusyView: { FreeBusyViewType: ['None'] },
    });
  });

  test('AvailabilityOnly: times', async () => {
    const { FreeBusyView } = await show('AvailabilityOnly');
    expect(FreeBusyView).toMatchObject({ FreeBusyViewType: ['FreeBusyMerged'], MergedFreeBusy: '2200' });
    expect(FreeBusyView?.CalendarEventArray?.map(({ CalendarEventDetails }) => CalendarEventDetails)).toEqual([undefined, undefined]);
  });

  test('LimitedDetails: subject and location, but of private events only that they are; no ids', async () => {
    const { FreeBusyView } = await show('LimitedDetails');
    const flags = { IsMeeting: false, IsRecurring: false, IsException: false, IsReminderSet: false };
    expect(FreeBusyView?.FreeBusyViewType).toEqual(['DetailedMerged']);
    expect(FreeBusyView?.CalendarEventArray?.map(({ CalendarEventDetails }) => CalendarEventDetails)).toEqual([
      { Subject: 'Review', Location: 'Boardroom', ...flags, IsPrivate: false },
      { ...flags, IsPrivate: true },
    ]);
  });

  test('FullDetails: everything', async () => {
    const { FreeBusyView } = await show('FullDetails', true, true);
    expect(FreeBusyView?.CalendarEventArray).toMatchObject([
      { CalendarEventDetails: { ID: expect.stringMatching(/^00000000[0-9A-F]{132}$/), Subject: 'Review', Location: 'Boardroom' } },
      { CalendarEventDetails: { ID: expect.any(String), Subject: 'Doctor', Location: 'Town', IsPrivate: true } },
    ]);
  });
});

describe('a zone on the wire', () => {
  const change = { Bias: 0, Time: '02:30:00', DayOrder: 5, Month: 10, DayOfWeek: 'Saturday' } as const;
  const zone = { Bias: -330, StandardTime: change, DaylightTime: { ...change, Bias: -60, Year: '2026' } };

  test('comes back as it went', () => {
    expect(legacyTimeZone(zone).standard).toEqual({ bias: 0, timeMs: 9_000_000, order: 5, month: 10, dayOfWeek: 6, year: undefined });
    expect(wireTimeZone(legacyTimeZone(zone))).toEqual(zone);
  });

  test('the year 0 and no year are every year', () => {
    for (const Year of ['0', '0000', '', ' '])
      expect(legacyTimeZone({ ...zone, StandardTime: { ...change, Year } }).standard.year).toBeUndefined();
  });

  test.each([[{ Time: '24:00:00' }], [{ Time: '2' }], [{ Year: 'soon' }], [{ Year: '12026' }], [{ DayOfWeek: 'Day' as const }]])(
    '%j is refused',
    (defect) => {
      expect(() => legacyTimeZone({ ...zone, StandardTime: { ...change, ...defect } })).toThrow(
        expect.objectContaining({ code: 'ErrorTimeZone' }),
      );
    },
  );
});
