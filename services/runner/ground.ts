import { present } from '../../shared/kernel/assert.ts';
import type { Dialer } from '../../shared/net/dialer.ts';
import type { Answer } from '../../shared/scenario/outcome.ts';
import type { Steps, Word } from '../../shared/scenario/steps.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { Control } from './control.ts';

/** What a step may use: the doors of the lab, and what the steps before it have left. */
export interface Ground {
  readonly control: Control;
  readonly dialer: Pick<Dialer, 'https' | 'listener' | 'smtp'>;
  /** As they are when the step begins: what a cmdlet publishes is elsewhere then. */
  readonly endpoints: EndpointsDocument;
  /** Path of the lab's CA on this machine. */
  readonly caFile: string;
  /** Variables of this machine, for programs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the scenario file. */
  readonly folder: string;
  /** Exchanges that closed later belong to the act. */
  readonly mark: () => number;
  readonly signal: AbortSignal;
  /** What the last step `token` got. */
  token: string | undefined;
  /** User tokens of the tenant that were got for steps, by mail address. */
  readonly signedIn: Map<string, string>;
}

/** How one word is played. */
export type Play<W extends Word> = (of: Steps[W], ground: Ground) => Promise<Answer>;

/** An answer of few words. */
export function answered(code: string, more: Partial<Answer> = {}): Answer {
  return { ok: true, code, status: null, text: '', values: {}, ...more };
}

/** The account of somebody of the world, in an organisation or at home. */
export function accountOf({ endpoints }: Ground, mail: string, at?: string): EndpointsDocument['users'][number] {
  const { users } = endpoints;
  const own = users.find((user) => user.mail === mail && (at === undefined || user.organization === at));
  const known = own ?? users.find((user) => user.mail === mail);
  return present(known, `an account ${mail} in the world`);
}

/** The host by which an organisation's servers are reached: `mail.<domain>`, or whatever else leads to their listener; undefined: none does. */
export function publishedHost({ endpoints }: Pick<Ground, 'endpoints'>, { kind, ews, domains }: OrganizationEndpoints): string | undefined {
  if (ews === null) return undefined;
  // A tenant has the domain of its other side, too.
  const mail = kind === 'cloud' ? undefined : domains.map((domain) => `mail.${domain}`).find((name) => name in endpoints.hosts);
  if (mail !== undefined) return mail;
  const { hostname, port } = new URL(ews);
  const listener = endpoints.hosts[hostname];
  const own = Object.keys(endpoints.hosts).filter((name) =>
    listener === undefined ? endpoints.hosts[name]?.endsWith(`:${port}`) : endpoints.hosts[name] === listener,
  );
  return own.find((name) => /^(mail|outlook)\./.test(name)) ?? own.find((name) => !name.startsWith('autodiscover'));
}

type OrganizationEndpoints = Pick<EndpointsDocument['organizations'][string], 'kind' | 'ews' | 'domains'>;

/** The first tenant of the world, by name. */
export function tenantOf({ endpoints }: Ground): string {
  return present(
    Object.entries(endpoints.organizations).find(([, { kind }]) => kind === 'cloud'),
    'a tenant in the world',
  )[0];
}

/** Of a call by a story's client. */
export const callLimits = { service: 'scenario', timeoutMs: 90_000, maxBytes: 8_388_608 } as const;
