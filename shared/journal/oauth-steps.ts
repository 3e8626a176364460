import type { FlowStep } from './dauth-steps.ts';
import type { ExchangeRecord } from './record.ts';

const tokenService = /\/tokens\/oauth\/2$|\/oauth2\/(?:v2\.0\/)?token$/i;
const autodiscover = /\/autodiscover\/autodiscover\.svc$/i;
const ews = /\/ews\/exchange\.asmx$/i;
const graph = /\/calendar\/getschedule$/i;

/** The check of the asking side that says which way was chosen, and that of the answering side that says what the user may see. */
const connectorCheck = 'sharing.intra-organization-connector';
const permissionCheck = 'sharing.calendar-permission';

/**
 * How one half of a hybrid asks the other on behalf of a user, in the ten steps of "Deep Dive: How Hybrid Authentication Really Works" (Exchange
 * Team Blog), section "OAuth"; undefined where a trace is nothing of the sort. The titles are ours.
 *
 * @param exchanges all of a trace, in the order in which they began
 */
export function oauthSteps(exchanges: readonly ExchangeRecord[]): readonly FlowStep[] | undefined {
  const chooses = (exchange: ExchangeRecord): boolean => exchange.direction === 'incoming' && passed(exchange, connectorCheck);
  const askers = new Set(exchanges.filter(chooses).map(({ spanId }) => spanId));
  const called = exchanges.filter(({ parentSpan, direction }) => direction === 'outgoing' && askers.has(parentSpan ?? ''));
  if (askers.size === 0 || called.some(({ target }) => graph.test(target))) return undefined;
  const own = new Set(called.map(({ spanId }) => spanId));
  const isOwn = ({ direction, spanId, parentSpan }: ExchangeRecord): boolean =>
    own.has(direction === 'outgoing' ? spanId : (parentSpan ?? ''));
  /** Servers ask each other for the challenge with an empty Bearer. */
  const challenged = new Set(exchanges.filter(isChallenge).map(({ parentSpan }) => parentSpan));
  const answers = (exchange: ExchangeRecord, path: RegExp): boolean =>
    exchange.direction === 'incoming' && isOwn(exchange) && path.test(exchange.target) && !isChallenge(exchange);
  const unanswered = (exchange: ExchangeRecord, path: RegExp): boolean =>
    exchange.direction === 'outgoing' &&
    isOwn(exchange) &&
    path.test(exchange.target) &&
    exchange.status === null &&
    exchange.outcome !== null;
  const found = exchanges.findIndex((exchange) => answers(exchange, autodiscover) || (isChallenge(exchange) && ews.test(exchange.target)));
  const looksUp = called.some(({ target }) => autodiscover.test(target));
  /** Of a token request: whether it is for EWS and not for Autodiscover. */
  const isForEws = (exchange: ExchangeRecord): boolean => !looksUp || (found >= 0 && exchanges.indexOf(exchange) > found);
  const asksToken = (exchange: ExchangeRecord): boolean => answers(exchange, tokenService) || unanswered(exchange, tokenService);

  return [
    { number: 1, title: "The user's request reaches his own organization", isAt: chooses, isDone: () => true },
    {
      number: 2,
      title: "Find the intra-organization connector for the mailbox's domain",
      isAt: chooses,
      decidedBy: connectorCheck,
      isDone: () => true,
    },
    {
      number: 3,
      title: 'Ask its Autodiscover without a token: 401, with the issuer that it trusts',
      isAt: (exchange) =>
        (isOwn(exchange) && isChallenge(exchange) && autodiscover.test(exchange.target)) || unanswered(exchange, autodiscover),
      isDone: isChallenge,
      mayBeSpared: true,
    },
    {
      number: 4,
      title: 'The issuer knows the organization by its certificate, and issues a token for Autodiscover',
      isAt: (exchange) => asksToken(exchange) && !isForEws(exchange),
      decidedBy: '',
      mayBeSpared: true,
    },
    {
      number: 5,
      title: 'Autodiscover takes the token and tells the EWS address',
      isAt: (exchange) => answers(exchange, autodiscover),
      decidedBy: 'token.',
      isDone: hasAnswer,
      mayBeSpared: true,
    },
    {
      number: 6,
      title: 'The issuer issues a token for EWS',
      isAt: (exchange) => asksToken(exchange) && isForEws(exchange),
      decidedBy: '',
      mayBeSpared: true,
    },
    {
      number: 7,
      title: 'Send the request to that address, with the token',
      isAt: (exchange) =>
        exchange.direction === 'outgoing' && isOwn(exchange) && ews.test(exchange.target) && !challenged.has(exchange.spanId),
    },
    {
      number: 8,
      title: 'EWS of the other side takes the token: whom it is for, who issued it, its time and signature',
      isAt: (exchange) => answers(exchange, ews),
      decidedBy: 'token.',
      isDone: ({ status }) => status !== 401,
    },
    {
      number: 9,
      title: 'Decide what the calendar shows to this very user',
      isAt: (exchange) => answers(exchange, ews) && exchange.verdict?.checks.some(({ check }) => check === permissionCheck) === true,
      decidedBy: 'sharing.',
      tells: permissionCheck,
      isDone: () => true,
    },
    {
      number: 10,
      title: 'Give the result to the client that asked',
      isAt: (exchange) => askers.has(exchange.spanId) && exchange.status !== null,
      isDone: hasAnswer,
    },
  ];
}

function isChallenge({ direction, code }: ExchangeRecord): boolean {
  return direction === 'incoming' && code === 'empty-bearer';
}

function passed({ verdict }: ExchangeRecord, name: string): boolean {
  return verdict?.checks.some(({ check, outcome }) => check === name && outcome === 'passed') ?? false;
}

function hasAnswer({ status }: ExchangeRecord): boolean {
  return status === 200;
}
