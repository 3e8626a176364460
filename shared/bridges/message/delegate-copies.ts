import { isDelegatedCopy, meetingMessageKind, meetingTypes } from '../../domain/calendar/meetings/meeting-facts.ts';
import { legacyDnOf } from '../../domain/directory/address-entry-id.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { delegation } from '../../domain/mailbox/delegates.ts';
import type { Deposit } from '../../domain/mailbox/deliver.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';

interface OnTheWay {
  readonly mailbox: Guid;
  readonly folder: undefined;
  readonly draft: ItemDraft;
  /** Mailboxes that it has come by. */
  readonly trail: readonly Guid[];
}

/** Who gets a message about a meeting besides, or instead of, whoever it is for. */
export interface DelegateCopies {
  /** On their way, saying for whom they were. */
  readonly onward: readonly OnTheWay[];
  /** What becomes of the principal's own: his calendar follows it in any case. */
  deposits(own: readonly Deposit[]): readonly Deposit[];
}

/** PidTagSensitivity, MS-OXCMSG 2.2.1.13. */
const privateSensitivity = 2;

/**
 * The copies of a message about a meeting for those who look after the principal's, as MS-OXODLGT 2.2.2.2 and
 * DeliverMeetingRequests have it; undefined where there are none. What is private they get as far as they see such things
 * (inferred), and of what they get as delegates nobody gets a copy. Not inside a transaction.
 */
export async function delegateCopies(
  { read, directory }: { readonly read: Store['read']; readonly directory: Directory },
  { mailbox, draft, trail }: Pick<OnTheWay, 'mailbox' | 'draft' | 'trail'>,
  principal: Recipient,
): Promise<DelegateCopies | undefined> {
  const kind = meetingMessageKind(draft.class);
  if (kind === undefined || kind === 'forward-notification' || isDelegatedCopy(draft.properties, principal.addresses)) return undefined;
  const { delegates, meetingRequests } = await delegation(read, mailbox);
  if (meetingRequests === 'NoForward') return undefined;
  const isPrivate = draft.properties[tags.sensitivity] === privateSensitivity;
  const mailboxes = new Set<Guid>();
  for (const { entryId, getsMeetingMessages, seesPrivateItems } of delegates) {
    if (!getsMeetingMessages || (isPrivate && !seesPrivateItems)) continue;
    const delegate = await directory.byLegacyDn(legacyDnOf(entryId) ?? '');
    const theirs = delegate === undefined ? null : localMailbox(delegate);
    if (theirs !== null && theirs !== mailbox && !trail.includes(theirs)) mailboxes.add(theirs);
  }
  if (mailboxes.size === 0) return undefined;
  const copy = { ...draft, properties: { ...draft.properties, ...receivedFor(principal) } };
  return {
    onward: [...mailboxes].map((theirs) => ({ mailbox: theirs, folder: undefined, draft: copy, trail: [...trail, mailbox] })),
    deposits(own) {
      if (meetingRequests === 'DelegatesOnly') return [];
      const isInformation = meetingRequests === 'DelegatesAndSendInformationToMe' && kind === 'request';
      return isInformation ? own.map((one) => ({ ...one, set: { ...one.set, [named.meetingType]: meetingTypes.delegatorCopy } })) : own;
    },
  };
}

/** What a copy says of whoever it was for (MS-OXODLGT 2.2.2.2). */
export function receivedFor({ displayName, primaryAddress }: Recipient): PropertyBag {
  return { [tags.receivedRepresentingName]: displayName, [tags.receivedRepresentingSmtpAddress]: primaryAddress };
}
