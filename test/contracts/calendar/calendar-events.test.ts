import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarEvents, mostEvents } from '../../../shared/domain/calendar/calendar-events.ts';
import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import type { Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, withMailbox } from '../mailbox/support.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly more?: PropertyBag;
}

async function enter(store: Store, entries: readonly Entry[], role = 'calendar', guid = mailbox): Promise<void> {
  await store.transaction(async (tx) => {
    const { counter } = await requireFolder(tx, guid, role);
    const drafts = entries.map(({ start, end, more = {} }) => ({
      class: 'IPM.Appointment',
      properties: { [named.appointmentStartWhole]: start, [named.appointmentEndWhole]: end, ...more },
      recipients: [],
      attachments: [],
    }));
    await createItems(tx, guid, counter, drafts, at);
  });
}

describeOnEveryStore('what lies in a calendar', ({ open }) => {
  const window = { start: at, end: at + dayMs };

  test('in a window, even if only in part, in the order of its start', async () => {
    const store = await open();
    await withMailbox(store);
    await enter(store, [
      { start: at + 3 * hourMs, end: at + 4 * hourMs },
      { start: at - hourMs, end: at },
      { start: at - hourMs, end: at + 1 },
      { start: at + dayMs - 1, end: at + 2 * dayMs },
      { start: at + dayMs, end: at + 2 * dayMs },
      { start: at - 400 * dayMs, end: at + 400 * dayMs },
    ]);
    await enter(store, [{ start: at, end: at + hourMs }], 'tasks');
    const other = namedGuid('mailbox', 'rob');
    await withMailbox(store, other);
    await enter(store, [{ start: at, end: at + hourMs }], 'calendar', other);
    const events = await calendarEvents(store.read, mailbox, window);
    expect(events.map(({ start, end }) => [start - at, end - at])).toEqual([
      [-400 * dayMs, 400 * dayMs],
      [-hourMs, 1],
      [3 * hourMs, 4 * hourMs],
      [dayMs - 1, 2 * dayMs],
    ]);
  });

  test('is found as looking at every one finds it', async () => {
    const store = await open();
    await withMailbox(store);
    const hour = fc.integer({ min: -60, max: 60 });
    const entries = fc.sample(
      fc.tuple(hour, fc.nat({ max: 40 })).map(([from, hours]) => ({ start: at + from * hourMs, end: at + (from + hours) * hourMs })),
      { numRuns: 200, seed: 7 },
    );
    await enter(store, entries);
    await fc.assert(
      fc.asyncProperty(hour, fc.integer({ min: 1, max: 50 }), async (from, hours) => {
        const asked = { start: at + from * hourMs, end: at + (from + hours) * hourMs };
        const found = await calendarEvents(store.read, mailbox, asked);
        const expected = entries.filter(({ start, end }) => start < asked.end && end > asked.start);
        expect(found.map(({ start, end }) => `${start} ${end}`).sort()).toEqual(expected.map(({ start, end }) => `${start} ${end}`).sort());
        expect(found.map(({ start }) => start)).toEqual(found.map(({ start }) => start).sort((left, right) => left - right));
      }),
      { numRuns: 30 },
    );
  });

  test('with what is known of it', async () => {
    const store = await open();
    await withMailbox(store);
    const details: PropertyBag = {
      [tags.subject]: 'Review',
      [named.location]: 'Boardroom',
      [named.busyStatus]: 3,
      [named.appointmentStateFlags]: 1,
      [named.recurring]: true,
      [named.reminderSet]: true,
      [tags.sensitivity]: 2,
    };
    await enter(store, [
      { start: at, end: at + hourMs, more: details },
      { start: at + hourMs, end: at + 2 * hourMs },
      { start: at + 2 * hourMs, end: at + 3 * hourMs, more: { [named.busyStatus]: 99 } },
    ]); // prettier-ignore
    const events = await calendarEvents(store.read, mailbox, window);
    expect(events).toMatchObject([
      {
        isException: false,
        status: 'out-of-office',
        subject: 'Review',
        location: 'Boardroom',
        isMeeting: true,
        isRecurring: true,
        isReminderSet: true,
        isPrivate: true,
      },
      { status: 'busy', subject: '', location: '', isMeeting: false, isRecurring: false, isReminderSet: false, isPrivate: false },
      { status: 'busy' },
    ]);
  });

  test('as far as a thousand', async () => {
    const store = await open();
    await withMailbox(store);
    await enter(
      store,
      Array.from({ length: mostEvents }, (_, index) => ({ start: at + index, end: at + hourMs })),
    );
    expect(await calendarEvents(store.read, mailbox, window)).toHaveLength(mostEvents);
    await enter(
      store,
      Array.from({ length: 7 }, () => ({ start: at, end: at + hourMs })),
    );
    await expect(calendarEvents(store.read, mailbox, window)).rejects.toMatchObject({ code: 'too-many-events', detail: '1007' });
  });

  test('of no mailbox, nothing', async () => {
    const store = await open();
    expect(await calendarEvents(store.read, namedGuid('mailbox', 'nobody'), window)).toEqual([]);
  });
});

