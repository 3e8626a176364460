import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarProcessing } from '../../../shared/domain/calendar/calendar-processing.ts';
import { type BookingGround, bookResource } from '../../../shared/domain/calendar/meetings/book-resource.ts';
import { findMeeting } from '../../../shared/domain/calendar/meetings/find-meeting.ts';
import { responses } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { meetingCancellation, meetingRequest, meetingResponse } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import { receiveMeetingMessage } from '../../../shared/domain/calendar/meetings/receive.ts';
import { defaultWorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { getRecipients, recipientDraftOf } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, withMailbox } from '../mailbox/support.ts';

const hourMs = 3_600_000;
const everybody = { addresses: [], addsRequests: true };
const people = ['ann@contoso.test', 'bob@contoso.test'].map((address) => ({
  kind: 'to' as const,
  name: address,
  address,
  routingType: 'SMTP',
}));

function meeting(id: string, properties: PropertyBag = {}): ItemDraft {
  return {
    class: 'IPM.Appointment',
    properties: {
      [tags.subject]: `Meeting ${id}`,
      [tags.sentRepresentingName]: 'Mary',
      [tags.sentRepresentingSmtpAddress]: 'mary@contoso.test',
      [named.appointmentStartWhole]: at + hourMs,
      [named.appointmentEndWhole]: at + 2 * hourMs,
      [named.busyStatus]: 2,
      [named.globalObjectId]: id,
      [named.cleanGlobalObjectId]: id,
      [named.appointmentSequence]: 0,
      [named.appointmentStateFlags]: 1,
      ...properties,
    },
    recipients: people,
    attachments: [],
  };
}
const receive = (store: Store, message: ItemDraft) => store.transaction((tx) => receiveMeetingMessage(tx, mailbox, message, everybody, at));
const kept = async (store: Store, id: string, where = mailbox) =>
  (await findMeeting(store.read, where, { globalObjectId: id, cleanGlobalObjectId: id }))?.row;

const room = namedGuid('mailbox', 'room');
async function roomIn(store: Store): Promise<BookingGround> {
  await withMailbox(store, room);
  const processing = calendarProcessing(await requireFolder(store.read, room, 'calendar'), 'RoomMailbox');
  const asker = { books: true, requestsInPolicy: false, requestsOutOfPolicy: false };
  return { resource: { name: 'Room', address: 'room@contoso.test' }, processing, hours: defaultWorkingHours, asker, sender: [] };
}

