import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { namedProperty, propertySets } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { mailboxRefusal } from './errors.ts';
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
const initial: AutomaticReplies = { state: 'Disabled', externalAudience: 'All', period: null, internal: none, external: none };

/** The settings lie outside of what users see of their mailbox, in its root ("Configure Automatic Replies", Exchange Team Blog). */
const property = namedProperty(propertySets.PublicStrings, 'AutomaticReplies', 'String');

/** The settings of a mailbox. Refuses with `folder-not-found` where there is no such mailbox. */
export async function readAutomaticReplies(executor: Executor, mailbox: Guid): Promise<AutomaticReplies> {
  const kept = folderProperty(await requireFolder(executor, mailbox, 'root'), property);
  return typeof kept === 'string' ? (JSON.parse(kept) as AutomaticReplies) : initial;
}

/**
 * Changes some of the settings; messages lose what could run. Refuses with `reply-period-invalid` where replies are to be
 * sent in a period that was not said or does not end after it begins, and with `reply-too-long`.
 */
export async function changeAutomaticReplies(
  tx: Executor,
  mailbox: Guid,
  change: Partial<AutomaticReplies>,
  at: Instant,
): Promise<AutomaticReplies> {
  const changed = { ...(await readAutomaticReplies(tx, mailbox)), ...change };
  const { state, period, internal, external } = changed;
  if (state === 'Scheduled' && (period === null || period.end <= period.start))
    throw mailboxRefusal('reply-period-invalid', period === null ? 'no period' : `${period.start} to ${period.end}`);
  for (const { html } of [internal, external])
    if (html.length > longestReply) throw mailboxRefusal('reply-too-long', `${html.length} characters, at most ${longestReply}`);
  const safe = { ...changed, internal: safeReply(internal), external: safeReply(external) };
  const root = await requireFolder(tx, mailbox, 'root');
  await updateFolder(tx, mailbox, root.counter, { set: { [property]: JSON.stringify(safe) } }, 'any', at);
  return safe;
}

function safeReply({ html, language }: Reply): Reply {
  return { html: safeHtml(html), language };
}

/** What somebody is answered at a moment; undefined: nothing. Nobody of another organisation is known: contacts are not looked up. */
export function replyInForce(replies: AutomaticReplies, at: Instant, to: 'internal' | 'external'): Reply | undefined {
  const { state, period, externalAudience } = replies;
  if (state === 'Disabled') return undefined;
  if (state === 'Scheduled' && (period === null || at < period.start || at >= period.end)) return undefined;
  if (to === 'external' && externalAudience !== 'All') return undefined;
  const reply = replies[to];
  return reply.html === '' ? undefined : reply;
}

/** The period that is shown: where none was said, the day from the last full hour on. Observed: exchangelib `settings.py`. */
export function shownPeriod({ period }: AutomaticReplies, at: Instant): ReplyPeriod {
  const start = at - (at % 3_600_000);
  return period ?? { start, end: start + 86_400_000 };
}
