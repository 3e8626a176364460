import { legacyUtc } from '../../shared/domain/calendar/legacy-time-zone.ts';
import type { RecurrenceEnd } from '../../shared/domain/calendar/recurrence/pattern.ts';
import { seriesProperties } from '../../shared/domain/calendar/recurrence/series-properties.ts';
import type { ItemDraft } from '../../shared/domain/mailbox/draft.ts';
import { createFolder } from '../../shared/domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../shared/domain/mailbox/item-writes.ts';
import { present } from '../../shared/kernel/assert.ts';
import { named, type PropertyBag, tags } from '../../shared/kernel/mapi.ts';
import { decodeFolderId } from '../../shared/protocols/ews/item-id.ts';
import type { BenchLab } from './bench-lab.ts';
import { ask, openOneConnection } from './one-connection.ts';
import { alternatePaces } from './pace.ts';
import { median, type Row } from './row.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const month = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 11, 1) } as const;
/** What lies in the month is the same in both: 20 appointments, 5 series every week. */
const calendars = [
  { name: 'A calendar of 10,000', items: 10_000, series: 200 },
  { name: 'A calendar of 100', items: 100, series: 10 },
] as const;
const within = { appointments: 20, series: 5 } as const;
const mostTimes = 2;

/** CalendarView of one month over a calendar with much before and behind it, beside one with little. */
export async function calendarRows(lab: BenchLab): Promise<readonly Row[]> {
  const ids: string[] = [];
  for (const calendar of calendars) ids.push(await fill(lab, calendar));
  const client = openOneConnection(lab.port);
  try {
    const look = (id: string) => async (): Promise<void> => {
      const answer = await ask(client, { body: view(id), headers: { authorization: lab.authorization } });
      const shown = answer.split('<t:CalendarItem>').length - 1;
      if (shown < within.appointments + within.series * 4 || shown > 60) throw new Error(`${shown} entries`);
    };
    const paces = await alternatePaces(ids.map(look));
    const [large = 0, small = 0] = paces.map((rounds) => median(rounds.map(({ perSecond }) => 1_000 / perSecond)));
    const times = large / small;
    return [
      {
        what: 'CalendarView of one month over a calendar of 10,000 items with 200 series, time beside one of 100 items',
        measured: `${times.toFixed(2)} (${large.toFixed(2)} ms : ${small.toFixed(2)} ms)`,
        limit: `${mostTimes}`,
        passed: times <= mostTimes,
      },
    ];
  } finally {
    client.close();
  }
}

function view(folder: string): string {
  const dates = `StartDate="${new Date(month.start).toISOString()}" EndDate="${new Date(month.end).toISOString()}"`;
  return (
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
    `<m:CalendarView ${dates}/><m:ParentFolderIds><t:FolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`
  );
}

async function fill(lab: BenchLab, { name, items, series }: (typeof calendars)[number]): Promise<string> {
  const { store, clock } = lab.foundation;
  const { mailbox } = present(decodeFolderId(await lab.folderId('Calendar')), 'the calendar');
  const now = clock.now();
  const { counter } = await store.transaction(async (tx) => {
    const root = await requireFolder(tx, mailbox, 'msgfolderroot');
    return createFolder(tx, mailbox, { parent: root.counter, displayName: name, class: 'IPF.Appointment' }, now);
  });
  const drafts = Array.from({ length: items }, (_, number) => (number < series ? seriesDraft(number) : single(number - series)));
  for (let start = 0; start < drafts.length; start += 500)
    await store.transaction((tx) => createItems(tx, mailbox, counter, drafts.slice(start, start + 500), now));
  return lab.folderId(name);
}

/** The first ones lie in the month, the others on days of the five years before and the two behind it. */
function single(number: number): ItemDraft {
  const isWithin = number < within.appointments;
  const day = isWithin ? number : number % 3 === 0 ? 40 + (number % 700) : -40 - (number % 1_800);
  const start = month.start + day * dayMs + (8 + (number % 8)) * hourMs;
  return draft(`Appointment ${number}`, { [named.appointmentStartWhole]: start, [named.appointmentEndWhole]: start + hourMs });
}

/** The first ones go on for ever, the others are over or have not begun. */
function seriesDraft(number: number): ItemDraft {
  const day = month.start / dayMs + (number < within.series ? -70 : number % 2 === 0 ? 100 + number : -700 - number);
  const end: RecurrenceEnd = number < within.series ? { is: 'never' } : { is: 'after', occurrences: 50 };
  const pattern = { rule: { is: 'weekly', weeks: 1, on: [number % 5] }, start: day, end, firstDayOfWeek: 1 } as const;
  const series = { pattern, startMinutes: 600, endMinutes: 660, deleted: [], exceptions: [] };
  return draft(`Series ${number}`, seriesProperties(series, { name: 'UTC', rule: legacyUtc }));
}

function draft(subject: string, properties: PropertyBag): ItemDraft {
  const more = { [tags.subject]: subject, [tags.body]: `${subject}.\r\n`.repeat(20), [named.location]: 'Boardroom', [named.busyStatus]: 2 };
  return { class: 'IPM.Appointment', properties: { ...more, ...properties }, recipients: [], attachments: [] };
}
