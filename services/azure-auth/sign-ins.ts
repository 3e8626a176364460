import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { onceMade } from '../../shared/kernel/once-made.ts';
import type { Store } from '../../shared/store/database.ts';
import { claimInstalled } from '../../shared/store/installation-table.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { AzureAuthParts } from './context.ts';
import { Handles } from './handles.ts';
import { type KeptFlow, keepFlow, restoreFlow } from './kept-flow.ts';
import type { DeviceGrant, DeviceRequest } from './pending.ts';
import { SecondFactor } from './second-factor.ts';
import { SmartLockout } from './smart-lockout.ts';

/** What a user signs in for. */
export type Purpose =
  | { readonly is: 'authorize'; readonly request: AuthorizationRequest }
  | {
      readonly is: 'device';
      readonly request: DeviceRequest;
      readonly deviceCode: DeviceGrant['deviceCode'];
      readonly application: string;
    };

/** A user who has proved who they are, as far as `amr` says. */
export interface SignedIn {
  /** Name of the organisation that is the user's tenant. */
  readonly tenant: string;
  /** Object id. */
  readonly user: Guid;
  /** `['pwd']` or `['pwd', 'mfa']` */
  readonly amr: readonly string[];
  readonly since: Instant;
}

/** A sign-in that waits for the browser's next form. */
export interface Flow {
  readonly purpose: Purpose;
  /** What the next form must hold: a user name and password, the second factor, or the user's decision about a device. */
  readonly stage: 'password' | 'second-factor' | 'approval';
  /** From the second stage on. */
  readonly who: SignedIn | undefined;
  /** Forms that did not lead on. */
  readonly failures: number;
}

/** Forms of one flow that may fail before it ends. */
export const mostFailures = 10;

/** Sign-ins under way and browsers that have signed in. */
export class SignIns {
  readonly sessions: Handles<SignedIn>;
  readonly secondFactor: SecondFactor;
  readonly lockout: SmartLockout;
  readonly #ground: SignInGround;
  readonly #flows: Handles<KeptFlow>;

  constructor(ground: SignInGround) {
    const { store } = ground;
    const secret = onceMade(() => installationSecret(store));
    this.#ground = ground;
    this.#flows = new Handles(store, 'sign-in flow', { most: 10_000, lifeMs: 10 * 60_000 });
    this.sessions = new Handles(store, 'browser session', { most: 10_000, lifeMs: 24 * 3_600_000 });
    this.secondFactor = new SecondFactor(store, secret);
    this.lockout = new SmartLockout(store, secret);
  }

  /** Keeps a flow until the browser's next form, and answers its handle. */
  keep(flow: Flow, at: Instant): Promise<string> {
    return this.#flows.put(keepFlow(flow), at);
  }

  /** The flow that a form goes on with, once. */
  async resume(handle: string, at: Instant): Promise<Flow | undefined> {
    const kept = await this.#flows.take(handle, at);
    return kept && restoreFlow(this.#ground, kept);
  }
}

type SignInGround = Pick<AzureAuthParts, 'store' | 'organizations' | 'settings'>;

async function installationSecret(store: Store): Promise<Buffer> {
  const made = randomBytes(32).toString('base64');
  return Buffer.from(await store.transaction((tx) => claimInstalled(tx, 'sign-in secret', made)), 'base64');
}

const sessionCookie = 'coexist-session';

/** The session that a browser names, if it has one that is known. */
export async function sessionOf(signIns: SignIns, request: FastifyRequest, at: Instant): Promise<SignedIn | undefined> {
  const handle = sessionHandle(request);
  return handle === undefined ? undefined : signIns.sessions.get(handle, at);
}

/** Ends the session of a browser, and answers whose it was. */
export async function endSession(signIns: SignIns, request: FastifyRequest, at: Instant): Promise<SignedIn | undefined> {
  const handle = sessionHandle(request);
  return handle === undefined ? undefined : signIns.sessions.take(handle, at);
}

/** The `Set-Cookie` by which a browser keeps a session; without a handle the one that makes it forget. */
export function sessionHeader(handle?: string): string {
  const pair = handle === undefined ? `${sessionCookie}=; Max-Age=0` : `${sessionCookie}=${handle}`;
  return `${pair}; Path=/; Secure; HttpOnly; SameSite=None`;
}

function sessionHandle({ headers }: FastifyRequest): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === sessionCookie && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}
