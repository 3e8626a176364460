import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ItemDraft, RecipientDraft } from '../../domain/mailbox/draft.ts';
import { plainText } from '../../domain/mailbox/plain-text.ts';
import { autoResponseSuppress } from '../../domain/mailbox/reply-suppression.ts';
import { importances, type RuleAddress } from '../../domain/mailbox/rules/rule.ts';
import { splitSubject } from '../../domain/mailbox/subject.ts';
import type { Instant } from '../../kernel/clock.ts';
import {
  namedProperty,
  type PropertyBag,
  type PropertyKey,
  type PropertyValue,
  propertySets,
  propertyTag,
  tags,
} from '../../kernel/mapi.ts';
import { withoutBlindCopies } from '../../protocols/mime/blind-copies.ts';
import { draftFromMime } from './draft-from-mime.ts';
import { mimeFromDraft } from './mime-from-draft.ts';

/** In whose name a rule sends, and with what. */
export interface RuleSender {
  readonly owner: Recipient;
  readonly instant: Instant;
  readonly guid: () => string;
}

const autoForwarded = propertyTag(0x0005, 'Boolean');
const suppressField = namedProperty(propertySets.InternetHeaders, 'x-auto-response-suppress', 'String');

/** A message with the octets that are sent. */
type TransportedDraft = ItemDraft & { readonly mime: Uint8Array };

/** The message as a rule forwards it: a new one of the mailbox's owner, with the first one's head above its text. */
export function forwarded(draft: ItemDraft, to: readonly RuleAddress[], sender: RuleSender): Promise<ItemDraft> {
  const { properties, attachments } = draft;
  const head = headOf(draft);
  const html = properties[tags.bodyHtml];
  const body: Record<PropertyKey, PropertyValue> = { [tags.body]: `${head.join('\r\n')}\r\n\r\n${String(properties[tags.body] ?? '')}` };
  if (typeof html === 'string') body[tags.bodyHtml] = `<p>${head.map(escaped).join('<br>')}</p>${html}`;
  return transported(outgoing(draft, 'FW', to, sender, { ...body, [autoForwarded]: true }, attachments), sender);
}

/** The message within a new one of the mailbox's owner. */
export function forwardedAsAttachment(draft: ItemDraft, to: readonly RuleAddress[], sender: RuleSender): Promise<ItemDraft> {
  const name = String(draft.properties[tags.subject] ?? '') || 'Message';
  const attachment = { kind: 'item', name, isInline: false, item: draft } as const;
  return transported(outgoing(draft, 'FW', to, sender, { [tags.body]: '', [autoForwarded]: true }, [attachment]), sender);
}

/** The answer that a rule gives whoever wrote: `template` to him. RFC 3834 5 keeps others from answering it. */
export function answered(draft: ItemDraft, template: ItemDraft, to: RuleAddress, sender: RuleSender): Promise<ItemDraft> {
  const { properties, attachments } = template;
  const own = String(properties[tags.subject] ?? '');
  const text: Record<PropertyKey, PropertyValue> = {
    [tags.body]: String(properties[tags.body] ?? ''),
    [tags.transportMessageHeaders]: 'Auto-Submitted: auto-replied\r\n',
  };
  const html = properties[tags.bodyHtml];
  if (typeof html === 'string') text[tags.bodyHtml] = html;
  const id = draft.properties[tags.internetMessageId];
  if (typeof id === 'string') text[tags.inReplyToId] = id;
  const made = outgoing(draft, 'RE', [to], sender, text, attachments);
  return transported(own === '' ? made : { ...made, properties: { ...made.properties, [tags.subject]: own } }, sender);
}

/** What somebody is told who writes to a mailbox whose owner is away. Nothing answers it. */
export function awayMessage(draft: ItemDraft, html: string, to: RuleAddress, sender: RuleSender): Promise<TransportedDraft> {
  const id = draft.properties[tags.internetMessageId];
  const text: Record<PropertyKey, PropertyValue> = {
    [tags.bodyHtml]: html,
    [tags.body]: plainText(html),
    [tags.transportMessageHeaders]: 'Auto-Submitted: auto-generated\r\n',
    [suppressField]: 'All',
    [autoResponseSuppress]: -1,
    ...(typeof id === 'string' ? { [tags.inReplyToId]: id } : {}),
  };
  const made = outgoing(draft, 'Automatic reply', [to], sender, text, []);
  return transported({ ...made, class: 'IPM.Note.Rules.OofTemplate.Microsoft' }, sender);
}

function outgoing(
  { properties }: ItemDraft,
  prefix: 'FW' | 'RE' | 'Automatic reply',
  to: readonly RuleAddress[],
  { owner, instant, guid }: RuleSender,
  more: PropertyBag,
  attachments: ItemDraft['attachments'],
): ItemDraft {
  const { normalized } = splitSubject(String(properties[tags.subject] ?? ''));
  const topic = properties[tags.conversationTopic];
  const domain = owner.primaryAddress.replace(/^.*@/, '');
  return {
    class: 'IPM.Note',
    properties: {
      [tags.subject]: `${prefix}: ${normalized}`,
      ...(typeof topic === 'string' ? { [tags.conversationTopic]: topic } : {}),
      [tags.importance]: properties[tags.importance] ?? importances.indexOf('Normal'),
      [tags.senderName]: owner.displayName,
      [tags.senderSmtpAddress]: owner.primaryAddress,
      [tags.sentRepresentingName]: owner.displayName,
      [tags.sentRepresentingSmtpAddress]: owner.primaryAddress,
      [tags.clientSubmitTime]: instant,
      [tags.internetMessageId]: `<${guid()}@${domain}>`,
      ...more,
    },
    recipients: to.map(({ name, address }): RecipientDraft => ({ kind: 'to', name, address, routingType: 'SMTP' })),
    attachments,
  };
}

/** With its octets and its header, as anything that is sent. */
async function transported(draft: ItemDraft, { instant, guid }: RuleSender): Promise<TransportedDraft> {
  const mime = withoutBlindCopies(mimeFromDraft(draft, guid()));
  const headers = (await draftFromMime(mime, instant)).properties[tags.transportMessageHeaders];
  const properties = headers === undefined ? draft.properties : { ...draft.properties, [tags.transportMessageHeaders]: headers };
  return { ...draft, properties, mime };
}

function headOf({ properties, recipients }: ItemDraft): readonly string[] {
  const sent = properties[tags.clientSubmitTime];
  const names = (kind: RecipientDraft['kind']): string =>
    recipients
      .filter((one) => one.kind === kind)
      .map(({ name, address }) => name || address)
      .join('; ');
  const address = String(properties[tags.sentRepresentingSmtpAddress] ?? '');
  return [
    `From: ${String(properties[tags.sentRepresentingName] ?? address)} <${address}>`,
    ...(typeof sent === 'number' ? [`Sent: ${new Date(sent).toUTCString()}`] : []),
    `To: ${names('to')}`,
    ...(names('cc') === '' ? [] : [`Cc: ${names('cc')}`]),
    `Subject: ${String(properties[tags.subject] ?? '')}`,
  ];
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
