import type { Instant } from '../../kernel/clock.ts';
import type { ItemDraft } from '../mailbox/draft.ts';

/** What the sender wants to hear of a recipient (RFC 3461, 4.1); without it `FAILURE` and `DELAY`. */
export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

/** Whom a message is for, as its envelope says it. */
export interface EnvelopeRecipient {
  readonly address: string;
  readonly notify?: readonly Notify[] | undefined;
  /** The address that was written before anybody expanded or rewrote it, ORCPT. */
  readonly original?: string | undefined;
}

/**
 * How far a message is trusted, X-MS-Exchange-Organization-AuthAs: `Internal` was written by somebody of the organisation,
 * on either side of a hybrid deployment; `Anonymous` by anybody.
 */
export type AuthAs = 'Anonymous' | 'Internal' | 'External' | 'Partner';

/** What the transport of an organisation knows of a message besides its octets; plain JSON. */
export interface TransportFacts {
  /** Source of its RECEIVE event. */
  readonly source: 'SMTP' | 'STOREDRIVER' | 'DSN' | 'MAILBOXRULE' | 'APPROVAL';
  readonly authAs: AuthAs;
  /** Host that vouched for it, X-MS-Exchange-Organization-AuthSource. */
  readonly authSource: string;
  /** Two hexadecimal digits, X-MS-Exchange-Organization-AuthMechanism; '' when nobody has signed in. */
  readonly authMechanism: string;
  readonly directionality: 'Incoming' | 'Originating';
  /** The receive connector, or the inbound connector of a tenant, that it came by; '' for mail of the organisation's own mailboxes. */
  readonly connector: string;
  readonly clientAddress?: string | undefined;
  readonly clientHost?: string | undefined;
  /** XOORG: the organisation it comes from, as the other side of a hybrid deployment said it. */
  readonly originatorOrganization?: string | undefined;
  /** ENVID and RET (RFC 3461). */
  readonly envelopeId?: string | undefined;
  readonly returns?: 'FULL' | 'HDRS' | undefined;
  /** The moderated recipients for whom it has been approved, by address, on either side of a hybrid deployment. */
  readonly approvedFor?: readonly string[] | undefined;
  /** Approved for a group whose members wait for nobody else (BypassNestedModerationEnabled). */
  readonly approvedForMembers?: true | undefined;
  /** `traceparent` of the exchange by which it came: what sends it on is caused by that. */
  readonly traceparent?: string | undefined;
}

/** A message in the hands of an organisation's transport. */
export interface TransportMessage {
  /** Reverse path; '' is the null one. */
  readonly sender: string;
  readonly recipients: readonly EnvelopeRecipient[];
  /** With `mime`: the octets that are sent on. */
  readonly item: ItemDraft & { readonly mime: Uint8Array };
  readonly facts: TransportFacts;
  /** Until when whoever is not reached at once is tried, where that was settled before. */
  readonly expires?: Instant | undefined;
}
