import { afterAll, beforeAll, expect, test } from 'vitest';
import { calendarEvents } from '../../../shared/domain/calendar/calendar-events.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Store } from '../../../shared/store/database.ts';
import type { AttachmentTable, FolderTable, ItemTable, RecipientRowTable } from '../../../shared/store/schema.ts';
import { anchor, contosoHybrid, seeded } from './worlds.ts';

const dayMs = 86_400_000;
let store: Store;
let items: readonly ItemTable[];
let folders: readonly FolderTable[];
let recipients: readonly RecipientRowTable[];
let attachments: readonly AttachmentTable[];

beforeAll(async () => {
  store = await seeded(contosoHybrid);
  items = await store.read.selectFrom('item').selectAll().execute();
  folders = await store.read.selectFrom('folder').selectAll().execute();
  recipients = await store.read.selectFrom('recipient_row').selectAll().execute();
  attachments = await store.read.selectFrom('attachment').selectAll().execute();
});
afterAll(() => store.close());

function guidOf(organization: string, alias: string): string {
  const found = contosoHybrid.organizations.find(({ name }) => name === organization)?.recipients.find((one) => one.alias === alias);
  return found?.exchangeGuid ?? '';
}

function itemsIn(mailbox: string, match: Partial<FolderTable>): readonly ItemTable[] {
  const folder = folders.find(
    (one) => one.mailbox === mailbox && Object.entries(match).every(([key, value]) => one[key as keyof FolderTable] === value),
  );
  return items.filter((item) => item.mailbox === mailbox && item.folder === folder?.counter);
}

const people = [
  ['contoso', 'mary'],
  ['contoso', 'rob'],
  ['contoso', 'adam'],
  ['contoso', 'administrator'],
  ['contoso-cloud', 'joe'],
  ['contoso-cloud', 'zoe'],
  ['fabrikam', 'pat'],
] as const;

test.each(people)('%s %s has mail in and out, some unread, and a calendar', (organization, alias) => {
  const mailbox = guidOf(organization, alias);
  const inbox = itemsIn(mailbox, { role: 'inbox' });
  expect(inbox.length).toBeGreaterThan(15);
  expect(inbox.some(({ is_read }) => is_read === 0) && inbox.some(({ is_read }) => is_read === 1)).toBe(true);
  expect(itemsIn(mailbox, { role: 'sentitems' }).length).toBeGreaterThan(5);
  expect(itemsIn(mailbox, { role: 'calendar' }).length).toBeGreaterThanOrEqual(18);
});

test('the shared mailbox has inquiries, the room nothing', () => {
  expect(itemsIn(guidOf('contoso', 'info'), { role: 'inbox' }).length).toBe(10);
  expect(items.filter(({ mailbox }) => mailbox === guidOf('contoso', 'boardroom'))).toEqual([]);
});

test('Projects has 500 messages, each with its own number, oldest first', () => {
  const projects = itemsIn(guidOf('contoso', 'mary'), { display_name: 'Projects' });
  expect(projects).toHaveLength(500);
  expect(new Set(projects.map(({ subject }) => subject)).size).toBe(500);
  const received = projects.map((item) => item.received ?? 0);
  expect(received).toEqual(received.toSorted((left, right) => left - right));
  expect(new Set(projects.map(({ from_address }) => from_address)).size).toBe(6);
});

test('mail is older than the week, series began earlier, single appointments lie in it and the two after it', () => {
  for (const item of items) {
    if (item.recurring === 1) expect(item.starts).toBeLessThan(anchor);
    else if (item.class === 'IPM.Appointment') {
      expect(item.starts).toBeGreaterThanOrEqual(anchor);
      expect(item.ends).toBeLessThanOrEqual(anchor + 21 * dayMs);
      expect((item.ends ?? 0) - (item.starts ?? 0)).toBeGreaterThan(0);
    } else {
      for (const date of [item.received, item.sent, item.created, item.modified]) expect(date).toBeLessThan(anchor + 5_000);
      expect(item.sent).toBeLessThanOrEqual(item.received ?? 0);
    }
  }
  expect(new Set(items.map((item) => item.class))).toEqual(new Set(['IPM.Note', 'IPM.Appointment']));
});

