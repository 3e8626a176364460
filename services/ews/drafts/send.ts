import { maySendOnBehalfOf, senderNamed } from '../../../shared/bridges/access/send-as.ts';
import { carryOutAcceptance, planAcceptance } from '../../../shared/bridges/mailflow/accept.ts';
import { pastHeld } from '../../../shared/bridges/mailflow/past-held.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { hasSeveralAuthors } from '../../../shared/bridges/message/headers.ts';
import { mimeFromDraft } from '../../../shared/bridges/message/mime-from-draft.ts';
import { localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { createdBy } from '../../../shared/domain/mailbox/authorship.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { requireMaySend } from '../../../shared/domain/mailbox/quota.ts';
import { countAddressed } from '../../../shared/domain/mailflow/recipient-rate.ts';
import type { EnvelopeRecipient, TransportFacts } from '../../../shared/domain/mailflow/transport-message.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { formatTraceparent } from '../../../shared/kernel/traceparent.ts';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { authorOf } from '../item-rights.ts';
import type { OpenFolder, OpenMailbox } from '../mailboxes.ts';
import { limitsOf } from '../throttling/limits-of.ts';
import type { Draft } from './draft.ts';
import { markAnswered, takeReplyNote } from './reply-note.ts';

/** Says who wrote a message and who sends it, where the request does not: of those who visit a folder, they. */
export async function writeAuthor(call: EwsCall, mailbox: OpenMailbox, draft: Draft): Promise<void> {
  const { properties } = draft;
  if (properties[tags.sentRepresentingSmtpAddress] === undefined && properties[tags.sentRepresentingName] === undefined) {
    // Nobody writes as the mailbox of the public folders.
    const author = mailbox.kind === 'public' ? await senderOf(call, mailbox) : mailbox.owner;
    draft.set(tags.sentRepresentingName, author.displayName);
    draft.set(tags.sentRepresentingSmtpAddress, author.primaryAddress);
  }
  if (properties[tags.senderSmtpAddress] === undefined) writeSender(await senderOf(call, mailbox), draft);
}

/** Whoever sends from a mailbox: it, or the one who may open a folder of it and no more. */
async function senderOf({ context, organization, caller }: EwsCall, { owner, isShared }: OpenMailbox): Promise<Recipient> {
  return (isShared ? await context.directory(organization.name).byGuid(caller.recipient) : undefined) ?? owner;
}

function writeSender({ displayName, primaryAddress }: Recipient, draft: Draft): void {
  if (String(draft.properties[tags.senderSmtpAddress]).toLowerCase() === primaryAddress.toLowerCase()) return;
  draft.set(tags.senderName, displayName);
  draft.set(tags.senderSmtpAddress, primaryAddress);
}

/** What sending does besides, in its transaction. */
export interface SendOptions {
  /** Where the sender's copy goes; without, there is none. */
  readonly copyTo?: OpenFolder | undefined;
  /** Whom of those that it names the message reaches; without, everybody. */
  readonly reaches?: ((address: string) => boolean) | undefined;
  /** It is a meeting's, and in the name of whoever called that: people forward what they were asked to. */
  readonly isForOrganizer?: boolean;
  /** Runs first; its refusal stops the mail. */
  readonly before?: ((tx: Executor) => Promise<void>) | undefined;
}

/**
 * Hands a message to the transport and files the sender's copy, in one transaction: it is in the mailboxes of this organisation
 * and in the queues for all others. Whom it does not reach a report says. Refuses with ErrorMissingRecipients,
 * ErrorSendAsDenied, ErrorMessageSizeExceeded, ErrorSubmissionQuotaExceeded, and ErrorInvalidRecipients for too many recipients and for what is no address.
 */
export async function sendDraft(call: EwsCall, mailbox: OpenMailbox, draft: Draft, options: SendOptions): Promise<void> {
  const { copyTo, before, reaches, isForOrganizer = false } = options;
  await requireMaySend(call.context.store.read, mailbox.guid);
  await writeAuthor(call, mailbox, draft);
  // Whatever the request says: the mailbox that a message is sent from is its sender.
  writeSender(await senderOf(call, mailbox), draft);
  const delegator = isForOrganizer ? null : await checkAuthor(call, mailbox, draft);
  const recipients = await envelopeOf(call, draft, reaches ?? everybody);
  const { instant, context } = call;
  const domain = mailbox.owner.primaryAddress.replace(/^.*@/, '');
  // A message that came as MIME with date and id goes on octet for octet, so that its signature stays valid.
  if (draft.properties[tags.clientSubmitTime] === undefined) draft.set(tags.clientSubmitTime, instant);
  draft.set(tags.messageDeliveryTime, instant);
  if (draft.properties[tags.internetMessageId] === undefined)
    draft.set(tags.internetMessageId, `<${context.identifiers.guid()}@${domain}>`);
  draft.set(tags.messageFlags, 0);
  draft.set(tags.read, true);
  const reply = await takeReplyNote(call, draft);
  const item = draft.toItem();
  const delivered = await asTransported(item, context.identifiers.guid(), instant);
  const { store, identifiers } = context;
  const ground = {
    read: store.read,
    blobs: (hash: string) => readBlob(store.read, hash),
    directory: context.directory(call.organization.name),
    identifiers,
  };
  const copy = { ...item, properties: { ...item.properties, ...createdBy(await authorOf(call)) } };
  const { organization } = call;
  const transport = { ...ground, organization, settings: await context.settings(organization.name) };
  const sender = String(draft.properties[tags.senderSmtpAddress] ?? mailbox.owner.primaryAddress);
  const facts: TransportFacts = {
    ...{ source: 'STOREDRIVER', authAs: 'Internal', authSource: serverFqdn(organization, call.server), authMechanism: '04' },
    ...{ directionality: 'Originating', connector: '', traceparent: formatTraceparent(call.exchange) },
  };
  const { recipientRate } = await limitsOf(call);
  const acceptance = await pastHeld(transport, async (asked) => {
    const planned = await planAcceptance(asked, { sender, recipients, item: delivered, facts }, instant);
    await store.transaction(async (tx) => {
      await before?.(tx);
      if (recipientRate !== Number.POSITIVE_INFINITY) await countRecipients(tx, call, recipients.length, recipientRate);
      if (reply !== undefined) await markAnswered(tx, reply, instant);
      if (copyTo !== undefined) await createItem(tx, copyTo.mailbox.guid, copyTo.folder.counter, copy, instant);
      if (delegator !== null && delegator !== copyTo?.mailbox.guid) await fileSent(tx, delegator, copy, instant);
      await carryOutAcceptance(tx, transport, planned, instant);
    });
    return planned;
  });
  if (acceptance.verdict !== undefined) call.exchange.judged(acceptance.verdict);
}

async function countRecipients(tx: Executor, { caller, instant }: EwsCall, recipients: number, limit: number): Promise<void> {
  if (await countAddressed(tx, caller.recipient, recipients, limit, instant)) return;
  throw ewsRefusal('ErrorSubmissionQuotaExceeded', { detail: `more than ${limit} recipients in 24 hours` });
}

/**
 * The message as its recipients get it: with the header it has on the wire and without blind copies. Properties that the
 * wire cannot carry stay, as they do between mailboxes of one organisation.
 */
async function asTransported(item: ItemDraft, boundary: string, instant: Instant): Promise<ItemDraft & { readonly mime: Uint8Array }> {
  const mime = withoutBlindCopies(mimeFromDraft(item, boundary));
  const { properties } = await draftFromMime(mime, instant).catch((error: unknown) => {
    if (error instanceof MimeError) throw ewsRefusal('ErrorMessageSizeExceeded', { detail: error.message });
    throw error;
  });
  const headers = properties[tags.transportMessageHeaders];
  if (hasSeveralAuthors(String(headers ?? ''))) throw ewsRefusal('ErrorMimeContentInvalid', { detail: 'several From fields' });
  const carried = Object.fromEntries(Object.entries(item.properties).filter(([key]) => !ofTheCopy.has(key as PropertyKey)));
  return {
    ...item,
    properties: { ...carried, ...(headers === undefined ? {} : { [tags.transportMessageHeaders]: headers }) },
    mime,
  };
}

/** What the sender's item keeps to itself. */
const ofTheCopy: ReadonlySet<PropertyKey> = new Set([
  tags.creationTime,
  tags.lastModificationTime,
  tags.flagStatus,
  tags.iconIndex,
  tags.lastVerbExecuted,
  tags.lastVerbExecutionTime,
  tags.creatorName,
  tags.creatorEntryId,
  tags.lastModifierName,
  tags.lastModifierEntryId,
]);

/**
 * Refuses with ErrorSendAsDenied. Answers the mailbox of somebody else as whom, or on behalf of whom, the message is sent, where it
 * keeps a copy: MessageCopyForSentAsEnabled and MessageCopyForSendOnBehalfEnabled (page of Set-Mailbox).
 */
async function checkAuthor({ context, organization, caller }: EwsCall, { owner }: OpenMailbox, draft: Draft): Promise<Guid | null> {
  const address = String(draft.properties[tags.sentRepresentingSmtpAddress] ?? '');
  const directory = context.directory(organization.name);
  const named = await senderNamed(caller, directory, address);
  if (named !== undefined) return named.guid !== owner.guid && named.settings.messageCopyForSentAs ? localMailbox(named) : null;
  // On behalf of somebody: then the message says who really sends it.
  const isSaid = String(draft.properties[tags.senderSmtpAddress]).toLowerCase() === caller.primarySmtpAddress.toLowerCase();
  if (!isSaid || !(await maySendOnBehalfOf(caller, directory, address)))
    throw ewsRefusal('ErrorSendAsDenied', { detail: `${caller.primarySmtpAddress} as ${address}` });
  const author = await directory.byAddress(address);
  return author?.settings.messageCopyForSendOnBehalf ? localMailbox(author) : null;
}

/** Puts a copy into the Sent Items of whoever it was sent for. */
async function fileSent(tx: Executor, mailbox: Guid, copy: ItemDraft, instant: Instant): Promise<void> {
  const folder = await getFolderByRole(tx, mailbox, 'sentitems');
  if (folder !== undefined) await createItem(tx, mailbox, folder.counter, copy, instant);
}

const everybody = (): boolean => true;

/** Recipients that one message may name: a bound of ours. */
const mostRecipients = 500;

/** Fills in the recipients' names and answers whom the message goes to. */
async function envelopeOf(call: EwsCall, draft: Draft, reaches: (address: string) => boolean): Promise<readonly EnvelopeRecipient[]> {
  const directory = call.context.directory(call.organization.name);
  if (draft.allRecipients.length > mostRecipients)
    throw ewsRefusal('ErrorInvalidRecipients', { detail: `more than ${mostRecipients} recipients` });
  const envelope: EnvelopeRecipient[] = [];
  for (const kind of ['to', 'cc', 'bcc'] as const) {
    const given = draft.recipients(kind);
    const named = await Promise.all(
      given.map(async (recipient) => {
        const found = await directory.byAddress(recipient.address);
        const address = found?.primaryAddress ?? recipient.address;
        if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw notAnAddress(recipient.address === '' ? recipient.name : recipient.address);
        if (reaches(recipient.address)) envelope.push({ address });
        return recipient.name === '' && found !== undefined ? { ...recipient, name: found.displayName } : recipient;
      }),
    );
    if (named.some((recipient, index) => recipient !== given[index])) draft.setRecipients(kind, named);
  }
  if (envelope.length === 0) throw ewsRefusal('ErrorMissingRecipients');
  return envelope;
}

function notAnAddress(given: string): Error {
  return ewsRefusal('ErrorInvalidRecipients', { text: `At least one recipient isn't valid. ${given} is not an address.`, detail: given });
}
