import { settingOverride } from '../../domain/organization/setting-overrides.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { type AuthServer, authServers } from '../../domain/trust/auth-servers.ts';
import type { ExchangeCertificate } from '../../domain/trust/exchange-certificates.ts';
import { requestToken } from '../../protocols/oauth/client.ts';
import { signingCredential, signJwt } from '../../protocols/oauth/jwt.ts';
import type { OuterUser } from '../authority/issue.ts';
import { dialing, type OutboundCredential, type OutboundParty, signingCertificate, tokenOf } from './party.ts';

/** Life of the assertion that is sent for a token. */
const assertionLifeSeconds = 600;

/**
 * The tenant's own application that stands for this organisation since the shared principal was blocked, if it is
 * switched on: an override, and the application's id on the Entra auth server ("Deploy dedicated Exchange hybrid app").
 */
export function dedicatedApplication(settings: Settings): AuthServer | undefined {
  const enabled = settingOverride(settings, 'Global', 'ExchangeOnpremAsThirdPartyAppId', 'Enabled');
  if (enabled?.toLowerCase() !== 'true') return undefined;
  return authServers
    .all(settings)
    .find(({ Enabled, Type, ApplicationIdentifier }) => Enabled && Type === 'AzureAD' && ApplicationIdentifier !== '');
}

/**
 * A token of the dedicated application by client credentials with the organisation's Auth certificate. There is no user
 * in it: whom it acts for goes into `ExchangeImpersonation`.
 */
export async function dedicatedCredential(
  party: OutboundParty,
  application: AuthServer,
  url: string,
  user: OuterUser | undefined,
): Promise<OutboundCredential> {
  const { certificate } = signingCertificate(party);
  const resource = `https://${new URL(url).host}`;
  const cached = party.tokens.get(party.organization.name, resource, party.at);
  const token = cached?.token ?? (await freshToken(party, application, certificate, resource));
  party.tell?.(
    cached === undefined ? `obtained a token of the application ${application.ApplicationIdentifier}` : 'the token is in the cache',
  );
  const credential = { authorization: `Bearer ${token}`, resource, fromCache: cached !== undefined };
  return user?.smtp === undefined ? credential : { ...credential, impersonate: user.smtp };
}

async function freshToken(
  party: OutboundParty,
  { ApplicationIdentifier: appId, Realm, AuthMetadataUrl }: AuthServer,
  certificate: ExchangeCertificate,
  resource: string,
): Promise<string> {
  const endpoint = new URL(`/${Realm}/oauth2/v2.0/token`, AuthMetadataUrl).href;
  const seconds = Math.floor(party.at / 1_000);
  const claims = {
    aud: endpoint,
    iss: appId,
    sub: appId,
    jti: party.identifiers.guid(),
    nbf: seconds,
    exp: seconds + assertionLifeSeconds,
  };
  const answer = await requestToken(
    party.dialer,
    endpoint,
    {
      grant_type: 'client_credentials',
      client_id: appId,
      scope: `${resource}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signJwt(claims, signingCredential(certificate.certificate, certificate.privateKey)),
    },
    { ...dialing(party), clientRequestId: party.identifiers.guid() },
  );
  const { token, expiresInSeconds } = tokenOf(answer, endpoint);
  party.tokens.put(party.organization.name, resource, { token, obtained: party.at, expires: party.at + expiresInSeconds * 1_000 });
  return token;
}
