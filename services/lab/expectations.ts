import type { HopPattern } from '../../shared/scenario/steps.ts';
import { openClient } from '../runner/client.ts';
import { type LabDoor, openControl, type SeenExchange } from '../runner/control.ts';
import { exchangesSince } from '../runner/exchanges.ts';
import { hopLine, meets, missingHop } from '../runner/hops.ts';
import { subjectsIn } from '../runner/mailbox.ts';
import { equals, holds } from '../runner/pattern.ts';

/** A lab, here or elsewhere, of which something is expected. */
export interface Observed {
  readonly endpoints: LabDoor;
  /** Exchanges that closed after this one are meant; all, where it is not given. */
  readonly since?: number | undefined;
}

/** A text as it stands, or what matches. */
export type Pattern = string | RegExp;

/** An exchange as the journal has it, as scenario files say it. */
export type Hop = { readonly [Name in keyof HopPattern]?: HopPattern[Name] | (Name extends 'direction' | 'outcome' ? never : RegExp) };

/** A token that the authentication service has given away. */
export interface IssuedToken {
  /** The tenant. */
  readonly org?: string;
  /** `client_credentials`, `password`, `server-to-server`, `extSTS.srf` ... */
  readonly grant?: Pattern;
  /** Who asked: the id of an application, or for a delegation token the mail address of the user. */
  readonly caller?: Pattern;
  /** Whom it is for. */
  readonly audience?: Pattern;
}

/** Mail that somebody has got. */
export interface ReceivedMail {
  readonly subject: Pattern;
  /** `inbox`. */
  readonly folder?: string;
  /** The organisation whose server is asked; where the mailbox is at home. */
  readonly at?: string;
}

/** Whether it is as expected, and what there is, for people. */
export interface Found {
  readonly pass: boolean;
  readonly wanted: string;
  readonly seen: string;
}

const mostMs = 30_000;

/** These exchanges were answered, in this order; others may stand between. */
export async function hasHops(lab: Observed, hops: Hop | readonly Hop[]): Promise<Found> {
  const exchanges = await exchangesOf(lab);
  const patterns = [hops].flat().map(plain);
  const missing = missingHop(exchanges, patterns);
  return { pass: missing === undefined, wanted: `a hop ${JSON.stringify(missing ?? patterns)}`, seen: shown(exchanges) };
}

/** A service refused with this status, this code, or because of this check. */
export async function hasRefused(lab: Observed, by: Pattern | number): Promise<Found> {
  const exchanges = await exchangesOf(lab);
  const isIt = ({ direction, outcome, status, code, verdict }: SeenExchange): boolean => {
    if (direction !== 'incoming' || outcome === 'defect') return false;
    if (typeof by === 'number') return by >= 400 && status === by;
    const checks = verdict?.checks.filter((check) => check.outcome === 'failed').map(({ check }) => check) ?? [];
    return [...(code === null || code === 'NoError' ? [] : [code]), ...checks].some((one) => equals(one, textOf(by)));
  };
  return { pass: exchanges.some(isIt), wanted: `something refused with ${String(by)}`, seen: shown(exchanges) };
}

/** The authentication service gave such a token away. */
export async function hasIssued(lab: Observed, token: IssuedToken): Promise<Found> {
  const exchanges = (await exchangesOf(lab)).filter(({ service, direction }) => service === 'azure-auth' && direction === 'incoming');
  const { org, grant, caller, audience } = token;
  const hop = plain({ org, op: grant, caller, status: 200, outcome: 'answered' });
  const isIt = (exchange: SeenExchange): boolean =>
    isIssue(exchange) && meets(exchange, hop) && (audience === undefined || holds(exchange.detail ?? '', textOf(audience)));
  const seen = exchanges.map((exchange) => `${hopLine(exchange)} ${exchange.caller ?? ''} ${exchange.detail ?? ''}`.trim()).join('\n');
  return { pass: exchanges.some(isIt), wanted: `a token ${JSON.stringify(plain(token))}`, seen: seen || 'nothing was asked for' };
}

function isIssue({ operation, detail }: SeenExchange): boolean {
  return operation === 'extSTS.srf' || (detail ?? '').startsWith('issued for ');
}

/** Somebody of the world has such mail, once nothing is on its way any more. */
export async function hasReceived(lab: Observed, of: string, { subject, folder, at }: ReceivedMail): Promise<Found> {
  const signal = AbortSignal.timeout(mostMs);
  const control = openControl(lab.endpoints, signal);
  await control.settled();
  const endpoints = { ...(await control.endpoints()), adminUrl: lab.endpoints.adminUrl };
  const dialer = await openClient(() => endpoints, await control.caPem(), 'expectation');
  try {
    const ground = { control, dialer, endpoints, caFile: endpoints.caFile, environment: {}, folder: '', mark: () => 0, signal };
    const found = await subjectsIn({ of, at, folder }, { ...ground, token: undefined, signedIn: new Map() });
    const pass = found.subjects.some((one) => holds(one, textOf(subject)));
    return { pass, wanted: `mail of ${of} with the subject ${String(subject)}`, seen: found.shown };
  } finally {
    await dialer.close();
  }
}

function exchangesOf({ endpoints, since = 0 }: Observed): Promise<readonly SeenExchange[]> {
  return exchangesSince(openControl(endpoints, AbortSignal.timeout(mostMs)), since);
}

function shown(exchanges: readonly SeenExchange[]): string {
  return exchanges.map(hopLine).join('\n') || 'no exchange';
}

/** As scenario files write it: a regular expression between slashes. */
function plain(hop: object): HopPattern {
  return Object.fromEntries(
    Object.entries<unknown>(hop as Record<string, unknown>).map(([name, value]) => [name, value instanceof RegExp ? textOf(value) : value]),
  );
}

function textOf(pattern: Pattern): string {
  return typeof pattern === 'string' ? pattern : `/${pattern.source}/${pattern.flags.replaceAll(/[^imsu]/g, '')}`;
}
