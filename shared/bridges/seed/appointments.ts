import { legacyUtc } from '../../domain/calendar/legacy-time-zone.ts';
import type { Series } from '../../domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../domain/calendar/recurrence/series-properties.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import type { Instant } from '../../kernel/clock.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Random } from '../../kernel/random.ts';
import { type AppointmentPlan, allDayPlans, appointmentPlans, type SeriesPlan, seriesPlans } from './appointment-plans.ts';
import { filler } from './letter.ts';
import type { MailboxOwner } from './mailbox-owner.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const weeks = 3;
/** Occurrences of a series before this week. */
const occurrencesSoFar = 10;
/** Of each week's five days, how many have appointments in the morning and in the afternoon. */
const slotsPerWeek = { 'generate:working-week': 5, 'generate:busy-week': 10 } as const;
/** Appointments begin on the half hour between these hours (UTC), one in each half of the day. */
const slots = [
  { from: 7, to: 9 },
  { from: 12, to: 14 },
] as const;

/**
 * Series of an owner that have gone on for some weeks, and single appointments in the week that begins at `anchor` and the
 * two after it, in the order of their start.
 */
export function appointments(owner: MailboxOwner, anchor: Instant, random: Random): readonly ItemDraft[] {
  const { calendar } = owner.content;
  if (calendar === 'none') return [];
  const series = seriesPlans[calendar].map((plan) => seriesDraft(owner, plan, anchor, random.fork(plan.subject)));
  const singles = Array.from({ length: weeks }, (_, week) => {
    const monday = anchor + week * 7 * dayMs;
    const open = Array.from({ length: 10 }, (_slot, index) => ({ day: index >> 1, half: index & 1, place: random.next() }));
    const chosen = open.toSorted((left, right) => left.place - right.place).slice(0, slotsPerWeek[calendar]);
    const timed = chosen.map(({ day, half }) => {
      const { from, to } = slots[half === 0 ? 0 : 1];
      const start = monday + day * dayMs + from * 60 * minuteMs + random.integer((to - from) * 2) * 30 * minuteMs;
      const plan = random.pick(appointmentPlans);
      return draftOf(owner, { ...plan, subject: filler(random)(plan.subject) }, start, start + plan.minutes * minuteMs, anchor);
    });
    const start = monday + random.integer(5) * dayMs;
    return [...timed, draftOf(owner, random.pick(allDayPlans), start, start + dayMs, anchor, true)];
  });
  return [...series, ...singles.flat()].toSorted((left, right) => startOf(left) - startOf(right));
}

function startOf({ properties }: ItemDraft): number {
  return Number(properties[named.appointmentStartWhole]);
}

type Plan = Omit<AppointmentPlan, 'minutes'>;

/** A series without end, of whose occurrences from this week on the third is held elsewhere and the fourth not at all. */
function seriesDraft(owner: MailboxOwner, plan: SeriesPlan, anchor: Instant, random: Random): ItemDraft {
  const { startMinutes, minutes, weeks, elsewhere } = plan;
  const day = anchor / dayMs + random.integer(5);
  const start = day - weeks * 7 * occurrencesSoFar;
  const dayIn = (occurrences: number): number => day + occurrences * weeks * 7;
  const moved = dayIn(2) * dayMs + startMinutes * minuteMs;
  const series: Series = {
    pattern: { rule: { is: 'weekly', weeks, on: [new Date(day * dayMs).getUTCDay()] }, start, end: { is: 'never' }, firstDayOfWeek: 1 },
    startMinutes,
    endMinutes: startMinutes + minutes,
    deleted: [dayIn(3)],
    exceptions: [{ original: moved, start: moved, end: moved + minutes * minuteMs, location: elsewhere }],
  };
  const first = start * dayMs + startMinutes * minuteMs;
  const draft = draftOf(owner, plan, first, first + minutes * minuteMs, start * dayMs);
  return { ...draft, properties: { ...draft.properties, ...seriesProperties(series, { name: 'UTC', rule: legacyUtc }) } };
}

function draftOf(owner: MailboxOwner, plan: Plan, start: Instant, end: Instant, anchor: Instant, isAllDay = false): ItemDraft {
  // Entered some days before the week began, so that no appointment is younger than the world.
  const entered = anchor - 7 * dayMs;
  const properties: PropertyBag = {
    [tags.subject]: plan.subject,
    [tags.body]: plan.location === '' ? plan.subject : `${plan.subject}\r\n${plan.location}`,
    [named.appointmentStartWhole]: start,
    [named.appointmentEndWhole]: end,
    [named.busyStatus]: plan.busyStatus,
    [named.location]: plan.location,
    [named.appointmentSubType]: isAllDay,
    [named.appointmentStateFlags]: 0,
    [named.recurring]: false,
    [named.reminderSet]: plan.busyStatus === 2,
    [named.reminderMinutes]: 15,
    [tags.sensitivity]: plan.isPrivate === true ? 2 : 0,
    [tags.senderName]: owner.name,
    [tags.senderSmtpAddress]: owner.address,
    [tags.sentRepresentingName]: owner.name,
    [tags.sentRepresentingSmtpAddress]: owner.address,
    [tags.creationTime]: entered,
    [tags.lastModificationTime]: entered,
    [tags.read]: true,
    ...(plan.category === undefined ? {} : { [named.keywords]: [plan.category] }),
  };
  return { class: 'IPM.Appointment', properties, recipients: [], attachments: [] };
}
