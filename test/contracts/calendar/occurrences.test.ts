import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarView } from '../../../shared/domain/calendar/calendar-view.ts';
import { changeOccurrence, deleteOccurrence, type KnownOccurrence } from '../../../shared/domain/calendar/change-occurrence.ts';
import { legacyUtc, legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { seriesOfRow } from '../../../shared/domain/calendar/occurrence-row.ts';
import { patternDays } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import type { Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { occurrenceOn, patternTimes } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { getExceptionMessages, getItem } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { somePattern } from '../../unit/calendar/series-arbitrary.ts';
import { at, mailbox, withMailbox } from '../mailbox/support.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Clocks that are never changed: an exception knows its times by the clock, of which some are shown twice elsewhere. */
const kolkata = { ...legacyUtc, bias: -330 };
const zone = legacyZone(kolkata);

/** A series of a few occurrences, from 9 to 10, and what is done to them: each deed names its occurrence by a number. */
const someStory = fc.record({
  pattern: somePattern.chain((pattern) =>
    fc.integer({ min: 1, max: 6 }).map((occurrences) => ({ ...pattern, end: { is: 'after' as const, occurrences } })),
  ),
  deeds: fc.array(
    fc.record({
      which: fc.nat({ max: 5 }),
      deed: fc.oneof(
        fc.constant({ is: 'delete' as const }),
        fc.record({ is: fc.constant('move' as const), byHours: fc.integer({ min: -60, max: 60 }), hours: fc.integer({ min: 0, max: 30 }) }),
        fc.record({ is: fc.constant('name' as const), subject: fc.constantFrom('a', 'b', 'c') }),
      ),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});
type Deed = Parameters<Parameters<typeof someStory.map>[0]>[0]['deeds'][number]['deed'];

interface Seen {
  readonly day: number;
  readonly start: number;
  readonly end: number;
  readonly subject: string;
}

/** The same on a plain list; undefined where it is refused. */
function plainly(list: readonly Seen[], index: number, deed: Deed): readonly Seen[] | undefined {
  const one = present(list[index], 'an occurrence');
  if (deed.is === 'delete') return list.filter((other) => other !== one);
  if (deed.is === 'name') return list.with(index, { ...one, subject: deed.subject });
  const start = one.start + deed.byHours * hourMs;
  const moved = { ...one, start, end: start + deed.hours * hourMs };
  const dayOf = (instant: number): number => Math.floor(wallTimeAt(zone, instant) / dayMs);
  const [before, after] = [list[index - 1], list[index + 1]];
  if (moved.start === one.start && moved.end === one.end) return list;
  if (before !== undefined && (dayOf(start) <= dayOf(before.start) || start < before.end)) return undefined;
  if (after !== undefined && (dayOf(start) >= dayOf(after.start) || moved.end > after.start)) return undefined;
  return list.with(index, moved);
}

async function known(store: Store, counter: number, day: number): Promise<KnownOccurrence> {
  const master = present(await getItem(store.read, mailbox, counter, { properties: 'all' }), 'the series');
  const of = present(seriesOfRow(master), 'a series');
  const messages = (await getExceptionMessages(store.read, mailbox, [counter])).get(counter) ?? [];
  return { mailbox, master, known: of, occurrence: present(occurrenceOn(of.series, of.zone, day), 'the occurrence'), messages };
}

async function carryOut(store: Store, of: KnownOccurrence, deed: Deed): Promise<boolean> {
  const { start } = of.occurrence;
  try {
    await store.transaction(async (tx) => {
      if (deed.is === 'delete') return deleteOccurrence(tx, of, 'hard', {}, at);
      const moved = start + (deed.is === 'move' ? deed.byHours * hourMs : 0);
      const set =
        deed.is === 'name'
          ? { [tags.subject]: deed.subject }
          : { [named.appointmentStartWhole]: moved, [named.appointmentEndWhole]: moved + deed.hours * hourMs };
      await changeOccurrence(tx, of, { set }, 'any', at);
    });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

describeOnEveryStore('occurrences that are changed and deleted', ({ open }) => {
  test('are what a plain list of them would be', async () => {
    const store = await open();
    await withMailbox(store);
    const { counter: folder } = await requireFolder(store.read, mailbox, 'calendar');
    await fc.assert(
      fc.asyncProperty(someStory, async ({ pattern, deeds }) => {
        const series: Series = { pattern, startMinutes: 540, endMinutes: 600, deleted: [], exceptions: [] };
        const properties = { [tags.subject]: 'Series', ...seriesProperties(series, { name: 'India Standard Time', rule: kolkata }) };
        const draft = { class: 'IPM.Appointment', properties, recipients: [], attachments: [] };
        const { counter } = await store.transaction((tx) => createItem(tx, mailbox, folder, draft, at));
        let list: readonly Seen[] = [...patternDays(pattern, pattern.start, Number.POSITIVE_INFINITY)].map((day) => ({
          ...patternTimes(series, zone, day),
          day,
          subject: 'Series',
        }));
        for (const { which, deed } of deeds) {
          const index = which % list.length;
          const expected = plainly(list, index, deed);
          const isDone = await carryOut(store, await known(store, counter, present(list[index], 'one').day), deed);
          expect(isDone).toBe(expected !== undefined);
          list = expected ?? list;
          if (list.length === 0) break;
        }
        const from = Math.min(pattern.start * dayMs, ...list.map(({ start }) => start)) - dayMs;
        const to = Math.max(from, ...list.map(({ end }) => end)) + dayMs;
        const asked = {
          mailbox,
          folder,
          window: { start: from, end: to },
          long: [],
          need: { properties: [tags.subject] },
          count: 100,
          withoutPrivate: false,
        };
        const { entries } = await calendarView(store.read, asked);
        const seen = entries.map(({ row, occurrence }) => ({
          day: occurrence?.day,
          start: itemProperty(row, named.appointmentStartWhole),
          end: itemProperty(row, named.appointmentEndWhole),
          subject: itemProperty(row, tags.subject),
        }));
        expect(seen).toEqual(list.map(({ day, start, end, subject }) => ({ day, start, end, subject })));
        await store.transaction((tx) => tx.deleteFrom('item').where('counter', '=', counter).execute());
      }),
      { numRuns: 60 },
    );
  });
});
