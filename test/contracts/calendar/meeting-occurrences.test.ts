import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newGlobalObjectId, onDay } from '../../../shared/domain/calendar/global-object-id.ts';
import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { findMeeting } from '../../../shared/domain/calendar/meetings/find-meeting.ts';
import type { HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { attendeesOf } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { responses } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { meetingCancellation, meetingRequest, meetingResponse } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import { ofOccurrence } from '../../../shared/domain/calendar/meetings/occurrence-message.ts';
import { receiveMeetingMessage } from '../../../shared/domain/calendar/meetings/receive.ts';
import { seriesOfRow } from '../../../shared/domain/calendar/occurrence-row.ts';
import { seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, withMailbox } from '../mailbox/support.ts';

const [dayMs, hourMs] = [86_400_000, 3_600_000];
const firstDay = Math.floor(at / dayMs) + 10;
const count = 5;
const people = ['ann@contoso.test', 'bob@contoso.test'].map((address) => ({
  kind: 'to' as const,
  name: address,
  address,
  routingType: 'SMTP',
}));

/** Daily at ten in UTC, for an hour. */
function series(id: string, properties: PropertyBag = {}): ItemDraft {
  const pattern = {
    rule: { is: 'daily', days: 1 },
    start: firstDay,
    end: { is: 'after', occurrences: count },
    firstDayOfWeek: 0,
  } as const;
  return {
    class: 'IPM.Appointment',
    properties: {
      [tags.subject]: 'Daily',
      [tags.sentRepresentingName]: 'Mary',
      [tags.sentRepresentingSmtpAddress]: 'mary@contoso.test',
      [named.busyStatus]: 2,
      [named.location]: '',
      [named.globalObjectId]: id,
      [named.cleanGlobalObjectId]: id,
      [named.appointmentSequence]: 0,
      [named.appointmentStateFlags]: 1,
      ...seriesProperties({ pattern, startMinutes: 600, endMinutes: 660, deleted: [], exceptions: [] }, { name: 'UTC', rule: legacyUtc }),
      ...properties,
    },
    recipients: people,
    attachments: [],
  };
}

/** What is said of one occurrence: in its n-th version it is n hours later. */
function occurrence(id: string, day: number, version: number): ItemDraft {
  const whole = series(id);
  const start = day * dayMs + (10 + version) * hourMs;
  const own = {
    [named.appointmentStartWhole]: start,
    [named.appointmentEndWhole]: start + hourMs,
    [named.appointmentSequence]: version,
    [named.globalObjectId]: dated(id, day),
    [named.exceptionReplaceTime]: day * dayMs + 10 * hourMs,
  };
  return { ...whole, properties: ofOccurrence({ ...whole.properties, ...own }) };
}

const dated = (id: string, day: number): string => onDay(Buffer.from(id, 'base64'), day).toString('base64');
const everybody = { addresses: [], addsRequests: true };
const receive = (store: Store, message: ItemDraft, at_ = at) =>
  store.transaction((tx) => receiveMeetingMessage(tx, mailbox, message, everybody, at_));
const held = (store: Store, id: string, day?: number): Promise<HeldMeeting | undefined> =>
  findMeeting(store.read, mailbox, { globalObjectId: day === undefined ? id : dated(id, day), cleanGlobalObjectId: id });

describeOnEveryStore('messages about occurrences', ({ open }) => {
  test('in whatever order they come: of each day the latest counts, and no other day hears of it', async () => {
    const store = await open();
    await withMailbox(store);
    let round = 0;
    const message = fc.record({ day: fc.integer({ min: 0, max: count - 1 }), version: fc.integer({ min: 1, max: 4 }), off: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 8 }), async (messages) => {
        round += 1;
        const id = newGlobalObjectId(at, `${round}`.padStart(32, '0'));
        await receive(store, meetingRequest(series(id), 'request'));
        const latest = new Map<number, number>();
        const called = new Set<number>();
        for (const { day, version, off } of messages) {
          const told = occurrence(id, firstDay + day, version);
          const { outcome } = await receive(store, off ? meetingCancellation(told) : meetingRequest(told, 'full'));
          const isLate = version < (latest.get(day) ?? 0);
          expect(outcome).toBe(isLate ? 'outdated' : off ? 'cancelled' : 'updated');
          if (isLate) continue;
          latest.set(day, version);
          if (off) called.add(day);
          else called.delete(day);
        }
        for (let day = 0; day < count; day += 1) {
          const { row, occurrence: found } = present(await held(store, id, firstDay + day), `day ${day}`);
          expect(found?.item.isException).toBe(latest.has(day));
          expect(itemProperty(row, named.appointmentSequence)).toBe(latest.get(day) ?? 0);
          if (!latest.has(day)) expect(itemProperty(row, named.appointmentStartWhole)).toBe((firstDay + day) * dayMs + 10 * hourMs);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('make an appointment where there is no series, and none once there is one', async () => {
    const store = await open();
    await withMailbox(store);
    const id = newGlobalObjectId(at, 'a'.repeat(32));
    expect((await receive(store, meetingRequest(occurrence(id, firstDay, 1), 'request'))).outcome).toBe('created');
    expect(present(await held(store, id, firstDay), 'alone').occurrence).toBeUndefined();
    expect((await receive(store, meetingRequest(occurrence(id, firstDay, 2), 'full'))).outcome).toBe('updated');
    expect((await receive(store, meetingRequest(series(id), 'request'))).outcome).toBe('created');
    expect(present(await held(store, id, firstDay), 'in the series').occurrence).toBeDefined();
    // A day that the series does not have stands alone beside it.
    expect((await receive(store, meetingRequest(occurrence(id, firstDay + 100, 1), 'request'))).outcome).toBe('created');
    expect(present(await held(store, id, firstDay + 100), 'beside it').occurrence).toBeUndefined();
  });

  test('with times that no recurrence can hold, or for a calendar that adds nothing, change nothing', async () => {
    const store = await open();
    await withMailbox(store);
    const id = newGlobalObjectId(at, 'b'.repeat(32));
    await receive(store, meetingRequest(series(id), 'request'));
    const told = occurrence(id, firstDay, 1);
    const far = { ...told, properties: { ...told.properties, [named.appointmentStartWhole]: Date.UTC(1500, 0) } };
    expect((await receive(store, meetingRequest(far, 'full'))).outcome).toBe('ignored');
    const backwards = { ...told, properties: { ...told.properties, [named.appointmentEndWhole]: at } };
    expect((await receive(store, meetingRequest(backwards, 'full'))).outcome).toBe('updated');
    expect(seriesOfRow(present(await held(store, id), 'the series').row)?.series.exceptions).toHaveLength(1);
    const another = newGlobalObjectId(at, 'c'.repeat(32));
    const shut = await store.transaction((tx) =>
      receiveMeetingMessage(
        tx,
        mailbox,
        meetingRequest(occurrence(another, firstDay, 1), 'request'),
        { addresses: [], addsRequests: false },
        at,
      ),
    );
    expect(shut.outcome).toBe('ignored');
  });

  test('that answer one are noted there, each person’s latest, and nowhere else', async () => {
    const store = await open();
    await withMailbox(store);
    const id = newGlobalObjectId(at, 'd'.repeat(32));
    await store.transaction(async (tx) => {
      const calendar = await requireFolder(tx, mailbox, 'calendar');
      await createItem(tx, mailbox, calendar.counter, series(id), at);
    });
    const answer = (address: string, how: 'accepted' | 'declined', minute: number): ItemDraft =>
      meetingResponse(occurrence(id, firstDay + 1, 0).properties, how, { name: address, address }, at + minute * 60_000);
    for (const [address, how, minute] of [
      ['ann@contoso.test', 'declined', 2],
      ['ann@contoso.test', 'accepted', 1],
      ['carl@contoso.test', 'accepted', 3],
    ] as const)
      await receive(store, answer(address, how, minute));
    const noted = async (day?: number): Promise<readonly unknown[]> => {
      const meeting = present(await held(store, id, day), 'the meeting');
      const asked = await attendeesOf(store.read, mailbox, meeting);
      return asked.map(({ address, properties = {} }) => [address, properties[tags.recipientTrackStatus]]);
    };
    expect(await noted(firstDay + 1)).toEqual([
      ['ann@contoso.test', responses.declined],
      ['bob@contoso.test', undefined],
      ['carl@contoso.test', responses.accepted],
    ]);
    const nobody = people.map(({ address }) => [address, undefined]);
    expect([await noted(), await noted(firstDay + 2)]).toEqual([nobody, nobody]);
  });
});
