import { coexistenceDomain } from '../domain/organization/hybrid-configuration.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { authConfigAt, authConfigName, authConfigs } from '../domain/trust/auth-config.ts';
import { authServers } from '../domain/trust/auth-servers.ts';
import { exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { intraOrganizationConnectors } from '../domain/trust/intra-organization-connectors.ts';
import { partnerApplications } from '../domain/trust/partner-applications.ts';
import { servicePrincipals } from '../domain/trust/service-principals.ts';
import { exchangeAppId } from '../domain/trust/well-known.ts';
import type { Guid } from '../kernel/ids.ts';
import { authServer } from './auth-server.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { certificateNotFound } from './exchange-certificate.ts';
import { soapAutodiscover } from './intra-organization-configuration.ts';
import { intraOrganizationConnector } from './intra-organization-connector.ts';
import { msolServicePrincipal } from './msol-service-principal.ts';
import { msolServicePrincipalCredential } from './msol-service-principal-credential.ts';
import { partnerApplication } from './partner-application.ts';

/** Both sides of a hybrid deployment, each with its shell. */
export interface HybridGround {
  readonly scope: CmdletScope;
  readonly tenant: Organization;
  readonly tenantScope: CmdletScope;
  readonly tenantId: Guid;
  /** Domains that both sides share. */
  readonly domains: readonly string[];
}

/** A step of the wizard. Running it again leaves what it finds as it should be. */
export interface HybridStep {
  readonly title: string;
  run(ground: HybridGround): Promise<unknown>;
}

/**
 * What the wizard does for OAuth between an organisation and its tenant, in its order, by the cmdlets that the manual
 * procedure has ("Configure OAuth authentication between Exchange and Exchange Online organizations"; names of the
 * objects as the wizard makes them, reference auth.md 2.2).
 */
export const hybridSteps: readonly HybridStep[] = [
  { title: 'upload the Auth certificate to the tenant', run: uploadCertificate },
  { title: "name the organisation's hosts at the tenant", run: addServicePrincipalNames },
  { title: 'trust the ACS of the tenant', run: (ground) => trustServer(ground, 'ACS', 'MicrosoftACS') },
  { title: 'trust the EvoSTS of the tenant', run: (ground) => trustServer(ground, 'EvoSts', 'AzureAD') },
  { title: 'enable the partner application of Exchange Online', run: enablePartnerApplication },
  { title: 'connect the organisation to its tenant', run: connectToTenant },
  { title: 'connect the tenant to the organisation', run: connectToPremises },
];

const AppPrincipalId = exchangeAppId;

async function uploadCertificate({ scope, tenantScope }: HybridGround): Promise<void> {
  const { organization, transaction, at } = scope;
  const certificate = await transaction(async (tx) => {
    const config = await authConfigs.find(tx, organization.name, authConfigName);
    if (config === undefined) throw new Error(`defect: ${organization.name} has no ${authConfigName}`);
    const thumbprint = authConfigAt(config.value, at).CurrentCertificateThumbprint;
    const found = await exchangeCertificates.find(tx, organization.name, thumbprint);
    if (found === undefined) throw certificateNotFound(organization, thumbprint);
    return found.value.certificate;
  });
  const upload = { AppPrincipalId, Type: 'Asymmetric', Usage: 'Verify', Value: certificate };
  await msolServicePrincipalCredential.new.run(tenantScope, upload);
}

async function addServicePrincipalNames({ scope, tenant, tenantScope }: HybridGround): Promise<void> {
  const { web, autodiscover } = scope.organization.hosts;
  const exchange = await scope.transaction((tx) => servicePrincipals.find(tx, tenant.name, exchangeAppId));
  if (exchange === undefined) throw cmdletRefusal('operation-failed', `The tenant ${tenant.name} has no service principal of Exchange.`);
  const names = [...exchange.value.servicePrincipalNames, `https://${web}/`, `https://${autodiscover}/`];
  await msolServicePrincipal.set.run(tenantScope, { AppPrincipalId, ServicePrincipalNames: [...new Set(names)] });
}

const documents = {
  ACS: (tenant: string) => `https://accounts.accesscontrol.test/${tenant}/metadata/json/1`,
  EvoSts: (tenant: string) => `https://login.microsoftonline.test/${tenant}/federationmetadata/2007-06/federationmetadata.xml`,
} as const;

async function trustServer(
  { scope, tenant, tenantId }: HybridGround,
  issuer: keyof typeof documents,
  Type: 'MicrosoftACS' | 'AzureAD',
): Promise<void> {
  const name = `${issuer} - ${tenantId}`;
  const known = await scope.transaction((tx) => authServers.find(tx, scope.organization.name, name));
  const AuthMetadataUrl = documents[issuer](tenantId);
  if (known === undefined) await authServer.new.run(scope, { Name: name, AuthMetadataUrl, Type, DomainName: tenant.domains });
  else await authServer.set.run(scope, { Identity: name, AuthMetadataUrl, DomainName: tenant.domains, Enabled: true });
}

async function enablePartnerApplication({ scope }: HybridGround): Promise<void> {
  const all = await scope.transaction((tx) => partnerApplications.list(tx, scope.organization.name));
  const known = all.find(({ value }) => value.ApplicationIdentifier === exchangeAppId && value.Realm === '');
  if (known === undefined) await partnerApplication.new.run(scope, { Name: 'Exchange Online', ApplicationIdentifier: exchangeAppId });
  else await partnerApplication.set.run(scope, { Identity: known.name, Enabled: true });
}

async function connectToTenant({ scope, tenant, tenantId }: HybridGround): Promise<void> {
  const domain = coexistenceDomain(tenant);
  if (domain === undefined)
    throw cmdletRefusal('operation-failed', `The tenant ${tenant.name} has no coexistence domain (*.mail.onmicrosoft.*).`);
  await connect(scope, tenantId, tenant, [domain]);
}

async function connectToPremises({ scope, tenantScope, tenantId, domains }: HybridGround): Promise<void> {
  await connect(tenantScope, tenantId, scope.organization, domains);
}

/** A connector that is there is made as it should be, and enabled again. */
async function connect(scope: CmdletScope, tenantId: Guid, target: Organization, TargetAddressDomains: readonly string[]): Promise<void> {
  const Name = `HybridIOC - ${tenantId}`;
  const wanted = { TargetAddressDomains, DiscoveryEndpoint: soapAutodiscover(target), Enabled: true };
  const known = await scope.transaction((tx) => intraOrganizationConnectors.find(tx, scope.organization.name, Name));
  if (known === undefined) await intraOrganizationConnector.new.run(scope, { Name, ...wanted });
  else await intraOrganizationConnector.set.run(scope, { Identity: Name, ...wanted });
}
