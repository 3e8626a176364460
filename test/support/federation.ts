import { type DelegationPartner, delegationPartners, partnerKey } from '../../shared/domain/trust/delegation-partners.ts';
import { exchangeCertificates } from '../../shared/domain/trust/exchange-certificates.ts';
import { federatedOrganizationName, federatedOrganizations } from '../../shared/domain/trust/federated-organization.ts';
import { federationInstances } from '../../shared/domain/trust/federation-instances.ts';
import { federationCertificate, federationTrusts } from '../../shared/domain/trust/federation-trusts.ts';
import { signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { certificateFacts } from '../../shared/protocols/saml/keys.ts';
import { testKey } from './test-keys.ts';
import type { TestLab } from './test-lab.ts';

const dayMs = 86_400_000;
const trustName = 'Microsoft Federation Gateway';

/**
 * Federates an organisation on-premises with the business instance of the gateway by writing what its cmdlets would leave
 * behind, on both sides; answers its ApplicationUri. `key`: number of a test key, another one for each organisation.
 */
export async function federate(
  lab: Pick<TestLab, 'store' | 'clock'>,
  { organization, domain, key }: { readonly organization: string; readonly domain: string; readonly key: number },
): Promise<string> {
  const at = lab.clock.state().now;
  const applicationUri = `FYDIBOHF25SPDLT.${domain}`;
  const { subject, friendlyName } = federationCertificate;
  const [notBefore, notAfter] = [at - dayMs, at + 1_825 * dayMs].map((time) => time - (time % 1_000)) as [number, number];
  const { certificate, privateKey, thumbprint } = await issueSelfSigned({ subject, notBefore, notAfter, privateKey: await testKey(key) });
  const instance = present(federationInstances[0], 'the business instance');
  const names = [applicationUri.toLowerCase(), domain];
  const partner: DelegationPartner = {
    ...{ appId: key.toString(16).padStart(16, '0').toUpperCase(), instance: instance.name, certificate },
    subjectKeyIdentifier: certificateFacts(certificate).subjectKeyIdentifier,
    uris: names,
    domains: names.map((domainName) => ({ domainName, state: 'Active', programId: 'ExchangeConnector' })),
    ...{ properties: [], hostsTenants: false, since: at },
  };
  await lab.store.transaction(async (tx) => {
    const keys = await signingKeys.list(tx, authorityScope);
    const active = present(
      keys.find(({ value }) => value.state === 'active'),
      'an active signing key',
    );
    await delegationPartners.create(tx, authorityScope, partnerKey(partner), partner, at);
    const held = { Thumbprint: thumbprint, Subject: subject, FriendlyName: friendlyName, NotBefore: notBefore, NotAfter: notAfter };
    await exchangeCertificates.create(tx, organization, thumbprint, { ...held, certificate, privateKey }, at);
    const trust = {
      ...{ Name: trustName, ApplicationIdentifier: partner.appId, ApplicationUri: applicationUri },
      ...{ OrgCertificate: thumbprint, OrgNextCertificate: '', OrgPrevCertificate: '' },
      ...{ TokenIssuerUri: instance.issuerUri, TokenIssuerEpr: instance.tokenIssuerEpr, TokenIssuerMetadataEpr: instance.metadataEpr },
      ...{ WebRequestorRedirectEpr: instance.webRequestorRedirectEpr, ManageDelegationEpr: instance.manageDelegationEpr },
      ...{ TokenIssuerCertificate: active.value.certificate, TokenIssuerPrevCertificate: '', refreshed: at },
    };
    await federationTrusts.create(tx, organization, trustName, trust, at);
    const identifier = {
      ...{ AccountNamespace: applicationUri, Domains: [domain], DefaultDomain: '', Enabled: true },
      ...{ DelegationTrustLink: trustName, OrganizationContact: '' },
    };
    await federatedOrganizations.create(tx, organization, federatedOrganizationName, identifier, at);
  });
  return applicationUri;
}
