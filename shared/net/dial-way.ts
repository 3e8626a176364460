import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { assert } from '../kernel/assert.ts';
import type { OpenExchange } from '../kernel/exchange.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SeamFacts, Seams } from '../kernel/seams.ts';
import type { DialRefusal } from './dial-refusals.ts';

/** Where a connection to `host:port` goes. `unknown`: no such name; `refused`: the name exists, nothing listens. */
export type Resolve = (host: string, port: number) => Resolution | Promise<Resolution>;
export type Target = Endpoint & {
  /** Where it goes when nothing listens there any more, in this order. */
  readonly others?: readonly Endpoint[];
};
interface Endpoint {
  readonly address: string;
  readonly port: number;
}
export type Resolution = Target | 'unknown' | 'refused';

/** Whose connection it is, and to what. */
export interface Way {
  readonly service: string;
  readonly organization?: string | undefined;
  /** Without the brackets of a literal address. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** A refusal that a fault rule caused. */
export class InjectedRefusal extends Refusal<DialRefusal> {}

/**
 * The way of a connection, seam by seam: name, connection, TLS. Asked for every call, also when a pooled connection
 * will carry it, so that a rule and a changed record act on the next call and not on the next connection. Answers where
 * the connection goes.
 */
export async function consultWay(
  { resolve, seams }: { readonly resolve: Resolve; readonly seams: Seams },
  exchange: OpenExchange,
  { service, organization, host, port, tls }: Way,
  signal: AbortSignal,
): Promise<Target> {
  let target: Resolution = 'unknown';
  let named = host;
  const facts: SeamFacts = { service, organization, host, traceId: exchange.traceId };
  for (const seam of tls ? (['dns', 'dial', 'tls'] as const) : (['dns', 'dial'] as const)) {
    const decision = seams.at(seam, facts);
    if (decision !== undefined) {
      const { effect, rule } = decision;
      exchange.faulted(rule, effect.kind);
      if (effect.kind === 'latency') await delay(effect.delayMs, undefined, { signal });
      else if (effect.kind === 'lookup') {
        const { code, leadsTo = host } = effect;
        if (code !== undefined)
          throw new InjectedRefusal('NameNotFound', { detail: `${code} ${host}: fault rule ${rule}`, values: { Host: host } });
        named = leadsTo;
      } else if (effect.kind === 'refuse' || effect.kind === 'reset')
        throw new InjectedRefusal(injected[seam][effect.kind], { detail: `fault rule ${rule} at ${seam}`, values: { Host: host } });
      else throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam ${seam}`);
    }
    if (seam === 'dns') {
      target = await resolve(named, port);
      // An address that a rule names is somebody's, or nobody's.
      if (target === 'unknown' && named !== host && isIP(named) !== 0) target = 'refused';
      if (target === 'unknown') throw refused('NameNotFound', `ENOTFOUND ${host}`, { Host: host });
      if (target === 'refused') throw refused('ConnectionRefused', `ECONNREFUSED ${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
    }
  }
  assert(typeof target !== 'string', 'a name that is resolved has a target');
  return target;
}

const connectionRefusals = { refuse: 'ConnectionRefused', reset: 'ConnectionReset' } as const;
/** A name server that refuses or says nothing leaves its client without an address. */
const injected = {
  dns: { refuse: 'NameNotFound', reset: 'NameNotFound' },
  dial: connectionRefusals,
  tls: connectionRefusals,
} as const;

/** Tries where a connection goes one after the other, as long as nothing has been said on any: a server that is down takes no harm. */
export async function firstThatListens<T>({ address, port, others = [] }: Target, attempt: (to: Endpoint) => Promise<T>): Promise<T> {
  const [next, ...rest] = others;
  try {
    return await attempt({ address, port });
  } catch (error) {
    if (next === undefined || !isUnreached(error)) throw error;
    return firstThatListens({ ...next, others: rest }, attempt);
  }
}

function isUnreached(error: unknown): boolean {
  return error instanceof Error && 'code' in error && unreached.has(String(error.code));
}

const unreached: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** Why a connection did not come about. */
export function refused(code: DialRefusal, detail: string, values: Refusal['values'] = {}): Refusal<DialRefusal> {
  return new Refusal<DialRefusal>(code, { detail, values });
}
