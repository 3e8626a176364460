import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyKey, propertySets, tags } from '../../kernel/mapi.ts';
import { nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { storableJson } from '../../store/storable.ts';
import { cancelTimer, setTimer, type Timer } from '../../store/timer-table.ts';
import type { ItemDraft } from '../mailbox/draft.ts';
import { requireFolder } from '../mailbox/folders.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { createItem } from '../mailbox/item-writes.ts';
import { getItem } from '../mailbox/items.ts';
import { eraseItem, requireItem } from '../mailbox/move-item.ts';
import { bagOf, itemProperty } from '../mailbox/property-reader.ts';
import type { EnvelopeRecipient, TransportFacts } from './transport-message.ts';

/** What the messages about an approval are; those of requests and replies are what clients know them by. */
export const approvalClasses = {
  /** What waits in the arbitration mailbox. */
  initiation: 'IPM.Microsoft.Approval.Initiation',
  request: 'IPM.Note.Microsoft.Approval.Request',
  approve: 'IPM.Note.Microsoft.Approval.Reply.Approve',
  reject: 'IPM.Note.Microsoft.Approval.Reply.Reject',
  /** Tells moderators how a request was decided; no mailbox keeps it. */
  update: 'IPM.Microsoft.Approval.Update',
} as const;

/** A message that waits for a moderator, without the message itself. Plain JSON. */
export interface PendingApproval {
  /** Message-ID of the request; replies and reports name it. */
  readonly request: string;
  /** The moderated recipient, and how the message came to him. */
  readonly recipient: Guid;
  readonly envelope: EnvelopeRecipient;
  readonly moderators: readonly { readonly guid: Guid; readonly address: string }[];
  /** Moderators whom the request did not reach. */
  readonly lost: readonly Guid[];
  /** Of the message: what the item does not say. */
  readonly sender: string;
  readonly facts: TransportFacts;
  readonly itemClass: string;
  readonly messageId: string | null;
}

/** How a request was decided: ApprovalDecision of EWS says 1 and 2. */
export const approvalDecisions = { Approve: 1, Reject: 2 } as const;
export type ApprovalDecision = keyof typeof approvalDecisions;

/** Of a request: who decided, how, and when. Names ours; absent as long as nobody has. */
export const approvalProperties = {
  decision: namedProperty(propertySets.PublicStrings, 'ApprovalDecision', 'Integer'),
  maker: namedProperty(propertySets.PublicStrings, 'ApprovalDecisionMaker', 'String'),
  time: namedProperty(propertySets.PublicStrings, 'ApprovalDecisionTime', 'SystemTime'),
} as const;

const pendingProperty: PropertyKey = namedProperty(namedGuid('coexist', 'approvals'), 'Pending', 'String');

/** The kind of timer at which a request has waited long enough. */
export const approvalTimer = 'mail-approval';
/** "Configure a moderated recipient in Exchange Online": two days; of servers their own retention tag ModeratedRecipients says the same. */
const approvalLifeMs = 2 * 86_400_000;

export interface ApprovalExpiry {
  readonly organization: string;
  readonly request: string;
}

/** Puts a message into the arbitration mailbox, under the Message-ID of its request, until somebody decides or it expires. */
export async function keepForApproval(
  tx: Executor,
  { organization, mailbox }: { readonly organization: string; readonly mailbox: Guid },
  draft: ItemDraft,
  pending: PendingApproval,
  instant: Instant,
): Promise<void> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  const properties = { ...draft.properties, [tags.internetMessageId]: pending.request, [pendingProperty]: storableJson(pending) };
  const item = { ...draft, class: approvalClasses.initiation, properties };
  await createItem(tx, mailbox, inbox.counter, item, instant, { how: 'delivered' });
  await setTimer(tx, expiryOf({ organization, request: pending.request }, instant));
}

function expiryOf(payload: ApprovalExpiry, instant: Instant): Timer {
  return { id: `${approvalTimer}/${payload.organization}/${payload.request}`, due: instant + approvalLifeMs, kind: approvalTimer, payload };
}

/** The message that a request is about, whole; undefined where it waits no more. */
export async function waitingForApproval(
  executor: Executor,
  mailbox: Guid,
  request: string,
): Promise<{ readonly row: ItemRow; readonly pending: PendingApproval } | undefined> {
  for (const { counter } of await named(executor, mailbox, request, approvalClasses.initiation)) {
    const row = await getItem(executor, mailbox, counter, { properties: 'all' });
    const pending = row === undefined ? undefined : pendingOf(row);
    if (row !== undefined && pending !== undefined) return { row, pending };
  }
  return undefined;
}

/** The properties of a waiting message that are its own. */
export function isOwnProperty(key: PropertyKey): boolean {
  return key !== pendingProperty && key !== tags.internetMessageId;
}

function pendingOf(row: ItemRow): PendingApproval | undefined {
  const text = itemProperty(row, pendingProperty);
  return typeof text === 'string' ? (JSON.parse(text) as PendingApproval) : undefined;
}

/** Takes a message out of the arbitration mailbox; false where somebody else has, who decided first. */
export async function takeFromApproval(tx: Executor, payload: ApprovalExpiry, mailbox: Guid, instant: Instant): Promise<boolean> {
  // Whoever decides at the same moment waits here.
  await nextSequence(tx, mailbox);
  const [found] = await named(tx, mailbox, payload.request, approvalClasses.initiation);
  if (found === undefined) return false;
  await eraseItem(tx, mailbox, await requireItem(tx, mailbox, found.counter), instant);
  await cancelTimer(tx, expiryOf(payload, instant).id);
  return true;
}

/** Notes that the request did not reach somebody. Answers whether it has reached no moderator at all. */
export async function noteLost(tx: Executor, mailbox: Guid, request: string, lost: readonly Guid[]): Promise<boolean> {
  await nextSequence(tx, mailbox);
  const found = await waitingForApproval(tx, mailbox, request);
  if (found === undefined) return false;
  const all = [...new Set([...found.pending.lost, ...lost])];
  // The item is no other than before: its octets stay.
  const bag = storableJson({ ...bagOf(found.row), [pendingProperty]: storableJson({ ...found.pending, lost: all }) });
  await tx.updateTable('item').set({ bag }).where('mailbox', '=', mailbox).where('counter', '=', found.row.counter).execute();
  return found.pending.moderators.every(({ guid }) => all.includes(guid));
}

/** A moderator's copy of a request that somebody has sent; undefined where he has none any more. */
export async function requestIn(
  executor: Executor,
  mailbox: Guid,
  request: string,
  sender: string,
): Promise<{ readonly counter: number } | undefined> {
  const [found] = await named(executor, mailbox, request, approvalClasses.request);
  return found?.sender_address?.toLowerCase() === sender.toLowerCase() ? found : undefined;
}

function named(executor: Executor, mailbox: Guid, messageId: string, itemClass: string) {
  return executor
    .selectFrom('item')
    .select(['counter', 'sender_address'])
    .where('mailbox', '=', mailbox)
    .where('internet_message_id', '=', messageId)
    .where('class', '=', itemClass)
    .orderBy('counter')
    .execute();
}
