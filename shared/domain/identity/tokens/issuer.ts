import type { Instant } from '../../../kernel/clock.ts';
import type { Settings } from '../../organization/settings.ts';
import { type AuthServer, authServers, type TrustedKey } from '../../trust/auth-servers.ts';
import { type PartnerApplication, partnerApplications } from '../../trust/partner-applications.ts';
import type { TokenGround } from './ground.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { isOwnRealm, isSame, parseRealmName, type RealmName } from './realms.ts';
import { type Failure, type Finding, failed, found } from './trail.ts';

/** An issuer whose tokens the organisation takes, with the keys that it has read from the issuer's metadata. */
export interface TrustedIssuer extends RealmName {
  readonly keys: readonly TrustedKey[];
  /** The application that signs for itself; null: an auth server. */
  readonly partner: PartnerApplication | null;
  /** The configuration objects, for people, and when their metadata was last read. */
  readonly source: string;
  readonly refreshed: Instant | null;
}

/** The issuer of an actor token: an auth server of type MicrosoftACS, or a partner application that signs for itself. */
export function actorIssuer({ claims }: ParsedToken, ground: TokenGround): Finding<TrustedIssuer> {
  const text = textClaim(claims, 'iss');
  if (text === null) return failed('issuer-missing', [], { actual: 'no claim iss' });
  const name = parseRealmName(text);
  if (name === undefined) return failed('issuer-invalid', [shown(text)], { expected: 'id@realm', actual: shown(text) });
  const ofRealm = (realm: string): boolean => realm === '' || isSame(realm, name.realm);
  const servers = authServers
    .all(ground.settings)
    .filter(({ Type, IssuerIdentifier, Realm }) => Type === 'MicrosoftACS' && isSame(IssuerIdentifier, name.id) && ofRealm(Realm));
  const trusted = fromServers(servers, name, text);
  if (trusted !== undefined) return trusted;
  const partners = partnerApplications
    .all(ground.settings)
    .filter(({ UseAuthServer, ApplicationIdentifier }) => !UseAuthServer && isSame(ApplicationIdentifier, name.id))
    .filter(({ Realm }) => (Realm === '' ? isOwnRealm(ground, name.realm) : isSame(Realm, name.realm)));
  const partner = partners.find(({ Enabled }) => Enabled);
  if (partner !== undefined) {
    const source = `PartnerApplication '${partner.Name}'`;
    return found({ id: name.id, realm: name.realm, keys: partner.keys, partner, source, refreshed: null }, `${shown(text)}: ${source}`);
  }
  const disabled = [...servers.map(({ Name }) => `AuthServer '${Name}'`), ...partners.map(({ Name }) => `PartnerApplication '${Name}'`)];
  return unknown(text, ground.settings, 'MicrosoftACS', disabled);
}

/** The issuer of an access token: an auth server of type AzureAD whose identifier it is; `{tenantid}` there stands for the claim tid. */
export function accessIssuer({ claims }: ParsedToken, ground: TokenGround): Finding<TrustedIssuer> {
  const text = textClaim(claims, 'iss');
  if (text === null) return failed('issuer-missing', [], { actual: 'no claim iss' });
  const tenant = textClaim(claims, 'tid') ?? '';
  const servers = authServers
    .all(ground.settings)
    .filter(({ Type, IssuerIdentifier }) => Type === 'AzureAD' && isSame(IssuerIdentifier.replace('{tenantid}', tenant), text));
  const trusted = fromServers(servers, { id: text, realm: tenant.toLowerCase() }, text);
  const disabled = servers.map(({ Name }) => `AuthServer '${Name}'`);
  return trusted ?? unknown(text, ground.settings, 'AzureAD', disabled);
}

function fromServers(servers: readonly AuthServer[], name: RealmName, text: string): Finding<TrustedIssuer> | undefined {
  const enabled = servers.filter(({ Enabled }) => Enabled);
  const [first] = enabled;
  if (first === undefined) return undefined;
  // Several objects may be about one issuer, each with metadata of its own age.
  const keys = enabled.length === 1 ? first.keys : enabled.flatMap((server) => server.keys);
  const source = enabled.map(({ Name }) => `AuthServer '${Name}'`).join(', ');
  const refreshed = Math.max(...enabled.map((server) => server.refreshed));
  return found({ id: name.id, realm: name.realm, keys, partner: null, source, refreshed }, `${shown(text)}: ${source}`);
}

function unknown(text: string, settings: Settings, type: AuthServer['Type'], disabled: readonly string[]): Failure {
  const known = authServers
    .all(settings)
    .filter(({ Type, Enabled }) => Type === type && Enabled)
    .map(({ IssuerIdentifier, Realm }) => (type === 'AzureAD' ? IssuerIdentifier : `${IssuerIdentifier}@${Realm === '' ? '*' : Realm}`));
  const why = disabled.length === 0 ? '' : ` (${disabled.join(', ')}: disabled)`;
  return failed('issuer-unknown', [shown(text)], {
    expected: known.length === 0 ? `an enabled AuthServer of type ${type}; there is none` : known.join(', '),
    actual: `${shown(text)}${why}`,
  });
}