describeOnEveryStore('messages about meetings', ({ open, another }) => {
  test('a late one changes nothing, in whatever order they come', async () => {
    const store = await open();
    await withMailbox(store);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }), fc.boolean(), async (order, isCalledOff) => {
        round += 1;
        const id = Buffer.from(`meeting ${round}`).toString('base64');
        const version = (sequence: number): ItemDraft =>
          meeting(id, { [named.appointmentSequence]: sequence, [named.appointmentStartWhole]: at + sequence });
        for (const sequence of order) await receive(store, meetingRequest(version(sequence), 'full'));
        const last = Math.max(...order);
        if (isCalledOff) await receive(store, meetingCancellation(version(last + 1)));
        if (isCalledOff) for (const sequence of order) await receive(store, meetingRequest(version(sequence), 'full'));
        const row = present(await kept(store, id), id);
        expect(itemProperty(row, named.appointmentStartWhole)).toBe(at + last);
        expect(itemProperty(row, named.appointmentSequence)).toBe(isCalledOff ? last + 1 : last);
        expect(Number(itemProperty(row, named.appointmentStateFlags)) & 4).toBe(isCalledOff ? 4 : 0);
      }),
      { numRuns: 10 },
    );
  });

  test('an organizer notes the latest answer of each, and who was not asked', async () => {
    const store = await open();
    await withMailbox(store);
    await store.transaction(async (tx) => {
      const calendar = await requireFolder(tx, mailbox, 'calendar');
      await createItem(tx, mailbox, calendar.counter, meeting('aWQ='), at);
    });
    const answer = (address: string, how: 'accepted' | 'declined', minute: number): ItemDraft =>
      meetingResponse(meeting('aWQ=').properties, how, { name: address, address }, at + minute * 60_000);
    for (const [address, how, minute] of [
      ['ANN@contoso.test', 'declined', 2],
      ['ann@contoso.test', 'accepted', 1],
      ['carl@contoso.test', 'accepted', 3],
    ] as const)
      await receive(store, answer(address, how, minute));
    const row = present(await kept(store, 'aWQ='), 'the meeting');
    const recipients = (await getRecipients(store.read, mailbox, [row.counter])).get(row.counter) ?? [];
    expect(
      recipients.map(recipientDraftOf).map(({ kind, address, properties = {} }) => [kind, address, properties[tags.recipientTrackStatus]]),
    ).toEqual([
      ['to', 'ann@contoso.test', responses.declined],
      ['to', 'bob@contoso.test', undefined],
      ['cc', 'carl@contoso.test', responses.accepted],
    ]);
  });

  test('an organizer does not note an answer to the meeting as it was before', async () => {
    const store = await open();
    await withMailbox(store);
    await store.transaction(async (tx) => {
      const calendar = await requireFolder(tx, mailbox, 'calendar');
      await createItem(tx, mailbox, calendar.counter, meeting('bW92ZWQ=', { [named.appointmentSequence]: 2 }), at);
    });
    const answer = (sequence: number): ItemDraft => {
      const { properties } = meeting('bW92ZWQ=', { [named.appointmentSequence]: sequence });
      return meetingResponse(properties, 'accepted', { name: 'Ann', address: 'ann@contoso.test' }, at);
    };
    expect((await receive(store, answer(1))).outcome).toBe('ignored');
    expect((await receive(store, answer(2))).outcome).toBe('tracked');
  });

  test('an update takes away what it does not say any more, and a new time the answer', async () => {
    const store = await open();
    await withMailbox(store);
    const first = meeting('dXBkYXRl', { [named.location]: 'Room 1' });
    const second = meeting('dXBkYXRl', { [named.appointmentSequence]: 1, [named.appointmentStartWhole]: at + 90 * 60_000 });
    await receive(store, meetingRequest(first, 'request'));
    const { counter } = present(await kept(store, 'dXBkYXRl'), 'the appointment');
    const answered = { set: { [named.appointmentReplyTime]: at, [named.responseStatus]: responses.accepted } };
    await store.transaction((tx) => updateItem(tx, mailbox, counter, answered, 'any', at));
    await receive(store, meetingRequest(second, 'full', first));
    const row = present(await kept(store, 'dXBkYXRl'), 'the appointment');
    expect([named.location, named.appointmentReplyTime, named.responseStatus].map((key) => itemProperty(row, key))).toEqual([
      undefined,
      undefined,
      responses.notResponded,
    ]);
  });

  test('what is not in the calendar is not put there where nothing is to be added', async () => {
    const store = await open();
    await withMailbox(store);
    const quiet = (message: ItemDraft) =>
      store.transaction((tx) => receiveMeetingMessage(tx, mailbox, message, { addresses: [], addsRequests: false }, at));
    expect((await quiet(meetingRequest(meeting('cXVpZXQ='), 'request'))).outcome).toBe('ignored');
    expect(await kept(store, 'cXVpZXQ=')).toBeUndefined();
    await receive(store, meetingRequest(meeting('cXVpZXQ='), 'request'));
    const moved = meeting('cXVpZXQ=', { [named.appointmentSequence]: 1 });
    expect((await quiet(meetingRequest(moved, 'full'))).outcome).toBe('updated');
  });

  test('a room asks again when a request that says it only tells more has other times', async () => {
    const store = await open();
    const ground = { ...(await roomIn(store)), asker: { books: false, requestsInPolicy: true, requestsOutOfPolicy: false } };
    const ask = async (kind: 'request' | 'informational', properties: PropertyBag): Promise<string | undefined> => {
      const message = meetingRequest(meeting('YXNr', properties), kind);
      return (await store.transaction((tx) => bookResource(tx, room, message, ground, at))).verdict?.is;
    };
    expect(await ask('request', {})).toBe('pending');
    expect(await ask('informational', { [named.location]: 'Upstairs' })).toBe('pending');
    const { counter } = present(await kept(store, 'YXNr', room), 'the appointment');
    const accepted = { set: { [named.responseStatus]: responses.accepted } };
    await store.transaction((tx) => updateItem(tx, room, counter, accepted, 'any', at));
    expect(await ask('informational', { [named.location]: 'Downstairs' })).toBe('booked');
    expect(await ask('informational', { [named.appointmentEndWhole]: at + 3 * hourMs })).toBe('pending');
  });

  test('of two who want a room at one time, by two connections, one gets it', async () => {
    const store = await open();
    const other = await another();
    const ground = await roomIn(store);
    const book = (by: Store, id: string) =>
      by.transaction((tx) => bookResource(tx, room, meetingRequest(meeting(id), 'request'), ground, at));
    const asked = await Promise.all(Array.from({ length: 6 }, (_, index) => book(index % 2 === 0 ? store : other, `bWVl${index}A==`)));
    expect(asked.filter(({ verdict }) => verdict?.is === 'booked')).toHaveLength(1);
    expect(asked.flatMap(({ verdict }) => (verdict?.is === 'refused' ? verdict.why.is : []))).toEqual(
      Array.from({ length: 5 }, () => 'conflicts'),
    );
  });
});
