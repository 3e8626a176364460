import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { SubjectKeyIdentifierExtension, X509CertificateGenerator } from '@peculiar/x509';
import { writeDelegationRequest } from '../../shared/bridges/authority/federation/on-behalf-of.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { type DelegationPartner, delegationPartners, partnerKey } from '../../shared/domain/trust/delegation-partners.ts';
import { exchangeCertificates } from '../../shared/domain/trust/exchange-certificates.ts';
import { federatedOrganizationName, federatedOrganizations } from '../../shared/domain/trust/federated-organization.ts';
import { federationInstances } from '../../shared/domain/trust/federation-instances.ts';
import { federationTrusts } from '../../shared/domain/trust/federation-trusts.ts';
import type { OfferName } from '../../shared/domain/trust/offers.ts';
import { present } from '../../shared/kernel/assert.ts';
import { createIdentifiers, type Identifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { certificateFacts } from '../../shared/protocols/saml/keys.ts';
import { testKey } from '../support/test-keys.ts';

export const at = Date.UTC(2026, 10, 21, 8, 0, 0);
export const instance = present(federationInstances[0], 'the instance');
export const offer: OfferName = 'MSExchange.SharingCalendarFreeBusy';

/** An organisation with the certificate that it is known by. */
interface FederatedOrganisation {
  readonly domain: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Organisations that the gateway knows, and a request of each for a token for the next one; the last asks for the first. */
export interface Federated {
  readonly organisations: readonly FederatedOrganisation[];
  /** Those of the gateway. */
  readonly settings: Settings;
  /** Those of the first organisation. */
  readonly receiver: Settings;
  readonly signer: FederatedOrganisation;
  readonly ids: Pick<Identifiers, 'guid'>;
  readonly requests: readonly {
    readonly octets: Buffer;
    readonly requester: FederatedOrganisation;
    readonly target: FederatedOrganisation;
  }[];
}

const dayMs = 86_400_000;
/** Certificates differ from each other; of keys, which take long to make, there are a few. */
const keys = 8;
const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** A gateway with so many organisations, of which each is known by a certificate of its own. */
export async function federatedWorld(size: number): Promise<Federated> {
  const ids = createIdentifiers(seededRandom(`federated world of ${size}`));
  const organisations: FederatedOrganisation[] = [];
  for (let index = 0; index < size; index += 1) organisations.push(await organisation(index));
  const signer = await organisation(size);
  const first = present(organisations[0], 'an organisation');
  const requests = organisations.map((requester, index) => {
    const target = present(organisations[(index + 1) % size], 'the next one');
    const { certificate, privateKey } = requester;
    const user = { userPrincipalName: `mary@${requester.domain}`, emailAddresses: [`mary@${requester.domain}`] };
    const { issuerUri, tokenIssuerEpr } = instance;
    const parties = { applicationUri: applicationUri(requester), target: applicationUri(target) };
    const octets = writeDelegationRequest({ issuerUri, tokenIssuerEpr, ...parties, offer, user, certificate, privateKey, at, ids });
    return { octets, requester, target };
  });
  return { organisations, settings: gatewaySettings(organisations), receiver: organisationSettings(first, signer), signer, ids, requests };
}

function applicationUri({ domain }: FederatedOrganisation): string {
  return `FYDIBOHF25SPDLT.${domain}`;
}

async function organisation(index: number): Promise<FederatedOrganisation> {
  const privateKey = await testKey(1 + (index % keys));
  const key = createPrivateKey(privateKey);
  const identifier = Buffer.alloc(20);
  identifier.writeUInt32BE(index + 1, 16);
  const [signingKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign']),
    webcrypto.subtle.importKey('spki', createPublicKey(key).export({ type: 'spki', format: 'der' }), algorithm, true, ['verify']),
  ]);
  const made = await X509CertificateGenerator.create({
    serialNumber: (index + 1).toString(16).padStart(8, '0'),
    subject: 'CN=Federation',
    issuer: 'CN=Federation',
    notBefore: new Date(at - dayMs),
    notAfter: new Date(at + 365 * dayMs),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey,
    extensions: [new SubjectKeyIdentifierExtension(identifier.toString('hex'))],
  });
  return { domain: `organisation${index}.test`, certificate: Buffer.from(made.rawData).toString('base64'), privateKey };
}

function gatewaySettings(organisations: readonly FederatedOrganisation[]): Settings {
  const partners = organisations.map((one, index): DelegationPartner => {
    const { domain, certificate } = one;
    return {
      appId: index.toString(16).toUpperCase().padStart(16, '0'),
      instance: instance.name,
      certificate,
      subjectKeyIdentifier: certificateFacts(certificate).subjectKeyIdentifier,
      uris: [applicationUri(one).toLowerCase(), domain],
      domains: [{ domainName: domain, state: 'Active', programId: 'ExchangeConnector' }],
      properties: [],
      hostsTenants: false,
      since: at,
    };
  });
  return settingsOf(new Map(partners.map((partner) => [`${delegationPartners.kind}/${partnerKey(partner)}`, partner])));
}

function organisationSettings(own: FederatedOrganisation, signer: FederatedOrganisation): Settings {
  const Name = 'Microsoft Federation Gateway';
  const Thumbprint = '0'.repeat(40);
  const trust = {
    ...{ Name, ApplicationIdentifier: '1', ApplicationUri: applicationUri(own), TokenIssuerUri: instance.issuerUri },
    ...{ OrgCertificate: Thumbprint, OrgNextCertificate: '', OrgPrevCertificate: '' },
    ...{ TokenIssuerEpr: instance.tokenIssuerEpr, TokenIssuerMetadataEpr: instance.metadataEpr },
    ...{ WebRequestorRedirectEpr: instance.webRequestorRedirectEpr, ManageDelegationEpr: instance.manageDelegationEpr },
    ...{ TokenIssuerCertificate: signer.certificate, TokenIssuerPrevCertificate: '', refreshed: at },
  };
  const identifier = {
    ...{ AccountNamespace: applicationUri(own), Domains: [own.domain], DefaultDomain: '', Enabled: true },
    ...{ DelegationTrustLink: Name, OrganizationContact: '' },
  };
  return settingsOf(
    new Map<string, object>([
      [`${federationTrusts.kind}/${Name}`, trust],
      [`${federatedOrganizations.kind}/${federatedOrganizationName}`, identifier],
      [`${exchangeCertificates.kind}/${Thumbprint}`, { Thumbprint, certificate: own.certificate, privateKey: own.privateKey }],
    ]),
  );
}

/** Settings that hold these objects, by kind and identity. */
function settingsOf(objects: ReadonlyMap<string, object>): Settings {
  const all = [...objects].map(([name, value]) => {
    const slash = name.indexOf('/');
    const [kind, identity] = [name.slice(0, slash), name.slice(slash + 1)];
    return { organization: 'bench', kind, identity, name: identity, value, version: 1 };
  });
  return {
    get: (kind, identity) => all.find((object) => object.kind === kind && object.identity.toLowerCase() === identity.toLowerCase()),
    list: (kind) => all.filter((object) => object.kind === kind),
  };
}
