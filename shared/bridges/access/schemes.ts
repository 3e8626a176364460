import { digestRealm } from '../../domain/identity/digest-keys.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { allowsBasic, allowsDigest, allowsOAuth, allowsWindows, type SignInDoor } from '../../domain/organization/virtual-directories.ts';
import { authServers } from '../../domain/trust/auth-servers.ts';
import { partnerApplications } from '../../domain/trust/partner-applications.ts';
import { exchangeAppId } from '../../domain/trust/well-known.ts';
import { writeBearerChallenge } from '../../protocols/oauth/challenge.ts';

/** Where somebody knocks: a virtual directory of an organisation or its submission, reached by a name. */
export interface AccessPoint {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly virtualDirectory: SignInDoor;
  /** Name that the request came by, without port. */
  readonly host: string;
  /** Gives a nonce for Digest, and says so where an older one is over. */
  readonly digest?: { readonly nonce: () => string; readonly isStale: boolean };
}

/** A way to sign in: its `WWW-Authenticate` line at an access point, or undefined where it is not offered. */
export interface Scheme {
  readonly name: string;
  /** `isTokenRefused`: the caller brought a token that was not taken. */
  challenge(point: AccessPoint, isTokenRefused: boolean): string | undefined;
}

const bearer: Scheme = {
  name: 'Bearer',
  challenge(point, isTokenRefused) {
    if (!allowsOAuth(point.organization, point.settings, point.virtualDirectory)) return undefined;
    const line = isTokenRefused ? refusedLines : offeredLines;
    const known = line.get(point.settings);
    if (known !== undefined) return known;
    const written = writeBearerChallenge({
      clientId: exchangeAppId,
      trustedIssuers: trustedIssuers(point),
      tokenTypes: 'app_asserted_user_v1 service_asserted_app_v1',
      ...authorizationUri(point.settings),
      ...(isTokenRefused ? { error: 'invalid_token' } : {}),
    });
    line.set(point.settings, written);
    return written;
  },
};

// Settings are one object as long as nothing changes, and every 401 says the same until then.
const offeredLines = new WeakMap<Settings, string>();
const refusedLines = new WeakMap<Settings, string>();

/**
 * `{id}@{realm}` of whoever may issue server-to-server tokens: auth servers, and partner applications that sign for
 * themselves. The front end of Exchange Online is not the tenant's: there each realm is `*` (observed in 2017).
 */
function trustedIssuers({ organization, settings }: AccessPoint): readonly string[] {
  const isAny = profileOf(organization.product).trustedRealms === 'any';
  const servers = authServers
    .all(settings)
    .filter(({ Enabled, Type }) => Enabled && Type === 'MicrosoftACS')
    .map(({ IssuerIdentifier, Realm }) => `${IssuerIdentifier}@${isAny || Realm === '' ? '*' : Realm}`);
  const applications = partnerApplications
    .all(settings)
    .filter(({ Enabled, UseAuthServer }) => Enabled && !UseAuthServer)
    .map(({ ApplicationIdentifier, Realm }) => `${ApplicationIdentifier}@${isAny ? '*' : Realm || (organization.domains[0] ?? '*')}`);
  return [...new Set([...servers, ...applications])];
}

/** Hybrid modern authentication: where users get tokens (OfficeDocs-Exchange `use-hybrid-modern-auth.md`). */
function authorizationUri(settings: Settings): { readonly authorizationUri?: string } {
  if (!organizationConfig(settings).OAuth2ClientProfileEnabled) return {};
  const server = authServers
    .all(settings)
    .find(({ Enabled, Type, IsDefaultAuthorizationEndpoint }) => Enabled && Type === 'AzureAD' && IsDefaultAuthorizationEndpoint);
  return server === undefined ? {} : { authorizationUri: server.AuthorizationEndpoint || publishedAuthorizationEndpoint };
}

/** MicrosoftDocs/OfficeDocs-Exchange use-hybrid-modern-auth.md. */
const publishedAuthorizationEndpoint = 'https://login.windows.net/common/oauth2/authorize';

/** One protocol under two names: bare words, because the challenge proper answers an offer (RFC 4559 section 4.1). */
function windows(name: 'Negotiate' | 'NTLM'): Scheme {
  return {
    name,
    challenge: ({ organization, settings, virtualDirectory }) =>
      allowsWindows(organization, settings, virtualDirectory, name) ? name : undefined,
  };
}

const basic: Scheme = {
  name: 'Basic',
  challenge(point) {
    if (!allowsBasic(point.organization, point.settings, point.virtualDirectory)) return undefined;
    return profileOf(point.organization.product).basicRealm === 'empty' ? 'Basic Realm=""' : `Basic realm="${realmOf(point)}"`;
  },
};

/** As IIS writes it (observed in many a published trace), but for the words before its nonces. */
const digest: Scheme = {
  name: 'Digest',
  challenge({ organization, settings, virtualDirectory, digest: given }) {
    if (given === undefined || !allowsDigest(organization, settings, virtualDirectory)) return undefined;
    const stale = given.isStale ? ',stale=true' : '';
    return `Digest qop="auth",algorithm=MD5-sess,nonce="${given.nonce()}",charset=utf-8,realm="${digestRealm(organization)}"${stale}`;
  },
};

/**
 * The schemes that are spoken here, in the order in which Exchange offers them: Bearer, Negotiate, NTLM, Basic (observed);
 * of Digest the place is inferred.
 */
const schemes: readonly Scheme[] = [bearer, windows('Negotiate'), windows('NTLM'), digest, basic];

/** Values of the `WWW-Authenticate` headers of a 401, in order; empty when nothing is offered. */
export function challenges(point: AccessPoint, isTokenRefused = false): readonly string[] {
  return schemes.flatMap((scheme) => scheme.challenge(point, isTokenRefused) ?? []);
}

/** The requested name when it is the organisation's own; a request by `localhost` is told the published one. */
function realmOf({ organization, virtualDirectory, host }: AccessPoint): string {
  const { web, autodiscover, redirectOnly } = organization.hosts;
  const asked = host.toLowerCase();
  if ([web, autodiscover, ...redirectOnly].includes(asked)) return asked;
  return virtualDirectory === 'AutodiscoverVirtualDirectory' ? autodiscover : web;
}
