import type { ExchangeRecord } from './record.ts';

/** One step of a published flow, and how an exchange of a trace is known to be it. */
export interface FlowStep {
  readonly number: number;
  readonly title: string;
  /** @param asks whether it is an exchange in which an organisation asked another one on behalf of a user */
  readonly isAt: (exchange: ExchangeRecord, asks: boolean) => boolean;
  /** Beginning of the names of the checks that decide it: none of them may have failed. */
  readonly decidedBy?: string;
  /** Where several checks decide it: the one that tells what came of it. */
  readonly tells?: string;
  /** Whether it succeeded as far as the exchange's end tells; by default, when the exchange was answered. */
  readonly isDone?: (exchange: ExchangeRecord) => boolean;
  /** The step may be left out: what it gets is at hand, where a later one was taken. */
  readonly mayBeSpared?: true;
}

const tokenService = /\/extsts\.srf$/i;
const autodiscover = /\/autodiscover\/autodiscover\.svc\/wssecurity$/i;
const ews = /\/ews\/exchange\.asmx\/wssecurity$/i;

/** The check of the asking side that says which way was chosen, and those of the answering side that say how much is shared. */
const relationshipCheck = 'sharing.organization-relationship';
const authorizationCheck = 'sharing.authorization';
const permissionCheck = 'sharing.calendar-permission';

/**
 * How one organisation asks another for free/busy information over the federation gateway, in the ten steps of "Deep Dive:
 * How Hybrid Authentication Really Works" (Exchange Team Blog), section "DAuth". The titles are ours.
 */
export const dauthSteps: readonly FlowStep[] = [
  {
    number: 1,
    title: 'Find the organization relationship for the mailbox',
    isAt: (exchange) => isIncoming(exchange) && hasCheck(exchange, relationshipCheck),
    decidedBy: relationshipCheck,
    isDone: () => true,
  },
  {
    number: 2,
    title: 'Ask the token service for a token that the other organization can read',
    isAt: (exchange) => isOutgoing(exchange, tokenService),
    mayBeSpared: true,
  },
  {
    number: 3,
    title: 'The token service knows the organization and its user, and issues the token',
    isAt: (exchange) => isIncoming(exchange, tokenService),
    decidedBy: 'sts.',
    mayBeSpared: true,
  },
  {
    number: 4,
    title: 'Ask the Autodiscover of the other organization, with the token',
    isAt: (exchange) => isOutgoing(exchange, autodiscover),
    mayBeSpared: true,
  },
  {
    number: 5,
    title: 'Autodiscover takes the token and tells the EWS address',
    isAt: (exchange) => isIncoming(exchange, autodiscover),
    decidedBy: 'dauth.',
    mayBeSpared: true,
  },
  {
    number: 6,
    title: 'Send the request to that address, with the token',
    isAt: (exchange) => isOutgoing(exchange, ews),
  },
  {
    number: 7,
    title: 'EWS of the other organization takes the token',
    isAt: (exchange) => isIncoming(exchange, ews),
    decidedBy: 'dauth.',
    // A token that is not taken is answered with a fault.
    isDone: hasAnswer,
  },
  {
    number: 8,
    title: "Decide by the domain of the caller's address what is shared",
    isAt: (exchange) => isIncoming(exchange, ews) && hasCheck(exchange, authorizationCheck),
    decidedBy: 'sharing.',
    tells: permissionCheck,
    isDone: () => true,
  },
  {
    number: 9,
    title: 'Answer with what is shared, or that nothing is',
    isAt: (exchange) => isIncoming(exchange, ews) && hasAnswer(exchange),
    isDone: hasAnswer,
  },
  {
    number: 10,
    title: 'Give the result to the client that asked',
    isAt: (exchange, asks) => isIncoming(exchange) && (asks || hasCheck(exchange, relationshipCheck)) && exchange.status !== null,
    isDone: hasAnswer,
  },
];

/** Whether a call that an organisation made belongs to the flow: whatever caused it, asked on behalf of a user. */
export function isDelegatedCall(exchange: ExchangeRecord): boolean {
  return isOutgoing(exchange, tokenService) || isOutgoing(exchange, autodiscover) || isOutgoing(exchange, ews);
}

function hasAnswer({ status }: ExchangeRecord): boolean {
  return status === 200;
}

function isIncoming({ direction, target }: ExchangeRecord, path = /./): boolean {
  return direction === 'incoming' && path.test(target);
}

function isOutgoing({ direction, target }: ExchangeRecord, path: RegExp): boolean {
  return direction === 'outgoing' && path.test(target);
}

function hasCheck({ verdict }: ExchangeRecord, name: string): boolean {
  return verdict?.checks.some(({ check, outcome }) => check === name && outcome !== 'skipped') ?? false;
}