describeOnEveryStore('series in a calendar', ({ open }) => {
  const today = Math.floor(at / dayMs);
  const standup: Series = {
    pattern: { rule: { is: 'daily', days: 1 }, start: today - 3_000, end: { is: 'never' }, firstDayOfWeek: 0 },
    startMinutes: 9 * 60,
    endMinutes: 9 * 60 + 15,
    deleted: [],
    exceptions: [],
  };
  const window = { start: today * dayMs, end: (today + 3) * dayMs };
  const propertiesOf = (series: Series, more: PropertyBag = {}): PropertyBag => ({
    [tags.subject]: 'Standup',
    ...seriesProperties(series, { name: 'UTC', rule: legacyUtc }),
    ...more,
  });
  /** A series is entered by its properties alone. */
  const enterSeries = (store: Store, all: readonly PropertyBag[]): Promise<void> =>
    enter(
      store,
      all.map((more) => ({ start: 0, end: 0, more })),
    );

  test('show their occurrences between the other events, however long ago they began', async () => {
    const store = await open();
    await withMailbox(store);
    const noon = (today + 1) * dayMs + 12 * hourMs;
    const exception = {
      original: (today + 1) * dayMs + 9 * hourMs,
      start: noon,
      end: noon + hourMs,
      subject: 'Late',
      status: 'tentative',
    } as const;
    await enterSeries(store, [propertiesOf({ ...standup, exceptions: [exception] }, { [named.location]: 'Hall', [named.busyStatus]: 2 })]);
    await enter(store, [{ start: (today + 1) * dayMs, end: (today + 1) * dayMs + hourMs, more: { [named.recurring]: false } }]);
    const events = await calendarEvents(store.read, mailbox, window);
    expect(events.map(({ start }) => (start - today * dayMs) / hourMs)).toEqual([9, 24, 36, 57]);
    const regular = { subject: 'Standup', location: 'Hall', status: 'busy', isRecurring: true, isException: false, item: events[0]?.item };
    expect(events).toMatchObject([
      regular,
      { isRecurring: false, isException: false },
      { ...regular, subject: 'Late', status: 'tentative', isException: true },
      regular,
    ]);
  });

  test('that have ended, or not begun, show none; the last day is shown to its end', async () => {
    const store = await open();
    await withMailbox(store);
    const until = (day: number): PropertyBag => propertiesOf({ ...standup, pattern: { ...standup.pattern, end: { is: 'until', day } } });
    const later = propertiesOf({ ...standup, pattern: { ...standup.pattern, start: today + 3 } });
    const night = propertiesOf({
      ...standup,
      pattern: { ...standup.pattern, end: { is: 'until', day: today - 1 } },
      startMinutes: 20 * 60,
      endMinutes: 30 * 60,
    });
    await enterSeries(store, [until(today - 1), until(today), later, night]);
    const events = await calendarEvents(store.read, mailbox, window);
    expect(events.map(({ start }) => (start - today * dayMs) / hourMs)).toEqual([-4, 9]);
  });

  test('that cannot be read show their first occurrence', async () => {
    const store = await open();
    await withMailbox(store);
    const times = { [named.appointmentStartWhole]: window.start + hourMs, [named.appointmentEndWhole]: window.start + 2 * hourMs };
    await enterSeries(store, [
      propertiesOf(standup, { [named.appointmentRecur]: 'AAAA', ...times }),
      propertiesOf(standup, { [named.appointmentRecur]: 'AAAA' }),
      propertiesOf(standup, { [named.timeZoneStruct]: '', ...times, [named.clipEnd]: 0 }),
    ]);
    const events = await calendarEvents(store.read, mailbox, window);
    expect(events.map(({ start, end, isRecurring }) => [start, end, isRecurring])).toEqual([
      [window.start + hourMs, window.start + 2 * hourMs, true],
      [window.start + hourMs, window.start + 2 * hourMs, true],
    ]);
  });

  test('without their end are looked at, and more than are read at once are read all the same', async () => {
    const store = await open();
    await withMailbox(store);
    const { [named.clipEnd]: _, ...endless } = propertiesOf(standup);
    await enterSeries(
      store,
      Array.from({ length: 250 }, () => endless),
    );
    expect(await calendarEvents(store.read, mailbox, window)).toHaveLength(750);
    await enterSeries(
      store,
      Array.from({ length: 90 }, () => endless),
    );
    await enter(store, [{ start: at, end: at + hourMs }]);
    await expect(calendarEvents(store.read, mailbox, window)).rejects.toMatchObject({ code: 'too-many-events', detail: '1021' });
  });
});
