import type { Directory } from '../../domain/directory/directory.ts';
import type { TokenRefusalCode } from '../../domain/identity/tokens/errors.ts';
import type { JudgedToken, TokenGround } from '../../domain/identity/tokens/ground.ts';
import { judgeToken } from '../../domain/identity/tokens/judge-token.ts';
import { shown } from '../../domain/identity/tokens/parsed-token.ts';
import type { TokenDoor } from '../../domain/identity/tokens/permissions.ts';
import { createTokenMemory, type TokenMemory } from '../../domain/identity/tokens/token-memory.ts';
import { failed, fine, found, Trail } from '../../domain/identity/tokens/trail.ts';
import { namedUser } from '../../domain/identity/tokens/user.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { allowsOAuth } from '../../domain/organization/virtual-directories.ts';
import type { TrustedKey } from '../../domain/trust/auth-servers.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { type Diagnostics, diagnostics, type TokenRefusalCode as TokenReason } from '../../protocols/oauth/diagnostics.ts';
import { type Jwt, readJwt, verificationKey, verifySignature } from '../../protocols/oauth/jwt.ts';
import { callerOf } from './basic.ts';
import type { Principal } from './principal.ts';
import type { AccessPoint } from './schemes.ts';

/** What a bearer token is judged by. */
export interface BearerGround {
  readonly point: AccessPoint;
  readonly organizations: Organizations;
  readonly settings: Settings;
  readonly directory: Directory;
  /** `host[:port]` of the request; no port where that is 443 or the organisation's published one. */
  readonly requestAuthority: string;
  /** The request came by a virtual host's name. */
  readonly byName: boolean;
  readonly at: Instant;
  /** Left out: that of the access point. */
  readonly door?: TokenDoor;
  /** For StrictTokenReplay; absent: tokens are remembered as long as this process has the directory open. */
  readonly seen?: TokenMemory | undefined;
}

/** `empty-bearer`: there is no token, which is how clients ask for the challenge; `bearer-not-offered`: none is taken here. */
export type BearerRefusalCode = TokenRefusalCode | 'empty-bearer' | 'bearer-not-offered';

/** What came of a Bearer header. `userName` is as the token says, proven or not; null when it names nobody. */
export type BearerOutcome = { readonly verdict: Verdict; readonly userName: string | null } & (
  | { readonly principal: Principal }
  | {
      readonly refusal: Refusal<BearerRefusalCode>;
      /** Absent when there was no token to speak of. */
      readonly diagnostics?: Diagnostics;
      readonly status: 401 | 500;
    }
);

/** Judges a Bearer `Authorization` header; every check that was made is in the verdict, whatever came of it. */
export async function authenticateBearer(header: string, ground: BearerGround): Promise<BearerOutcome> {
  const { organization, virtualDirectory } = ground.point;
  const trail = new Trail();
  if (!allowsOAuth(organization, ground.settings, virtualDirectory)) {
    const looked = { expected: `${virtualDirectory} OAuthAuthentication True`, actual: 'False' };
    return withoutToken('bearer-not-offered', trail.stop('token.offered', looked));
  }
  trail.take('token.offered', fine());
  const text = header.slice('Bearer'.length).trim();
  if (text === '')
    return withoutToken('empty-bearer', trail.stop('token.header', { expected: 'a token', actual: 'the word Bearer alone' }));
  trail.take('token.header', fine());

  let userName: string | null = null;
  try {
    const token = trail.take('token.readable', readToken(text));
    userName = namedUser(token);
    const judged = await judgeToken(trail, token, tokenGround(ground));
    return { verdict: trail.verdict(), userName, principal: principalOf(judged) };
  } catch (error) {
    const { failure } = trail;
    if (!(error instanceof Refusal) || failure === undefined) throw error;
    const told = diagnostics(reasonOf(failure.code), failure.values, organization.product);
    const refusal = error as Refusal<TokenRefusalCode>;
    return { verdict: trail.verdict(), userName, refusal, diagnostics: told, status: told.status };
  }
}

function withoutToken(code: 'empty-bearer' | 'bearer-not-offered', verdict: Verdict): BearerOutcome {
  return { verdict, userName: null, refusal: new Refusal<BearerRefusalCode>(code), status: 401 };
}

function readToken(text: string) {
  const token = readJwt(text);
  if (!('problem' in token)) return found(token);
  return failed('token-unreadable', [shown(token.problem)], { expected: 'a JSON web token', actual: shown(token.problem) });
}

const doors: Readonly<Record<AccessPoint['virtualDirectory'], TokenDoor>> = {
  WebServicesVirtualDirectory: 'http',
  MrsProxy: 'http',
  AutodiscoverVirtualDirectory: 'http',
  OabVirtualDirectory: 'http',
  OutlookAnywhere: 'http',
  SmtpSubmission: 'smtp',
  AdminApi: 'shell',
  Graph: 'graph',
};

function tokenGround(ground: BearerGround): TokenGround {
  const { point, organizations, settings, directory, requestAuthority, byName, at } = ground;
  const seen = ground.seen ?? memoryOf(directory);
  return {
    organization: point.organization,
    organizations,
    settings,
    directory,
    requestAuthority,
    byName,
    at,
    door: ground.door ?? doors[point.virtualDirectory],
    seen,
    read: readJwt,
    verify,
  };
}

/** A key whose certificate cannot be read has signed nothing. */
async function verify(token: Jwt, { certificate }: TrustedKey): Promise<boolean> {
  try {
    return await verifySignature(token, verificationKey(certificate));
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

const memories = new WeakMap<Directory, TokenMemory>();

function memoryOf(directory: Directory): TokenMemory {
  const memory = memories.get(directory) ?? createTokenMemory();
  memories.set(directory, memory);
  return memory;
}

function principalOf({ application, user, linkedAccount }: JudgedToken): Principal {
  if (user !== null) return { is: 'user', caller: callerOf(user), by: 'Bearer', application };
  return { is: 'application', application, linkedAccount: linkedAccount === null ? null : callerOf(linkedAccount) };
}

/** The wire's reasons, as long as the domain has each of them: the compiler stops here when the two lists differ. */
type SharedReason<Reason extends TokenRefusalCode> = Reason;

function reasonOf(code: TokenRefusalCode): SharedReason<TokenReason> {
  return code;
}
