import type { OfferName } from '../../../shared/domain/trust/offers.ts';
import type { Contract } from '../../../shared/protocols/ews/contract-type.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import type { MailboxFailure } from './failure.ts';

/** Somebody whose mailbox is not here: the place in the request, and the address over there. */
export interface Askee extends Pick<PlaceElsewhere, 'address' | 'domain' | 'isKnown' | 'recipient'> {
  readonly position: number;
}

/** An errand as a resource of Microsoft Graph takes it. */
export interface GraphErrand<Who extends Askee, Answer> {
  /** Below the address of Graph; for several mailboxes at once. */
  pathFor(those: readonly Who[]): string;
  bodyFor(those: readonly Who[]): object;
  /** As {@link Errand.answersIn}; undefined for an answer that is none. */
  answersIn(json: unknown, those: readonly Who[], url: string): readonly Answer[] | undefined;
}

/** What other organisations are asked about mailboxes of theirs. */
export interface Errand<Who extends Askee, Request, Response, Answer> {
  readonly contract: Contract<Request, Response>;
  /** What a delegation token must be for. */
  readonly offer: OfferName;
  /** Whether the account of an availability address space may ask: it is for calendars. */
  readonly goesByAddressSpace: boolean;
  /** One request for several mailboxes that are asked for at the same address. */
  requestFor(those: readonly Who[]): Request;
  /** What was asked, as a failed call tells it: `windowStart = ..., windowEnd = ...`; '' where there is nothing to tell. */
  parameters(): string;
  /** What the answer of `url` says of each of them, in their order. */
  answersIn(response: Response, those: readonly Who[], url: string): readonly Answer[];
  /** The same by Microsoft Graph, for what goes that way where it is switched on; the rest goes by EWS as ever. */
  readonly overGraph?: GraphErrand<Who, Answer>;
  /** What is answered for a mailbox of which nothing was heard. */
  failed(failure: MailboxFailure, who: Who): Answer;
  /** The same where nothing leads to the mailbox; undefined: what is known here must do. */
  withoutWay(failure: MailboxFailure, who: Who): Answer | undefined;
}
