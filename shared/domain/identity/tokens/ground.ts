import type { Instant } from '../../../kernel/clock.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Recipient } from '../../directory/recipient.ts';
import type { Organization } from '../../organization/organization.ts';
import type { Organizations } from '../../organization/registry.ts';
import type { Settings } from '../../organization/settings.ts';
import type { TrustedKey } from '../../trust/auth-servers.ts';
import type { TokenKind } from './checks.ts';
import type { ParsedToken, UnreadableToken } from './parsed-token.ts';
import type { TokenDoor } from './permissions.ts';
import type { TokenMemory } from './token-memory.ts';

/** What a token is judged by: the organisation that it was brought to, as it stands at that moment. */
export interface TokenGround {
  readonly organization: Organization;
  readonly organizations: Organizations;
  readonly settings: Settings;
  readonly directory: UserLookups;
  /** `host[:port]` that the request names; the port is left out where it goes without saying. */
  readonly requestAuthority: string;
  /** The request came by a name of the organisation, not by `localhost` or an address. */
  readonly byName: boolean;
  readonly at: Instant;
  /** Which permissions open it; absent: those for EWS. */
  readonly door?: TokenDoor;
  /** Absent: no token is remembered. */
  readonly seen: TokenMemory | undefined;
  /** Takes a token apart; judges nothing. */
  read(token: string): ParsedToken | UnreadableToken;
  /** Whether the signature is that of the key, by RS256 or PS256. Never throws for what a token says. */
  verify(token: ParsedToken, key: TrustedKey): Promise<boolean>;
}

/** How users are looked up: names without case, one recipient or none. */
export type UserLookups = Pick<Directory, 'byGuid' | 'byAddress' | 'byAlias' | 'byUserPrincipalName' | 'bySid' | 'byNetId'>;

/** What an accepted token says. */
export interface JudgedToken {
  readonly application: {
    readonly appId: string;
    readonly roles: readonly string[];
    readonly scopes: readonly string[];
    readonly token: TokenKind;
  };
  /** Null: the application calls on its own. */
  readonly user: Recipient | null;
  /** The account of the partner application, when it calls on its own and has one. */
  readonly linkedAccount: Recipient | null;
}
