import type { FastifyRequest } from 'fastify';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { Handles } from './handles.ts';
import type { DeviceGrant } from './pending.ts';
import { SecondFactor } from './second-factor.ts';
import { SmartLockout } from './smart-lockout.ts';

/** What a user signs in for. */
export type Purpose =
  | { readonly is: 'authorize'; readonly request: AuthorizationRequest }
  | { readonly is: 'device'; readonly deviceCode: DeviceGrant['deviceCode']; readonly application: string; readonly tenant: string | null };

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

/** Sign-ins under way and browsers that have signed in. They live in this process alone. */
export class SignIns {
  readonly flows = new Handles<Flow>({ most: 10_000, lifeMs: 10 * 60_000 });
  readonly sessions = new Handles<SignedIn>({ most: 10_000, lifeMs: 24 * 3_600_000 });
  readonly secondFactor = new SecondFactor();
  readonly lockout = new SmartLockout();
}

const sessionCookie = 'coexist-session';

/** The session that a browser names, if it has one that is known. */
export function sessionOf(signIns: SignIns, request: FastifyRequest, at: Instant): SignedIn | undefined {
  const handle = sessionHandle(request);
  return handle === undefined ? undefined : signIns.sessions.get(handle, at);
}

/** Ends the session of a browser, and answers whose it was. */
export function endSession(signIns: SignIns, request: FastifyRequest, at: Instant): SignedIn | undefined {
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
