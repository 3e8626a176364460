import { randomBytes, randomInt } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';

/** A sign-in that a user has finished in the browser, waiting for its application to fetch the tokens. */
export interface AuthorizedGrant {
  /** Name of the organisation that is the user's tenant. */
  readonly tenant: string;
  readonly clientId: Guid;
  /** Object id of the user. */
  readonly user: Guid;
  readonly redirectUri: string;
  /** As the application asked: `scope` at the v2 endpoint; '' where it named none. */
  readonly scope: string;
  /** The `resource` of the v1 endpoint. */
  readonly resource?: string;
  /** RFC 7636. */
  readonly challenge?: { readonly method: 'S256' | 'plain'; readonly value: string };
  readonly nonce?: string;
  /** How the user signed in: `['pwd']` or `['pwd', 'mfa']`. */
  readonly amr: readonly string[];
}

/** What an application has asked for when it begins a device code flow (RFC 8628). */
export interface DeviceRequest {
  /** Tenant of the path; null for `common` and `organizations`, where the user decides. */
  readonly tenant: string | null;
  readonly clientId: Guid;
  readonly scope: string;
  readonly resource?: string;
}

/** Who approved a device code. */
export interface DeviceApproval {
  readonly tenant: string;
  readonly user: Guid;
  readonly amr: readonly string[];
}

/** Where a device code stands. */
export type DeviceState = 'pending' | 'approved' | 'declined' | 'redeemed';

/** A device code flow under way. */
export interface DeviceGrant {
  readonly request: DeviceRequest;
  readonly deviceCode: string;
  /** Nine letters and digits, as the user types it. */
  readonly userCode: string;
  readonly expires: Instant;
  readonly state: DeviceState;
  readonly approval: DeviceApproval | null;
}

/** Life of a code; a device code may be approved for the same time plus a little. */
const codeLifeMs = 10 * 60_000;
export const deviceCodeLifeMs = 15 * 60_000;
/** How long a client waits between two questions. */
export const devicePollIntervalMs = 5_000;
/** A code that was fetched, or is too old, is remembered so long that its reuse is told from an invention. */
const mostPending = 10_000;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Grants that somebody has begun and nobody has finished. They live in this process alone and are bounded: past
 * {@link mostPending} of a kind the oldest gives way.
 */
export class PendingGrants {
  readonly #codes = new Map<string, { readonly grant: AuthorizedGrant; readonly expires: Instant; redeemed: boolean }>();
  readonly #devices = new Map<string, Mutable<DeviceGrant> & { polled: Instant | null }>();
  readonly #deviceByUserCode = new Map<string, string>();

  /** Keeps a finished sign-in and answers its code. */
  addCode(grant: AuthorizedGrant, at: Instant): string {
    const code = `0.${randomBytes(48).toString('base64url')}`;
    dropOldest(this.#codes);
    this.#codes.set(code, { grant, expires: at + codeLifeMs, redeemed: false });
    return code;
  }

  /** Looks at a code without using it up. */
  code(code: string, at: Instant): { readonly state: 'valid' | 'expired' | 'redeemed'; readonly grant: AuthorizedGrant } | undefined {
    const known = this.#codes.get(code);
    if (known === undefined) return undefined;
    return { state: known.redeemed ? 'redeemed' : at > known.expires ? 'expired' : 'valid', grant: known.grant };
  }

  /** Uses a code up. False: somebody was faster. */
  redeemCode(code: string): boolean {
    const known = this.#codes.get(code);
    if (known === undefined || known.redeemed) return false;
    known.redeemed = true;
    return true;
  }

  /** Begins a device code flow. */
  addDevice(request: DeviceRequest, at: Instant): DeviceGrant {
    for (const dropped of dropOldest(this.#devices)) this.#deviceByUserCode.delete(dropped.userCode);
    let userCode = newUserCode();
    while (this.#deviceByUserCode.has(userCode)) userCode = newUserCode();
    const deviceCode = randomBytes(48).toString('base64url');
    const grant = {
      request,
      deviceCode,
      userCode,
      expires: at + deviceCodeLifeMs,
      state: 'pending',
      approval: null,
      polled: null,
    } as const;
    this.#devices.set(deviceCode, { ...grant });
    this.#deviceByUserCode.set(userCode, deviceCode);
    return grant;
  }

  device(deviceCode: string): DeviceGrant | undefined {
    return this.#devices.get(deviceCode);
  }

  /** By what the user typed: letter case, spaces and hyphens do not count. */
  deviceByUserCode(typed: string): DeviceGrant | undefined {
    const deviceCode = this.#deviceByUserCode.get(typed.replace(/[\s-]/g, '').toUpperCase());
    return deviceCode === undefined ? undefined : this.#devices.get(deviceCode);
  }

  /** The user says yes. False: the code is unknown, too old or already decided. */
  approveDevice(deviceCode: string, approval: DeviceApproval, at: Instant): boolean {
    return this.#decide(deviceCode, at, { state: 'approved', approval });
  }

  /** The user says no. False as in {@link approveDevice}. */
  declineDevice(deviceCode: string, at: Instant): boolean {
    return this.#decide(deviceCode, at, { state: 'declined', approval: null });
  }

  /** Notes that a client has asked. True: it asks again before the interval is over. */
  pollDevice(deviceCode: string, at: Instant): boolean {
    const known = this.#devices.get(deviceCode);
    if (known === undefined) return false;
    const { polled } = known;
    known.polled = at;
    return polled !== null && at >= polled && at - polled < devicePollIntervalMs;
  }

  /** Uses an approved device code up. False: somebody was faster. */
  redeemDevice(deviceCode: string): boolean {
    const known = this.#devices.get(deviceCode);
    if (known?.state !== 'approved') return false;
    known.state = 'redeemed';
    return true;
  }

  #decide(deviceCode: string, at: Instant, decision: Pick<DeviceGrant, 'state' | 'approval'>): boolean {
    const known = this.#devices.get(deviceCode);
    if (known?.state !== 'pending' || at > known.expires) return false;
    Object.assign(known, decision);
    return true;
  }
}

/** Makes room for one more; answers what had to go. */
function dropOldest<T>(entries: Map<string, T>): readonly T[] {
  if (entries.size < mostPending) return [];
  const [oldest] = entries;
  if (oldest === undefined) return [];
  entries.delete(oldest[0]);
  return [oldest[1]];
}

/** Without letters and digits that are taken for one another. */
const userCodeAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function newUserCode(): string {
  return Array.from({ length: 9 }, () => userCodeAlphabet[randomInt(userCodeAlphabet.length)]).join('');
}
