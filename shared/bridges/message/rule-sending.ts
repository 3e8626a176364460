import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { getAttachments, getItem, getRecipients } from '../../domain/mailbox/items.ts';
import type { SentOn } from '../../domain/mailbox/rules/apply-rules.ts';
import { isAutomaticReply } from '../../domain/mailbox/rules/rule-matches.ts';
import { type DeliveryTarget, targetsHere } from '../../domain/mailflow/delivery-targets.ts';
import { remoteDomainFor, remoteDomains } from '../../domain/mailflow/remote-domains.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { editHeader } from '../../protocols/mime/edit-header.ts';
import { MimeError } from '../../protocols/mime/errors.ts';
import { draftFromItem } from './draft-from-item.ts';
import type { DeliveryGround, Outgoing, Travelling } from './on-the-way.ts';
import { answered, forwarded, forwardedAsAttachment, type RuleSender } from './sent-on.ts';

/** What became of a message that a rule sends on. */
export interface RuleSent {
  /** To mailboxes here. */
  readonly onward: readonly Travelling[];
  readonly outgoing?: Outgoing | undefined;
  /** For the verdict. */
  readonly told: string;
}

/** Names the mailboxes whose rules have sent a message on, one field each: what comes back is not sent on once more. */
const loopField = 'X-MS-Exchange-Inbox-Rules-Loop';

/** Sends on what a rule wants sent on: into mailboxes of the organisation, and to whoever is elsewhere by mail. Not inside a transaction. */
export async function sendOn(
  ground: DeliveryGround,
  { mailbox, draft, trail }: Travelling,
  { how, rule, to }: SentOn,
  sender: RuleSender,
): Promise<RuleSent> {
  const way = [...trail, mailbox];
  const writer = String(draft.properties[tags.sentRepresentingSmtpAddress] ?? '');
  const whom = how === 'reply' ? [{ name: String(draft.properties[tags.sentRepresentingName] ?? writer), address: writer }] : to;
  const names = whom.map(({ address }) => address).join(', ');
  if (trail.includes(mailbox) || hasBeenHere(draft, sender.owner.primaryAddress))
    return { onward: [], told: `${how}: it has been here before` };
  try {
    const { targets, elsewhere } = await parted(
      ground,
      whom.map(({ address }) => address),
      how === 'reply' ? 'AutoReplyEnabled' : 'AutoForwardEnabled',
    );
    const reached = targets.filter((target) => !way.includes(target.mailbox));
    const isSent = reached.length + elsewhere.length > 0;
    const made = isSent ? await outgoing(ground, mailbox, draft, { how, rule, to: whom }, sender) : undefined;
    if (made === undefined) return { onward: [], told: `${how}: not to ${names}` };
    const own = sender.owner.primaryAddress;
    return {
      onward: reached.map((target) => ({ mailbox: target.mailbox, folder: target.folder, draft: made, trail: way })),
      outgoing: elsewhere.length === 0 ? undefined : outside(made, { how, writer, own, came: draft }, elsewhere),
      told: `${how} to ${names}`,
    };
  } catch (error) {
    // Whoever the rule names may have left the organisation since; a message may be too deep to go into another one.
    if (error instanceof Refusal || error instanceof MimeError) return { onward: [], told: `${how}: no way to ${names}: ${error.message}` };
    throw error;
  }
}

/** What goes into mailboxes here, and who is to be reached by mail; remote domains may take no such mail. */
async function parted(
  ground: DeliveryGround,
  addresses: readonly string[],
  permission: 'AutoReplyEnabled' | 'AutoForwardEnabled',
): Promise<{ readonly targets: readonly DeliveryTarget[]; readonly elsewhere: readonly string[] }> {
  const targets: DeliveryTarget[] = [];
  const elsewhere: string[] = [];
  const remote = await remoteDomains.list(ground.read, ground.directory.organization);
  for (const address of addresses) {
    const known = await ground.directory.byAddress(address);
    const own = await targetsHere(ground, known, address);
    const domain = known === undefined ? address.slice(address.lastIndexOf('@') + 1) : undefined;
    if (own !== undefined) targets.push(...own);
    else if (/^[^@\s]+@[^@\s]+$/.test(address) && (domain === undefined || remoteDomainFor(remote, domain)[permission]))
      elsewhere.push(address);
  }
  return { targets, elsewhere };
}

function outside(
  made: ItemDraft,
  { how, writer, own, came }: { readonly how: SentOn['how']; readonly writer: string; readonly own: string; readonly came: ItemDraft },
  recipients: readonly string[],
): Outgoing {
  const isPassedOn = how === 'redirect';
  // What is redirected has the fields of its way already; a new message gets those of what it forwards.
  const fields = [...(isPassedOn ? [] : loopFields(came)), `${loopField}: ${own}`];
  const mime = editHeader(Buffer.from(made.mime ?? []), (name) => name, fields);
  const headers = [...fields, String(made.properties[tags.transportMessageHeaders] ?? '')].join('\r\n');
  const properties = { ...made.properties, [tags.transportMessageHeaders]: headers };
  // Nobody is told that an answer of a rule did not arrive; what is redirected stays its writer's.
  return { draft: { ...made, properties, mime }, sender: how === 'reply' ? '' : isPassedOn ? writer : own, recipients, isPassedOn };
}

function hasBeenHere(draft: ItemDraft, address: string): boolean {
  const own = `${loopField}: ${address}`.toLowerCase();
  const fields = loopFields(draft);
  return fields.length > mostSentOn || fields.some((field) => field.toLowerCase() === own);
}

/** Mailboxes that one message is sent on by, one after the other. A bound of ours. */
const mostSentOn = 20;

/** The fields that name the mailboxes a message was sent on by. */
function loopFields({ properties }: ItemDraft): readonly string[] {
  const lines = String(properties[tags.transportMessageHeaders] ?? '').split(/\r?\n/);
  return lines.filter((line) => line.toLowerCase().startsWith(`${loopField.toLowerCase()}:`)).slice(0, mostSentOn + 1);
}

/** What a rule sends; undefined where it sends nothing. */
async function outgoing(
  { read, blobs }: DeliveryGround,
  mailbox: Guid,
  draft: ItemDraft,
  { how, rule, to }: SentOn,
  sender: RuleSender,
): Promise<ItemDraft | undefined> {
  if (how === 'redirect') return draft;
  if (how === 'forward') return forwarded(draft, to, sender);
  if (how === 'forward-as-attachment') return forwardedAsAttachment(draft, to, sender);
  const [writer] = to;
  const counter = rule.actions.ServerReplyWithMessage;
  if (counter === undefined || writer === undefined || isAutomaticReply(draft)) return undefined;
  const row = await getItem(read, mailbox, counter, { properties: 'all' });
  if (row === undefined) return undefined;
  const recipients = (await getRecipients(read, mailbox, [counter])).get(counter) ?? [];
  const attachments = (await getAttachments(read, mailbox, [counter])).get(counter) ?? [];
  return answered(draft, await draftFromItem(row, recipients, attachments, blobs), writer, sender);
}
