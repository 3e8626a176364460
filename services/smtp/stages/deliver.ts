import { senderNamed } from '../../../shared/bridges/access/send-as.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { hasSeveralAuthors } from '../../../shared/bridges/message/headers.ts';
import { carryOut, type DeliveryPlan, planDelivery } from '../../../shared/bridges/message/plan-delivery.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { DeliveryTargets, type MailflowRefusalCode } from '../../../shared/domain/mailflow/delivery-targets.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { type SubmissionParts, serverHost } from '../context.ts';
import { type StepRefusalCode, stepReply } from '../failures.ts';
import { stamped } from '../stamp.ts';
import type { Submitter } from './authenticate.ts';
import { notDeliverable } from './envelope.ts';

/** A message with those it is from and for. */
export interface Submitted {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly octets: Buffer;
}

/**
 * DATA: puts the message into the mailboxes of all its recipients, in one transaction; the reply follows the commit. The
 * sender keeps no copy: clients that submit by SMTP file their own.
 */
export async function deliverMessage(
  parts: SubmissionParts,
  session: SmtpSession,
  { organization, caller }: Submitter,
  { sender, recipients, octets }: Submitted,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const instant = parts.clock.now(organization.name);
  const host = serverHost(organization) ?? session.serverHost;
  const directory = parts.directory(organization.name);
  const refuse = (code: StepRefusalCode, detail: string, shown = host): SmtpReply => {
    exchange.note({ code, detail });
    return stepReply(code, shown);
  };

  const messageId = `${parts.identifiers.guid()}@${host}`;
  const item = await readItem(withoutBlindCopies(stamped(octets, { session, host, instant, sender, messageId })), instant);
  if (item instanceof MimeError) return refuse('message-malformed', item.message);
  const { properties } = item;
  if (hasSeveralAuthors(String(properties[tags.transportMessageHeaders] ?? ''))) return refuse('several-authors', 'several From fields');
  const author = String(properties[tags.sentRepresentingSmtpAddress] ?? '');
  if ((await senderNamed(caller, directory, author)) === undefined)
    return refuse('sender-not-allowed', `From: ${caller.primarySmtpAddress} as <${author}>`);

  const { store, identifiers } = parts;
  const ground = { read: store.read, blobs: (hash: string) => readBlob(store.read, hash), directory, identifiers };
  const targets = new DeliveryTargets(directory);
  let plan: DeliveryPlan;
  try {
    for (const address of recipients) await targets.add(await directory.byAddress(address), address);
    plan = await planDelivery(ground, targets.all, item, instant);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return notDeliverable(error as Refusal<MailflowRefusalCode>, organization.name, exchange);
  }
  await store.transaction((tx) => carryOut(tx, plan, instant));
  if (plan.verdict !== undefined) exchange.judged(plan.verdict);
  exchange.note({ code: 'delivered', detail: `${octets.length} octets to ${targets.all.length} mailboxes` });
  return { code: 250, text: `2.0.0 OK ${String(properties[tags.internetMessageId] ?? `<${messageId}>`)} [Hostname=${host}]` };
}

async function readItem(octets: Buffer, instant: number): Promise<ItemDraft | MimeError> {
  try {
    return await draftFromMime(octets, instant);
  } catch (error) {
    if (error instanceof MimeError) return error;
    throw error;
  }
}
