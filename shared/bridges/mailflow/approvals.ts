import { findArbitration, isArbitrationAddress } from '../../domain/directory/arbitration.ts';
import { getFolderByRole } from '../../domain/mailbox/folders.ts';
import { getItem } from '../../domain/mailbox/items.ts';
import { moveItem } from '../../domain/mailbox/move-item.ts';
import { updateItem } from '../../domain/mailbox/update-item.ts';
import {
  approvalClasses,
  approvalProperties,
  keepForApproval,
  noteLost,
  requestIn,
  takeFromApproval,
} from '../../domain/mailflow/approvals.ts';
import { track } from '../../domain/mailflow/tracking.ts';
import type { TransportMessage } from '../../domain/mailflow/transport-message.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Check } from '../../kernel/verdict.ts';
import { decisionOf } from './approval-fields.ts';
import {
  type ApprovalGround,
  type ApprovalStep,
  findWaiting,
  type Plan,
  type Planned,
  planLosing,
  planSettling,
  planWaiting,
  type Waiting,
  withoutMailbox,
  writtenIn,
} from './moderate.ts';
import type { Resolution } from './resolution.ts';

/** What approvals make of a message: what waits, and what its coming decides. */
export interface Approvals<A> extends Waiting<A> {
  /** Where it still goes itself. */
  readonly targets: Resolution['targets'];
  readonly checks: readonly Check[];
}

/**
 * Has a message wait for the moderators of its recipients; of one that is itself about an approval finds out what it settles: a moderator's
 * reply, a report that his request did not arrive, or the news of a decision. Not inside a transaction.
 */
export async function planApprovals<A extends Planned<A>>(
  ground: ApprovalGround,
  message: TransportMessage,
  { targets, moderated }: Pick<Resolution, 'targets' | 'moderated'>,
  instant: Instant,
  plan: Plan<A>,
): Promise<Approvals<A>> {
  const waiting = await planWaiting(ground, message, moderated, instant, plan);
  const { class: itemClass } = message.item;
  if (itemClass === approvalClasses.update && message.facts.authAs === 'Internal' && isArbitrationAddress(message.sender)) {
    const marks = await marksOf(ground, message, targets);
    return { ...waiting, targets: [], steps: [...waiting.steps, ...marks], checks: [] };
  }
  const decision = decisionOf(itemClass);
  const isReport = /^report\..*\.ndr$/i.test(itemClass);
  const arbitration = decision !== undefined || isReport ? await findArbitration(ground.directory) : undefined;
  if (arbitration === undefined || !targets.some(({ mailbox }) => mailbox === arbitration.mailbox))
    return { ...waiting, targets, checks: [] };
  const rest = withoutMailbox(targets, arbitration.mailbox);
  if (decision === undefined) {
    const losses = await lossesOf(ground, message, instant, plan);
    return losses.length === 0
      ? { ...waiting, targets, checks: [] }
      : { ...waiting, targets: rest, steps: [...waiting.steps, ...losses], checks: [] };
  }
  const found = await findWaiting(ground, requestsNamed(message)[0] ?? '');
  const maker = await moderatorOf(ground, message, found?.pending.moderators.map(({ guid }) => guid) ?? []);
  const check = { check: 'mailflow.approval', expected: `${message.sender}: ${decision}` };
  if (found === undefined || maker === undefined) {
    const actual = found === undefined ? 'nothing waits for this decision any more' : 'not a moderator of what waits';
    return { ...waiting, targets: rest, checks: [{ ...check, outcome: 'failed', actual }] };
  }
  const step = await planSettling(ground, found, { decision, maker, comment: writtenIn(message.item) }, instant, plan);
  return { ...waiting, targets: rest, steps: [...waiting.steps, step], checks: [{ ...check, outcome: 'passed' }] };
}

/** The moderator who has sent a reply; undefined where it is somebody else, or nobody vouches for him. */
async function moderatorOf({ directory }: ApprovalGround, { sender, facts }: TransportMessage, moderators: readonly Guid[]) {
  const known = facts.authAs === 'Internal' ? await directory.byAddress(sender) : undefined;
  return known !== undefined && moderators.includes(known.guid) ? known : undefined;
}