test('the appointments of one calendar do not overlap, whole days aside; series recur in it', async () => {
  for (const [organization, alias] of people) {
    const calendar = guidOf(organization, alias);
    const events = await calendarEvents(store.read, calendar as Guid, { start: anchor, end: anchor + 21 * dayMs });
    const timed = events.filter(({ start, end }) => end - start < dayMs);
    for (const [index, event] of timed.entries()) expect(event.start).toBeGreaterThanOrEqual(timed[index - 1]?.end ?? 0);
    const weekly = events.filter(({ subject }) => subject === 'Weekly meeting');
    expect(weekly.map(({ isRecurring, isException, location }) => [isRecurring, isException, location])).toEqual(
      itemsIn(calendar, { role: 'calendar' }).length === 0
        ? []
        : [
            [true, false, 'Boardroom'],
            [true, false, 'Boardroom'],
            [true, true, 'Meeting room 1'],
          ],
    );
  }
});

test("nobody writes or is written to but the world's people and example.test", () => {
  const known = new Set(contosoHybrid.organizations.flatMap((organization) => organization.recipients.map(({ mail }) => mail)));
  const strangers = [...items.map(({ from_address }) => from_address ?? ''), ...recipients.map(({ address }) => address)].filter(
    (address) => !known.has(address) && !address.endsWith('@example.test'),
  );
  expect(strangers).toEqual([]);
});

test('counters of folders are what lies in them', () => {
  for (const folder of folders) {
    const inside = items.filter((item) => item.mailbox === folder.mailbox && item.folder === folder.counter);
    expect([folder.item_count, folder.unread_count]).toEqual([inside.length, inside.filter(({ is_read }) => is_read === 0).length]);
  }
});

test('MIME and properties of a message agree', async () => {
  const kept = items.filter(({ mime }) => mime !== null);
  expect(kept.length).toBeGreaterThan(300);
  for (const item of kept) {
    const octets = await readBlob(store.read, item.mime ?? '');
    const message = await parseMime(octets ?? new Uint8Array());
    expect(message).toMatchObject({ subject: item.subject, messageId: item.internet_message_id, date: item.sent });
    expect(message.from).toEqual({ name: item.from_name, address: item.from_address });
    const own = recipients.filter((row) => row.mailbox === item.mailbox && row.item === item.counter);
    expect(own.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      ...message.to.map(({ address }) => `to ${address}`),
      ...message.cc.map(({ address }) => `cc ${address}`),
    ]);
    expect(item.size).toBe(octets?.length);
  }
});

test('threads answer one another, in one conversation', () => {
  const ids = new Set(items.map(({ internet_message_id }) => internet_message_id));
  const answers = items.filter(({ subject }) => subject?.startsWith('Re: '));
  expect(answers.length).toBeGreaterThan(50);
  for (const answer of answers) {
    const bag: Readonly<Record<string, unknown>> = JSON.parse(answer.bag);
    expect(ids.has(String(bag['0x1042001F']))).toBe(true);
    expect(items.some((item) => item.conversation === answer.conversation && item.subject === answer.subject?.slice(4))).toBe(true);
  }
});

test.each([
  ['Japanese', /[\u3040-\u30ff\u4e00-\u9fff]/],
  ['Arabic', /[\u0600-\u06ff]/],
  ['German', /[äöüß]/],
  ['French', /[éà]/],
  ['emoji', /\p{Extended_Pictographic}/u],
])('there is %s in subjects or texts', (_what, letters) => {
  expect(items.filter((item) => letters.test(`${item.subject} ${item.bag}`)).length).toBeGreaterThan(3);
});

test('importance, sensitivity, forms of body and attachments vary', () => {
  const mail = items.filter((item) => item.class === 'IPM.Note');
  expect(new Set(mail.map(({ importance }) => importance))).toEqual(new Set([0, 1, 2]));
  expect(new Set(mail.map(({ sensitivity }) => sensitivity))).toEqual(new Set([0, 1, 2, 3]));
  const forms = new Set(
    mail.map(({ bag }) => `${bag.includes('"0x1000001F"') ? 'text ' : ''}${bag.includes('"0x1013001F"') ? 'html' : ''}`.trim()),
  );
  expect(forms).toEqual(new Set(['text', 'html', 'text html']));
  expect(new Set(attachments.map(({ content_type }) => content_type))).toEqual(
    new Set(['text/csv', 'text/plain', 'application/pdf', 'image/png']),
  );
  expect(attachments.some(({ is_inline }) => is_inline === 1)).toBe(true);
});
