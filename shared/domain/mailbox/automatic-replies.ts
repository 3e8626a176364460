import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, propertySets } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { mailboxRefusal } from './errors.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { requireFolder } from './folders.ts';
import { folderProperty } from './property-reader.ts';
import { safeHtml } from './safe-html.ts';

export const replyStates = ['Disabled', 'Enabled', 'Scheduled'] as const;
/** Which people of other organisations are answered; `Known`: those among the contacts. */
export const replyAudiences = ['None', 'Known', 'All'] as const;

/** What a mailbox answers while its owner is away, as EWS and Set-MailboxAutoReplyConfiguration know it. */
export interface AutomaticReplies {
  readonly state: (typeof replyStates)[number];
  readonly externalAudience: (typeof replyAudiences)[number];
  /** When replies are sent in the state `Scheduled`; null: it was never said. */
  readonly period: ReplyPeriod | null;
  readonly internal: Reply;
  readonly external: Reply;
  readonly meetings: AbsenceInCalendar;
}

/** What an absence means for the calendar; only one whose period is said. */
export interface AbsenceInCalendar {
  /** New requests are declined. */
  readonly declinesRequests: boolean;
  /** What their organizers are told; the language is not said. */
  readonly declineReply: Reply;
  /** Events of the period may be declined; `all`: whatever lies in it. That was done when it was said, and is not done again. */
  readonly declinesEvents: boolean | 'all';
  /** The period shows as an appointment. */
  readonly createsEvent: boolean;
  readonly eventSubject: string;
  /** Its counter; null: there was none yet. */
  readonly event: number | null;
}

export interface ReplyPeriod {
  readonly start: Instant;
  readonly end: Instant;
}

/** One message. */
export interface Reply {
  /** HTML of which nothing runs; '' : none. */
  readonly html: string;
  /** `xml:lang`; null: it was not said. */
  readonly language: string | null;
}

/** In characters; Exchange's own limit is not published. */
export const longestReply = 131_072;

const none: Reply = { html: '', language: null };
/** Of a mailbox in which nothing was set (page of Set-MailboxAutoReplyConfiguration: default values). */
const initial: AutomaticReplies = {
  state: 'Disabled',
  externalAudience: 'All',
  period: null,
  internal: none,
  external: none,
  meetings: { declinesRequests: false, declineReply: none, declinesEvents: false, createsEvent: false, eventSubject: '', event: null },
};

/** The settings lie outside of what users see of their mailbox, in its root ("Configure Automatic Replies", Exchange Team Blog). */
const property = namedProperty(propertySets.PublicStrings, 'AutomaticReplies', 'String');

/** Whom this absence has been told of: addresses in small letters, the newest last. */
const told = namedProperty(propertySets.PublicStrings, 'AutomaticRepliesTold', 'StringArray');
/** Senders that are remembered: the oldest may be told again. A bound of ours. */
const mostTold = 2_000;

/** The settings of a mailbox. Refuses with `folder-not-found` where there is no such mailbox. */
export async function readAutomaticReplies(executor: Executor, mailbox: Guid): Promise<AutomaticReplies> {
  const kept = folderProperty(await requireFolder(executor, mailbox, 'root'), property);
  if (typeof kept !== 'string') return initial;
  const replies = JSON.parse(kept) as AutomaticReplies;
  return { ...initial, ...replies, meetings: { ...initial.meetings, ...replies.meetings } };
}

/**
 * Changes some of the settings; messages lose what could run. Another state or period is another absence, of which everybody
 * is told once more (Microsoft's page "Out of Office Assistant sends only one reply"; of the period it is inferred). Refuses with `reply-period-invalid` where replies are to be
 * sent in a period that was not said or does not end after it begins, and with `reply-too-long`.
 */
