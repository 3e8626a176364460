import { senderNamed } from '../../../shared/bridges/access/send-as.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { hasSeveralAuthors } from '../../../shared/bridges/message/headers.ts';
import { mimeFromDraft } from '../../../shared/bridges/message/mime-from-draft.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { deliver } from '../../../shared/domain/mailbox/deliver.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { DeliveryTargets, type MailflowRefusalCode, mailflowText } from '../../../shared/domain/mailflow/delivery-targets.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenFolder, OpenMailbox } from '../mailboxes.ts';
import type { Draft } from './draft.ts';

/** Says who wrote a message and who sends it, where the request does not. */
export function writeAuthor({ owner }: OpenMailbox, draft: Draft): void {
  const { properties } = draft;
  if (properties[tags.sentRepresentingSmtpAddress] === undefined && properties[tags.sentRepresentingName] === undefined) {
    draft.set(tags.sentRepresentingName, owner.displayName);
    draft.set(tags.sentRepresentingSmtpAddress, owner.primaryAddress);
  }
  if (properties[tags.senderSmtpAddress] === undefined) writeSender(owner, draft);
}

function writeSender(owner: Recipient, draft: Draft): void {
  draft.set(tags.senderName, owner.displayName);
  draft.set(tags.senderSmtpAddress, owner.primaryAddress);
}

/**
 * Sends a message to mailboxes of this organisation, and files the sender's copy, if `copyTo` says where, in the same
 * transaction. Refuses with ErrorMissingRecipients, ErrorSendAsDenied, ErrorMessageSizeExceeded, and
 * ErrorInvalidRecipients for too many recipients and for whatever mail flow would have to carry elsewhere.
 */
export async function sendDraft(call: EwsCall, mailbox: OpenMailbox, draft: Draft, copyTo: OpenFolder | undefined): Promise<void> {
  writeAuthor(mailbox, draft);
  // Whatever the request says: the mailbox that a message is sent from is its sender.
  const sender = draft.properties[tags.senderSmtpAddress];
  if (String(sender).toLowerCase() !== mailbox.owner.primaryAddress.toLowerCase()) writeSender(mailbox.owner, draft);
  await checkAuthor(call, draft);
  const targets = await resolveRecipients(call, draft);
  const { instant, context } = call;
  const domain = mailbox.owner.primaryAddress.replace(/^.*@/, '');
  // A message that came as MIME with date and id goes on octet for octet, so that its signature stays valid.
  if (draft.properties[tags.clientSubmitTime] === undefined) draft.set(tags.clientSubmitTime, instant);
  draft.set(tags.messageDeliveryTime, instant);
  if (draft.properties[tags.internetMessageId] === undefined)
    draft.set(tags.internetMessageId, `<${context.identifiers.guid()}@${domain}>`);
  draft.set(tags.messageFlags, 0);
  draft.set(tags.read, true);
  const item = draft.toItem();
  const delivered = await asTransported(item, context.identifiers.guid(), instant);
  await context.store.transaction(async (tx) => {
    if (copyTo !== undefined) await createItem(tx, copyTo.mailbox.guid, copyTo.folder.counter, item, instant);
    for (const target of targets) await deliver(tx, target, delivered, instant);
  });
}

/**
 * The message as its recipients get it: with the header it has on the wire and without blind copies. Properties that the
 * wire cannot carry stay, as they do between mailboxes of one organisation.
 */
async function asTransported(item: ItemDraft, boundary: string, instant: Instant): Promise<ItemDraft> {
  const mime = withoutBlindCopies(mimeFromDraft(item, boundary));
  const { properties } = await draftFromMime(mime, instant).catch((error: unknown) => {
    if (error instanceof MimeError) throw ewsRefusal('ErrorMessageSizeExceeded', { detail: error.message });
    throw error;
  });
  const headers = properties[tags.transportMessageHeaders];
  if (hasSeveralAuthors(String(headers ?? ''))) throw ewsRefusal('ErrorMimeContentInvalid', { detail: 'several From fields' });
  return {
    ...item,
    properties: { ...item.properties, ...(headers === undefined ? {} : { [tags.transportMessageHeaders]: headers }) },
    mime,
  };
}

async function checkAuthor({ context, organization, caller }: EwsCall, draft: Draft): Promise<void> {
  const address = draft.properties[tags.sentRepresentingSmtpAddress];
  const isAllowed = typeof address === 'string' && (await senderNamed(caller, context.directory(organization.name), address)) !== undefined;
  if (!isAllowed) throw ewsRefusal('ErrorSendAsDenied', { detail: `${caller.primarySmtpAddress} as ${String(address)}` });
}

/** Fills in the recipients' names and answers the mailboxes they lead to, each once. */
async function resolveRecipients(call: EwsCall, draft: Draft): Promise<readonly Guid[]> {
  const directory = call.context.directory(call.organization.name);
  const targets = new DeliveryTargets(directory);
  try {
    targets.atMost(draft.allRecipients.length);
    for (const kind of ['to', 'cc', 'bcc'] as const) {
      const given = draft.recipients(kind);
      const named = await Promise.all(
        given.map(async (recipient) => {
          const found = await directory.byAddress(recipient.address);
          await targets.add(found, recipient.address === '' ? recipient.name : recipient.address);
          return recipient.name === '' && found !== undefined ? { ...recipient, name: found.displayName } : recipient;
        }),
      );
      if (named.some((recipient, index) => recipient !== given[index])) draft.setRecipients(kind, named);
    }
  } catch (error) {
    throw error instanceof Refusal ? notDeliverable(error as Refusal<MailflowRefusalCode>, call.organization.name) : error;
  }
  const { mailboxes } = targets;
  if (mailboxes.length === 0) throw ewsRefusal('ErrorMissingRecipients');
  return mailboxes;
}

function notDeliverable(refusal: Refusal<MailflowRefusalCode>, organization: string): Error {
  const { code, detail = '' } = refusal;
  const text = code === 'no-mailbox-here' ? { text: `At least one recipient isn't valid. ${mailflowText(refusal, organization)}` } : {};
  return ewsRefusal('ErrorInvalidRecipients', { ...text, detail });
}
