import type { Organization } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type DelegationPartner, delegationPartners, partnerKey } from '../../domain/trust/delegation-partners.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { federatedOrganizationName, federatedOrganizations } from '../../domain/trust/federated-organization.ts';
import { type FederationInstance, federationInstances } from '../../domain/trust/federation-instances.ts';
import { refreshedTrust } from '../../domain/trust/federation-rollover.ts';
import { type FederationTrust, federationTrusts } from '../../domain/trust/federation-trusts.ts';
import type { SigningKey } from '../../domain/trust/signing-keys.ts';
import { authorityScope } from '../../domain/trust/well-known.ts';
import type { Instant } from '../../kernel/clock.ts';
import { certificateFacts } from '../../protocols/saml/keys.ts';

/** All of Exchange Online is one application at the gateway (outputs of Get-FederationTrust there). */
const exchangeOnline = { appId: '260563', uri: 'outlook.com' } as const;
/** What the trusts in Exchange Online are called, by the instance of the gateway (same place). */
const trustNames: Readonly<Record<FederationInstance['name'], string>> = { business: 'MicrosoftOnline', consumer: 'WindowsLiveId' };

/**
 * Writes how the cloud is federated: Exchange Online as a partner of both instances of the gateway, and in each tenant the
 * certificate that all of them share, both trusts and an identifier that is enabled. Without tenants there is nothing to
 * write; organisations on-premises set up their federation by cmdlets.
 */
export async function seedFederation(
  tx: Transaction,
  organizations: readonly Organization[],
  { signing, federation }: { readonly signing: SigningKey; readonly federation: ExchangeCertificate },
  at: Instant,
): Promise<void> {
  const tenants = organizations.filter(({ kind }) => kind === 'cloud');
  if (tenants.length === 0) return;
  for (const { name } of federationInstances) {
    const partner = partnerOf(name, federation, at);
    await delegationPartners.create(tx, authorityScope, partnerKey(partner), partner, at);
  }
  for (const tenant of tenants) {
    const { name } = tenant;
    await exchangeCertificates.create(tx, name, federation.Thumbprint, federation, at);
    for (const instance of federationInstances) {
      const trust = trustIn(instance, federation, signing, at);
      await federationTrusts.create(tx, name, trust.Name, trust, at);
    }
    const identifier = {
      AccountNamespace: exchangeOnline.uri,
      Domains: ownDomains(tenant, organizations),
      DefaultDomain: '',
      Enabled: true,
      DelegationTrustLink: trustNames.business,
      OrganizationContact: '',
    };
    await federatedOrganizations.create(tx, name, federatedOrganizationName, identifier, at);
  }
}

/**
 * Domains that are the tenant's alone. One that it shares with an organisation on-premises is that organisation's to prove at the
 * gateway, so that people of the tenant are known elsewhere by their `onmicrosoft` address, as the wizard's relationships expect.
 */
function ownDomains({ domains }: Organization, organizations: readonly Organization[]): readonly string[] {
  const elsewhere = new Set(organizations.flatMap((one) => (one.kind === 'cloud' ? [] : one.domains)));
  const own = domains.filter((domain) => !elsewhere.has(domain));
  return own.length === 0 ? domains : own;
}

function partnerOf(instance: FederationInstance['name'], { certificate }: ExchangeCertificate, since: Instant): DelegationPartner {
  return {
    appId: exchangeOnline.appId,
    instance,
    certificate,
    subjectKeyIdentifier: certificateFacts(certificate).subjectKeyIdentifier,
    uris: [exchangeOnline.uri],
    domains: [],
    properties: [],
    hostsTenants: true,
    since,
  };
}

function trustIn(
  instance: FederationInstance,
  { Thumbprint }: ExchangeCertificate,
  { certificate }: SigningKey,
  at: Instant,
): FederationTrust {
  const { tokenIssuerEpr, webRequestorRedirectEpr } = instance;
  return {
    Name: trustNames[instance.name],
    ApplicationIdentifier: exchangeOnline.appId,
    ApplicationUri: exchangeOnline.uri,
    OrgCertificate: Thumbprint,
    OrgNextCertificate: '',
    OrgPrevCertificate: '',
    TokenIssuerUri: instance.issuerUri,
    TokenIssuerMetadataEpr: instance.metadataEpr,
    ManageDelegationEpr: instance.manageDelegationEpr,
    ...refreshedTrust(
      undefined,
      { tokenIssuerEpr, webRequestorRedirectEpr, signingCertificate: certificate, previousCertificate: undefined },
      at,
    ),
  };
}
