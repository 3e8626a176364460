import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { DeliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import type { NextHop } from '../../domain/mailflow/next-hop.ts';
import type { TrackingEvent } from '../../domain/mailflow/tracking.ts';
import type { EnvelopeRecipient } from '../../domain/mailflow/transport-message.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Check } from '../../kernel/verdict.ts';
import type { DeliveryGround } from '../message/on-the-way.ts';
import type { Undelivered } from './reports.ts';

/** What recipients are resolved with. */
export interface ResolutionGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly directory: Directory;
  readonly isHeld?: DeliveryGround['isHeld'];
}

/** Where the recipients of a message lead to; each place once. */
export interface Resolution {
  readonly targets: readonly DeliveryTarget[];
  readonly onward: readonly (EnvelopeRecipient & { readonly hop: NextHop })[];
  readonly undelivered: readonly Undelivered[];
  /** Who gets it when a moderator has approved it; each has a moderator. */
  readonly moderated: readonly Moderated[];
  /** Of whom the sender wants to hear when they have it (RFC 3461, 4.1): mailboxes among the targets, and groups. */
  readonly reached: readonly (Undelivered & { readonly action: 'delivered' | 'expanded' })[];
  /** EXPAND, REDIRECT and RESOLVE, without what is the message's own. */
  readonly events: readonly Pick<TrackingEvent, 'event' | 'source' | 'facts'>[];
  readonly checks: readonly Check[];
}

/** A recipient for whom a message waits. */
export interface Moderated {
  readonly envelope: EnvelopeRecipient;
  readonly recipient: Recipient;
  readonly moderators: readonly Recipient[];
}