async function marksOf(ground: ApprovalGround, message: TransportMessage, targets: Resolution['targets']): Promise<ApprovalStep<never>[]> {
  const { properties } = message.item;
  const [request = ''] = requestsNamed(message);
  const maker = properties[approvalProperties.maker];
  const kept = Object.values(approvalProperties).filter((key) => properties[key] !== undefined);
  const set = Object.fromEntries(kept.map((key) => [key, properties[key]])) as PropertyBag;
  const marks: ApprovalStep<never>[] = [];
  for (const { mailbox } of targets) {
    const found = await requestIn(ground.read, mailbox, request, message.sender);
    const owner = await ground.directory.byMailbox(mailbox);
    if (found !== undefined) marks.push({ does: 'mark', mailbox, counter: found.counter, set, leaves: owner?.displayName !== maker });
  }
  return marks;
}

async function lossesOf<A extends Planned<A>>(
  ground: ApprovalGround,
  message: TransportMessage,
  instant: Instant,
  plan: Plan<A>,
): Promise<ApprovalStep<A>[]> {
  const text = Buffer.from(message.item.mime).toString('latin1');
  const addresses = new Set(
    [...text.matchAll(/^(?:final|original)-recipient:\s*rfc822;\s*(\S+)/gim)].map(([, one = '']) => one.toLowerCase()),
  );
  for (const request of requestsNamed(message)) {
    const found = await findWaiting(ground, request);
    if (found === undefined) continue;
    const { moderators } = found.pending;
    const known = await Promise.all(moderators.map(({ guid }) => ground.directory.byGuid(guid)));
    const isNamed = (address: string | null | undefined): boolean => addresses.has(address?.toLowerCase() ?? '');
    const named = moderators.filter(({ address }, index) => isNamed(address) || isNamed(known[index]?.targetAddress));
    const lost = named.length === 0 && moderators.length === 1 ? moderators : named;
    const step = await planLosing(
      ground,
      found,
      lost.map(({ guid }) => guid),
      instant,
      plan,
    );
    return [step];
  }
  return [];
}

/** Ids of messages that a server's report may be about. A bound of ours. */
const mostIds = 20;

/** The Message-IDs of what a message answers: by the tag of the request, and by its header fields; of a report by those of what it gives back. */
function requestsNamed({ item: { properties, mime, class: itemClass } }: TransportMessage): readonly string[] {
  const tag = properties[tags.reportTag];
  const said = [properties[tags.inReplyToId], properties[tags.internetReferences]].map((one) => (typeof one === 'string' ? one : ''));
  const returned = /^report\./i.test(itemClass)
    ? (Buffer.from(mime)
        .toString('latin1')
        .match(/^message-id:.*$/gim) ?? [])
    : [];
  const texts = [typeof tag === 'string' ? Buffer.from(tag, 'base64').toString() : '', ...said, ...returned];
  return [...new Set(texts.flatMap((one) => one.match(/<[^<>\s]+>/g) ?? []))].slice(0, mostIds);
}

/** Carries a step out; what a decision sets off is carried out by whoever decides first alone. */
export async function carryOutApproval<A>(
  tx: Transaction,
  organization: string,
  step: ApprovalStep<A>,
  instant: Instant,
  carryOut: (planned: A) => Promise<unknown>,
): Promise<void> {
  if (step.does === 'keep') {
    await keepForApproval(tx, { organization, mailbox: step.mailbox }, step.draft, step.pending, instant);
    await carryOut(step.request);
    return;
  }
  if (step.does === 'mark') return mark(tx, step, instant);
  const { mailbox, request, rows, follows } = step;
  if (step.does === 'lose' && !(await noteLost(tx, mailbox, request, step.lost))) return;
  if (!(await takeFromApproval(tx, { organization, request }, mailbox, instant))) return;
  await track(tx, organization, rows, instant);
  for (const one of follows) await carryOut(one);
}

/** Shows a moderator how his request was settled; that of one who has not done it leaves the Inbox. */
async function mark(tx: Transaction, step: Extract<ApprovalStep<never>, { does: 'mark' }>, instant: Instant): Promise<void> {
  const { mailbox, counter, set, leaves } = step;
  const row = await getItem(tx, mailbox, counter, { properties: [] });
  if (row === undefined) return;
  await updateItem(tx, mailbox, counter, { set: { ...set, [tags.read]: true } }, 'any', instant);
  const inbox = await getFolderByRole(tx, mailbox, 'inbox');
  const deleted = await getFolderByRole(tx, mailbox, 'deleteditems');
  if (leaves && deleted !== undefined && row.folder === inbox?.counter) await moveItem(tx, mailbox, counter, deleted.counter, instant);
}