export async function changeAutomaticReplies(
  tx: Executor,
  mailbox: Guid,
  change: Partial<AutomaticReplies>,
  at: Instant,
): Promise<AutomaticReplies> {
  const before = await readAutomaticReplies(tx, mailbox);
  const changed = { ...before, ...change };
  const { state, period, internal, external, meetings } = changed;
  if (state === 'Scheduled' && (period === null || period.end <= period.start))
    throw mailboxRefusal('reply-period-invalid', period === null ? 'no period' : `${period.start} to ${period.end}`);
  for (const { html } of [internal, external, meetings.declineReply])
    if (html.length > longestReply) throw mailboxRefusal('reply-too-long', `${html.length} characters, at most ${longestReply}`);
  const safe = {
    ...changed,
    internal: safeReply(internal),
    external: safeReply(external),
    meetings: { ...meetings, declineReply: safeReply(meetings.declineReply) },
  };
  const root = await requireFolder(tx, mailbox, 'root');
  const isAnother = state !== before.state || period?.start !== before.period?.start || period?.end !== before.period?.end;
  const set = { [property]: JSON.stringify(safe) };
  await updateFolder(tx, mailbox, root.counter, { set, remove: isAnother ? [told] : [] }, 'any', at);
  return safe;
}

/**
 * The properties of a mailbox's root with another reference to the appointment of an absence: while a mailbox moves it is named by
 * something else than its counter, which becomes another one. Undefined where there is none.
 */
export function withEventReference(
  properties: PropertyBag,
  change: (event: number | string) => number | string | null,
): PropertyBag | undefined {
  const kept = properties[property];
  const replies = typeof kept === 'string' ? (JSON.parse(kept) as AutomaticReplies) : undefined;
  if (replies?.meetings?.event == null) return undefined;
  return {
    ...properties,
    [property]: JSON.stringify({ ...replies, meetings: { ...replies.meetings, event: change(replies.meetings.event) } }),
  };
}

function safeReply({ html, language }: Reply): Reply {
  return { html: safeHtml(html), language };
}

/** Whether a sender has been told of this absence. */
export async function isTold(executor: Executor, mailbox: Guid, sender: string): Promise<boolean> {
  return toldIn(await requireFolder(executor, mailbox, 'root')).includes(sender.toLowerCase());
}

/** Remembers that a sender is told of this absence; false: he was told before. */
export async function noteTold(tx: Executor, mailbox: Guid, sender: string, at: Instant): Promise<boolean> {
  const root = await requireFolder(tx, mailbox, 'root');
  const before = toldIn(root);
  if (before.includes(sender.toLowerCase())) return false;
  const after = [...before, sender.toLowerCase()].slice(-mostTold);
  await updateFolder(tx, mailbox, root.counter, { set: { [told]: after } }, 'any', at);
  return true;
}

function toldIn(root: FolderRow): readonly string[] {
  const kept = folderProperty(root, told);
  return Array.isArray(kept) ? kept.map(String) : [];
}

/** Who is answered: people of the organisation; of others those who are among the contacts, and those who are not. */
export type ReplyReader = 'internal' | 'known' | 'external';

/** What somebody is answered at a moment; undefined: nothing. */
export function replyInForce(replies: AutomaticReplies, at: Instant, to: ReplyReader): Reply | undefined {
  const { state, externalAudience } = replies;
  if (state === 'Disabled' || (state === 'Scheduled' && !isInPeriod(replies, at))) return undefined;
  if (to !== 'internal' && externalAudience !== 'All' && !(to === 'known' && externalAudience === 'Known')) return undefined;
  const reply = replies[to === 'internal' ? 'internal' : 'external'];
  return reply.html === '' ? undefined : reply;
}

function isInPeriod({ period }: AutomaticReplies, at: Instant): boolean {
  return period !== null && at >= period.start && at < period.end;
}

/** What organizers of meetings are told whose requests are declined at a moment; undefined: they are not. */
export function declineInForce(replies: AutomaticReplies, at: Instant): Reply | undefined {
  const { state, meetings } = replies;
  return meetings.declinesRequests && state === 'Scheduled' && isInPeriod(replies, at) ? meetings.declineReply : undefined;
}

/** The period that is shown: where none was said, the day from the last full hour on. Observed: exchangelib `settings.py`. */
export function shownPeriod({ period }: AutomaticReplies, at: Instant): ReplyPeriod {
  const start = at - (at % 3_600_000);
  return period ?? { start, end: start + 86_400_000 };
}
