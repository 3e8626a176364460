import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { autoResponseSuppress } from '../../domain/mailbox/reply-suppression.ts';
import { splitSubject } from '../../domain/mailbox/subject.ts';
import { type ApprovalDecision, approvalClasses, approvalDecisions, approvalProperties } from '../../domain/mailflow/approvals.ts';
import type { TransportFacts, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import { named, namedProperty, type PropertyBag, propertySets, tags } from '../../kernel/mapi.ts';
import { mimeFromDraft } from '../message/mime-from-draft.ts';
import { approvalVerbs } from './approval-fields.ts';

// What the Approval Assistant writes. Who it is and the classes are Exchange's, the texts are ours.

/** What it is written with. */
export interface ApprovalDesk {
  readonly organization: Organization;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  /** The arbitration mailbox's. */
  readonly assistant: Recipient;
  readonly instant: Instant;
  /** Of the message that it is about: what follows belongs to its trace. */
  readonly cause: Pick<TransportFacts, 'traceparent'>;
}

/** Whom a message is to. */
type To = Pick<Recipient, 'displayName' | 'primaryAddress'>;

const suppressField = namedProperty(propertySets.InternetHeaders, 'x-auto-response-suppress', 'String');

/** The request to the moderators: the message is attached, and by the verbs Outlook makes buttons. */
export function approvalRequest(desk: ApprovalDesk, message: TransportMessage, recipient: Recipient, to: readonly To[]): TransportMessage {
  const { properties } = message.item;
  const author = textOf(properties[tags.sentRepresentingName]) || message.sender;
  const messageId = newMessageId(desk);
  const { normalized } = splitSubject(textOf(properties[tags.subject]));
  const lines = [
    `${author} has sent a message to ${recipient.displayName}, which waits for the approval of a moderator. It is attached.`,
    'Approve it or reject it; where there are several moderators, the first decision counts. After two days it expires.',
  ];
  return written(desk, {
    class: approvalClasses.request,
    to,
    subject: `Approval requested: ${normalized}`,
    lines,
    attachments: [{ kind: 'item', name: normalized || 'Message', isInline: false, item: message.item }],
    properties: {
      [tags.internetMessageId]: messageId,
      [tags.reportTag]: Buffer.from(messageId).toString('base64'),
      [named.verbStream]: approvalVerbs,
      // In whose name it is sent: clients show the author, and answer the sender.
      ...(author === '' ? {} : { [tags.sentRepresentingName]: author, [tags.sentRepresentingSmtpAddress]: authorAddress(message) }),
    },
  });
}

/** How a request was settled, for the moderators that have it; without a decision it has expired. */
export function approvalUpdate(
  desk: ApprovalDesk,
  request: string,
  outcome: { readonly decision: ApprovalDecision; readonly maker: string } | undefined,
  to: readonly To[],
): TransportMessage {
  const decided: PropertyBag =
    outcome === undefined
      ? {}
      : { [approvalProperties.decision]: approvalDecisions[outcome.decision], [approvalProperties.maker]: outcome.maker };
  return written(desk, {
    class: approvalClasses.update,
    to,
    subject: 'Approval settled',
    lines: [outcome === undefined ? 'The request has expired.' : `${outcome.maker} has decided the request: ${outcome.decision}.`],
    attachments: [],
    properties: {
      ...{ [tags.internetMessageId]: newMessageId(desk), [tags.inReplyToId]: request },
      ...{ [tags.reportTag]: Buffer.from(request).toString('base64'), [approvalProperties.time]: desk.instant, ...decided },
    },
  });
}

/** Tells a sender that his message was not approved: rejected by somebody, perhaps with a reason, or never decided. */
export function notApproved(
  desk: ApprovalDesk,
  message: { readonly sender: string; readonly subject: string; readonly messageId: string | null },
  recipient: To,
  rejected: { readonly maker: string; readonly comment: string } | undefined,
): TransportMessage {
  const lines =
    rejected === undefined
      ? [`No moderator has decided on your message to ${recipient.displayName} in time. It was not delivered.`]
      : [
          `${rejected.maker} has rejected your message to ${recipient.displayName}. It was not delivered.`,
          ...(rejected.comment === '' ? [] : [`Comments of the moderator:\r\n${rejected.comment}`]),
        ];
  return written(desk, {
    class: rejected === undefined ? 'IPM.Note' : approvalClasses.reject,
    to: [{ displayName: '', primaryAddress: message.sender }],
    subject: `${rejected === undefined ? 'Not approved in time' : 'Rejected'}: ${message.subject}`,
    lines,
    attachments: [],
    properties: {
      [tags.internetMessageId]: newMessageId(desk),
      ...(message.messageId === null ? {} : { [tags.inReplyToId]: message.messageId }),
    },
  });
}

interface Writing extends Pick<ItemDraft, 'class' | 'attachments' | 'properties'> {
  readonly to: readonly To[];
  readonly subject: string;
  readonly lines: readonly string[];
}

function written(desk: ApprovalDesk, { class: itemClass, to, subject, lines, attachments, properties }: Writing): TransportMessage {
  const { organization, identifiers, assistant, instant, cause } = desk;
  const draft: ItemDraft = {
    class: itemClass,
    properties: {
      [tags.subject]: subject,
      [tags.body]: `${lines.join('\r\n\r\n')}\r\n`,
      [tags.clientSubmitTime]: instant,
      ...{ [tags.senderName]: assistant.displayName, [tags.senderSmtpAddress]: assistant.primaryAddress },
      ...{ [tags.sentRepresentingName]: assistant.displayName, [tags.sentRepresentingSmtpAddress]: assistant.primaryAddress },
      // Nobody who is away answers the assistant.
      ...{ [suppressField]: 'All', [autoResponseSuppress]: -1 },
      ...properties,
    },
    recipients: to.map(({ displayName, primaryAddress }) => ({
      ...{ kind: 'to', name: displayName, address: primaryAddress, routingType: 'SMTP' },
    })),
    attachments,
  };
  const mime = mimeFromDraft(draft, identifiers.guid().replaceAll('-', ''));
  return {
    sender: assistant.primaryAddress,
    recipients: to.map(({ primaryAddress }) => ({ address: primaryAddress, notify: ['FAILURE'] })),
    item: { ...draft, properties: { ...draft.properties, [tags.transportMessageHeaders]: headerOf(mime) }, mime },
    facts: {
      ...{ source: 'APPROVAL', authAs: 'Internal', authSource: serverFqdn(organization), authMechanism: '04' },
      ...{ directionality: 'Originating', connector: '', traceparent: cause.traceparent },
    },
  };
}

/** The header fields of a message that was written here, unfolded. */
function headerOf(mime: Buffer): string {
  return `${mime.toString('utf8', 0, mime.indexOf('\r\n\r\n')).replaceAll(/\r\n(?=[ \t])/g, '')}\r\n`;
}

function newMessageId({ organization, identifiers }: ApprovalDesk): string {
  return `<${identifiers.guid()}@${serverFqdn(organization)}>`;
}

function authorAddress({ sender, item }: TransportMessage): string {
  return textOf(item.properties[tags.sentRepresentingSmtpAddress]) || sender;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
