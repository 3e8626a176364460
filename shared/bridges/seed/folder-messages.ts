import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import type { Instant } from '../../kernel/clock.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Random } from '../../kernel/random.ts';
import type { MailboxOwner } from './mailbox-owner.ts';
import { projects } from './topics.ts';

const hourMs = 3_600_000;
/** 500 messages go back about a year; more of them lie closer together, so that none is older than ten years. */
const usualStepMs = 17 * hourMs;
const longestMs = 10 * 365 * 24 * hourMs;
/** Drafts handed over at a time. */
const sliceLength = 1_000;
const kinds = ['task list', 'minutes', 'open points', 'schedule', 'risks', 'delivery', 'acceptance', 'questions'] as const;

/**
 * Messages for a large folder, oldest first, the newest before `anchor`. They are made of properties alone: their MIME
 * is written when somebody asks for it.
 */
export function* folderMessages(
  owner: MailboxOwner,
  folder: { readonly name: string; readonly messages: number },
  senders: readonly MailboxOwner[],
  anchor: Instant,
  random: Random,
): Generator<readonly ItemDraft[]> {
  const others = senders.filter((sender) => sender !== owner);
  const count = folder.messages;
  const stepMs = Math.floor(Math.min(usualStepMs, longestMs / Math.max(1, count)));
  for (let start = 1; start <= count; start += sliceLength) {
    const length = Math.min(sliceLength, count - start + 1);
    yield Array.from({ length }, (_, offset) => {
      const index = start + offset;
      const sender = others.length === 0 ? owner : random.pick(others);
      const date = anchor - (count - index + 1) * stepMs + random.integer(Math.max(1, stepMs - 10_000));
      return messageOf(owner, sender, `${folder.name}/${index}`, index, date, random);
    });
  }
}

function messageOf(owner: MailboxOwner, sender: MailboxOwner, id: string, index: number, date: Instant, random: Random): ItemDraft {
  const project = random.pick(projects);
  const kind = random.pick(kinds);
  const subject = `Project ${project}: ${kind} (${String(index).padStart(3, '0')})`;
  const domain = sender.address.slice(sender.address.indexOf('@') + 1);
  const delivered = date + 1_000 + random.integer(4_000);
  const properties: PropertyBag = {
    [tags.subject]: subject,
    [tags.body]: `Hello ${owner.name},\r\n\r\nhere is the ${kind} of project ${project}, number ${index}.\r\n\r\nKind regards\r\n${sender.name}\r\n`,
    [tags.senderName]: sender.name,
    [tags.senderAddressType]: 'SMTP',
    [tags.senderEmailAddress]: sender.address,
    [tags.senderSmtpAddress]: sender.address,
    [tags.sentRepresentingName]: sender.name,
    [tags.sentRepresentingAddressType]: 'SMTP',
    [tags.sentRepresentingEmailAddress]: sender.address,
    [tags.sentRepresentingSmtpAddress]: sender.address,
    [tags.clientSubmitTime]: date,
    [tags.messageDeliveryTime]: delivered,
    [tags.creationTime]: delivered,
    [tags.lastModificationTime]: delivered,
    [tags.internetMessageId]: `<${namedGuid('message', owner.organization, owner.address, id)}@${domain}>`,
    [tags.importance]: index % 25 === 0 ? 2 : index % 40 === 0 ? 0 : 1,
    [tags.sensitivity]: index % 60 === 0 ? 2 : 0,
    [tags.read]: index % 20 !== 0,
  };
  return {
    class: 'IPM.Note',
    properties,
    recipients: [{ kind: 'to', name: owner.name, address: owner.address, routingType: 'SMTP' }],
    attachments: [],
  };
}
