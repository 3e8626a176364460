import { randomBytes, randomInt } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { Store } from '../../shared/store/database.ts';
import { Handles } from './handles.ts';

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
const mostPending = 10_000;

/** A code that was fetched, or is too old, is remembered so long that its reuse is told from an invention. */
const rememberedMs = 24 * 3_600_000;

interface KeptCode {
  readonly grant: AuthorizedGrant;
  readonly expires: Instant;
  readonly redeemed: boolean;
}

type KeptDevice = DeviceGrant & { readonly polled: Instant | null };

/** Grants that somebody has begun and nobody has finished, bounded as {@link Handles} are. */
export class PendingGrants {
  readonly #codes: Handles<KeptCode>;
  readonly #devices: Handles<KeptDevice>;
  readonly #deviceByUserCode: Handles<{ readonly deviceCode: string }>;

  constructor(store: Store) {
    const bounds = { most: mostPending, lifeMs: rememberedMs };
    this.#codes = new Handles(store, 'authorization code', bounds);
    this.#devices = new Handles(store, 'device code', bounds);
    this.#deviceByUserCode = new Handles(store, 'user code', bounds);
  }

  /** Keeps a finished sign-in and answers its code. */
  addCode(grant: AuthorizedGrant, at: Instant): Promise<string> {
    const code = `0.${randomBytes(48).toString('base64url')}`;
    return this.#codes.put({ grant, expires: at + codeLifeMs, redeemed: false }, at, code);
  }

  /** Looks at a code without using it up. */
  async code(
    code: string,
    at: Instant,
  ): Promise<{ readonly state: 'valid' | 'expired' | 'redeemed'; readonly grant: AuthorizedGrant } | undefined> {
    const known = await this.#codes.get(code, at);
    if (known === undefined) return undefined;
    return { state: known.redeemed ? 'redeemed' : at > known.expires ? 'expired' : 'valid', grant: known.grant };
  }

  /** Uses a code up. False: somebody was faster. */
  redeemCode(code: string, at: Instant): Promise<boolean> {
    return this.#codes.change(code, at, (known) =>
      known === undefined || known.redeemed ? { answer: false } : { value: { ...known, redeemed: true }, answer: true },
    );
  }

  /** Begins a device code flow. */
  async addDevice(request: DeviceRequest, at: Instant): Promise<DeviceGrant> {
    let userCode = newUserCode();
    while ((await this.#deviceByUserCode.get(userCode, at)) !== undefined) userCode = newUserCode();
    const deviceCode = randomBytes(48).toString('base64url');
    const grant = { request, deviceCode, userCode, expires: at + deviceCodeLifeMs, state: 'pending', approval: null } as const;
    await this.#devices.put({ ...grant, polled: null }, at, deviceCode);
    await this.#deviceByUserCode.put({ deviceCode }, at, userCode);
    return grant;
  }

  device(deviceCode: string, at: Instant): Promise<DeviceGrant | undefined> {
    return this.#devices.get(deviceCode, at);
  }

  /** By what the user typed: letter case, spaces and hyphens do not count. */
  async deviceByUserCode(typed: string, at: Instant): Promise<DeviceGrant | undefined> {
    const known = await this.#deviceByUserCode.get(typed.replace(/[\s-]/g, '').toUpperCase(), at);
    return known && this.#devices.get(known.deviceCode, at);
  }

  /** The user says yes. False: the code is unknown, too old or already decided. */
  approveDevice(deviceCode: string, approval: DeviceApproval, at: Instant): Promise<boolean> {
    return this.#decide(deviceCode, at, { state: 'approved', approval });
  }

  /** The user says no. False as in {@link approveDevice}. */
  declineDevice(deviceCode: string, at: Instant): Promise<boolean> {
    return this.#decide(deviceCode, at, { state: 'declined', approval: null });
  }

  /** Notes that a client has asked. True: it asks again before the interval is over. */
  pollDevice(deviceCode: string, at: Instant): Promise<boolean> {
    return this.#devices.change(deviceCode, at, (known) => {
      if (known === undefined) return { answer: false };
      const { polled } = known;
      return { value: { ...known, polled: at }, answer: polled !== null && at >= polled && at - polled < devicePollIntervalMs };
    });
  }

  /** Uses an approved device code up. False: somebody was faster. */
  redeemDevice(deviceCode: string, at: Instant): Promise<boolean> {
    return this.#devices.change(deviceCode, at, (known) =>
      known?.state === 'approved' ? { value: { ...known, state: 'redeemed' }, answer: true } : { answer: false },
    );
  }

  #decide(deviceCode: string, at: Instant, decision: Pick<DeviceGrant, 'state' | 'approval'>): Promise<boolean> {
    return this.#devices.change(deviceCode, at, (known) =>
      known?.state === 'pending' && at <= known.expires ? { value: { ...known, ...decision }, answer: true } : { answer: false },
    );
  }
}

/** Without letters and digits that are taken for one another. */
const userCodeAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function newUserCode(): string {
  return Array.from({ length: 9 }, () => userCodeAlphabet[randomInt(userCodeAlphabet.length)]).join('');
}
