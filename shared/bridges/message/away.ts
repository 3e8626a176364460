import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import {
  type AutomaticReplies,
  isTold,
  type ReplyReader,
  readAutomaticReplies,
  replyInForce,
} from '../../domain/mailbox/automatic-replies.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { senderOf } from '../../domain/mailbox/junk-email.ts';
import { isContact } from '../../domain/mailbox/known-senders.ts';
import { suppressesReply } from '../../domain/mailbox/reply-suppression.ts';
import type { DeliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import { remoteDomainFor, remoteDomains } from '../../domain/mailflow/remote-domains.ts';
import { readOrganization } from '../../domain/organization/registry.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid, Identifiers } from '../../kernel/ids.ts';
import type { Check } from '../../kernel/verdict.ts';
import type { Outgoing } from './on-the-way.ts';
import { awayMessage } from './sent-on.ts';

interface Ground {
  readonly read: Transaction;
  readonly directory: Directory;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  readonly isHeld?: ((mailbox: Guid) => Promise<boolean>) | undefined;
}

/** An automatic reply that a mailbox owes a sender. */
export interface OwedReply {
  readonly mailbox: Guid;
  /** Whom it is for. */
  readonly sender: string;
  readonly draft: ItemDraft;
  /** Where it is put; nowhere, when it is mailed. */
  readonly targets: readonly DeliveryTarget[];
  readonly outgoing?: Outgoing | undefined;
}

/** What came of looking for one; neither where nobody is away. */
interface Owed {
  readonly reply?: OwedReply;
  readonly check?: Check;
}

/**
 * What is owed to whoever wrote a message that came into a mailbox, where its owner is away: nothing twice in one absence,
 * nothing to what nobody wrote, and nothing where he is not named, as in mail to groups (Microsoft's page "Understanding and
 * troubleshooting Out of Office (OOF) replies"). Not inside a transaction.
 */
export async function owedReply(ground: Ground, mailbox: Guid, draft: ItemDraft, instant: Instant): Promise<Owed> {
  const owner = await ground.directory.byMailbox(mailbox);
  if (owner === undefined) return {};
  const replies = await readAutomaticReplies(ground.read, mailbox);
  if (replies.state === 'Disabled') return {};
  const sender = senderOf(draft.properties);
  const check = { check: 'mailflow.automatic-reply', expected: `${owner.primaryAddress} is away` } as const;
  const not = (why: string): Owed => ({ check: { ...check, outcome: 'skipped', actual: `nothing to ${sender}: ${why}` } });
  const suppressed = suppressesReply(draft);
  if (suppressed !== undefined) return not(suppressed);
  const known = await ground.directory.byAddress(sender);
  if (known?.guid === owner.guid || sender === '') return not('his own');
  if (!isNamed(draft, owner)) return not('he is not named');
  const html = await textFor(ground, { mailbox, replies }, sender, instant);
  if (html === undefined) return not('no text for him now');
  if (await isTold(ground.read, mailbox, sender)) return not('told before');
  const mailboxHere = known === undefined ? null : localMailbox(known);
  const place = mailboxHere !== null && (await ground.isHeld?.(mailboxHere)) ? null : mailboxHere;
  if (place === null && !/^[^@\s]+@[^@\s]+$/.test(sender)) return not('nobody can be written to there');
  const to = { name: known?.displayName ?? '', address: sender };
  const message = await awayMessage(draft, html, to, { owner, instant, guid: () => ground.identifiers.guid() });
  return {
    reply: {
      ...{ mailbox, sender, draft: message },
      targets: place === null ? [] : [{ mailbox: place, address: sender }],
      outgoing: place === null ? { draft: message, sender: '', recipients: [sender] } : undefined,
    },
    check: { ...check, outcome: 'passed', actual: `told ${sender}` },
  };
}

/** Whether the message names its recipient by one of his addresses. */
function isNamed({ recipients }: ItemDraft, { addresses }: Recipient): boolean {
  const own = new Set(addresses.map((address) => address.replace(/^smtp:/i, '').toLowerCase()));
  return recipients.some(({ kind, address }) => (kind === 'to' || kind === 'cc') && own.has(address.toLowerCase()));
}

async function textFor(
  { read, directory }: Ground,
  { mailbox, replies }: { readonly mailbox: Guid; readonly replies: AutomaticReplies },
  sender: string,
  at: Instant,
): Promise<string | undefined> {
  const { domains } = await readOrganization(read, directory.organization);
  const domain = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase();
  const isOwn = domains.some((one) => one.toLowerCase() === domain);
  const remote = remoteDomainFor(await remoteDomains.list(read, directory.organization), domain);
  // AllowedOOFType (page of Set-RemoteDomain): whoever is in a domain of the organisation's own reads what its people read.
  const isInternal = isOwn || remote.AllowedOOFType === 'InternalLegacy' || remote.IsInternal;
  if (!isInternal && remote.AllowedOOFType === 'None') return undefined;
  const reader: ReplyReader = isInternal
    ? 'internal'
    : replies.externalAudience === 'Known' && (await isContact(read, mailbox, sender))
      ? 'known'
      : 'external';
  return replyInForce(replies, at, reader)?.html;
}
