import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { MintKind, SigningPair } from './defects/draft.ts';

/** Where a token is minted: a world with its keys. */
export interface MintGround {
  readonly organizations: Organizations;
  /** `''`: those of the authentication service. */
  settings(organization: string): Promise<Settings>;
  directory(organization: string): Pick<Directory, 'byAddress' | 'byUserPrincipalName'>;
  /** Everybody of an organisation: asked only for defects that need somebody in particular. */
  recipients(organization: string): Promise<readonly Recipient[]>;
  /** A key that nobody trusts. */
  stranger(): Promise<SigningPair>;
  /** The time at an organisation, or at the authentication service. */
  now(party: string): Instant;
}

/** What is to be minted. */
export interface MintOrder {
  readonly kind: MintKind;
  /** Who is to receive it; for assertions the tenant whose token endpoint does. */
  readonly organization: string;
  /** Tenant that issues it, by organisation; else the receiver's own, or the one that the receiver trusts. */
  readonly tenant?: string | undefined;
  /** Organisation whose Auth certificate signs an assertion; else the first one on-premises that shares a domain with the tenant. */
  readonly from?: string | undefined;
  /** Mail address or user principal name of whom the token is about: `user` and `s2s-act-as`. */
  readonly user?: string | undefined;
  /** What the token is for: an audience as it stands, or for server-to-server tokens a host; else the receiver's EWS. */
  readonly resource?: string | undefined;
  /** Application that it is issued to, by id or display name; else Exchange, or a client of the tenant with permissions. */
  readonly application?: string | undefined;
  /** Slug of a defect. */
  readonly defect?: string | undefined;
  /** `x5t` of the key of the authentication service that signs, in whatever state; else the active one. */
  readonly key?: string | undefined;
  readonly lifetimeMs?: number | undefined;
  /** When it is issued; else now. */
  readonly at?: Instant | undefined;
}

/** Why something cannot be minted; the detail is meant for whoever asked. */
export type MintRefusalCode =
  | 'unknown-organization'
  | 'no-tenant'
  | 'user-required'
  | 'unknown-user'
  | 'unknown-application'
  | 'unknown-key'
  | 'no-certificate'
  | 'unknown-defect'
  | 'defect-not-applicable'
  | 'nobody-fits';

export function mintRefusal(code: MintRefusalCode, detail: string): Refusal<MintRefusalCode> {
  return new Refusal(code, { detail });
}
