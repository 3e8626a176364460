import type { Organization } from '../../domain/organization/organization.ts';
import { authConfigAt, authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { servicePrincipals } from '../../domain/trust/service-principals.ts';
import { exchangeAppId } from '../../domain/trust/well-known.ts';
import type { Guid } from '../../kernel/ids.ts';
import { cmdletRefusal } from '../cmdlet.ts';
import { certificateNotFound } from '../exchange-certificate.ts';
import { soapAutodiscover } from '../intra-organization-configuration.ts';
import type { SessionShell } from './session.ts';
import { ensureObject, findNamed, type HybridGround, type HybridStep, isAsWanted, textShown } from './stage.ts';

const AppPrincipalId = exchangeAppId;

/** Uploads the Auth certificate to the tenant, where it is not there. */
const uploadCertificate: HybridStep = async ({ onPremises: { scope }, cloud, organization, tenant }) => {
  const { certificate, isThere } = await scope.transaction(async (tx) => {
    const config = await authConfigs.find(tx, organization.name, authConfigName);
    if (config === undefined) throw new Error(`defect: ${organization.name} has no ${authConfigName}`);
    const thumbprint = authConfigAt(config.value, scope.at).CurrentCertificateThumbprint;
    const found = await exchangeCertificates.find(tx, organization.name, thumbprint);
    if (found === undefined) throw certificateNotFound(organization, thumbprint);
    const exchange = await servicePrincipals.find(tx, tenant.name, exchangeAppId);
    const { certificate: own } = found.value;
    return { certificate: own, isThere: exchange?.value.keyCredentials.some((one) => one.certificate === own) === true };
  });
  if (isThere) return;
  await cloud.run('New-MsolServicePrincipalCredential', { AppPrincipalId, Type: 'Asymmetric', Usage: 'Verify', Value: certificate });
};

/** Names the organisation's hosts at the tenant, so that tokens for them may be asked. */
const addServicePrincipalNames: HybridStep = async ({ cloud, organization, tenant }) => {
  const { web, autodiscover } = organization.hosts;
  const exchange = await cloud.scope.transaction((tx) => servicePrincipals.find(tx, tenant.name, exchangeAppId));
  if (exchange === undefined) throw cmdletRefusal('operation-failed', `The tenant ${tenant.name} has no service principal of Exchange.`);
  const before = exchange.value.servicePrincipalNames;
  const names = [...new Set([...before, `https://${web}/`, `https://${autodiscover}/`])];
  if (names.length > before.length) await cloud.run('Set-MsolServicePrincipal', { AppPrincipalId, ServicePrincipalNames: names });
};

const documents = {
  ACS: (tenant: string) => `https://accounts.accesscontrol.test/${tenant}/metadata/json/1`,
  EvoSts: (tenant: string) => `https://login.microsoftonline.test/${tenant}/federationmetadata/2007-06/federationmetadata.xml`,
} as const;

/** Trusts an issuer of the tenant; its metadata is read in every run. */
function trustServer(issuer: keyof typeof documents, Type: 'MicrosoftACS' | 'AzureAD'): HybridStep {
  return async ({ onPremises, tenant, tenantId }) => {
    const name = `${issuer} - ${tenantId}`;
    const wanted = { AuthMetadataUrl: documents[issuer](tenantId), DomainName: tenant.domains };
    const known = await findNamed(onPremises, 'AuthServer', name);
    if (known === undefined) await onPremises.run('New-AuthServer', { Name: name, Type, ...wanted });
    else await onPremises.run('Set-AuthServer', { Identity: name, ...wanted, Enabled: true });
  };
}

/** Enables the partner application of Exchange Online. */
const enablePartnerApplication: HybridStep = async ({ onPremises }) => {
  const all = await onPremises.run('Get-PartnerApplication');
  const known = all.find((one) => one['ApplicationIdentifier'] === exchangeAppId && (one['Realm'] ?? '') === '');
  if (known === undefined)
    await onPremises.run('New-PartnerApplication', { Name: 'Exchange Online', ApplicationIdentifier: exchangeAppId });
  else if (!isAsWanted(known, { Enabled: true }))
    await onPremises.run('Set-PartnerApplication', { Identity: textShown(known, 'Name'), Enabled: true });
};

/** A connector that was disabled is enabled again (Exchange Team Blog, "Deep Dive: How Hybrid Authentication Really Works"). */
function connect(shell: SessionShell, tenantId: Guid, target: Organization, TargetAddressDomains: readonly string[]): Promise<void> {
  const properties = { TargetAddressDomains, DiscoveryEndpoint: soapAutodiscover(target), Enabled: true };
  return ensureObject(shell, { noun: 'IntraOrganizationConnector', identity: `HybridIOC - ${tenantId}`, properties });
}

const connectToTenant: HybridStep = ({ onPremises, tenantId, tenant, coexistenceDomain }: HybridGround) =>
  connect(onPremises, tenantId, tenant, [coexistenceDomain]);
const connectToPremises: HybridStep = ({ cloud, tenantId, organization, domains }: HybridGround) =>
  connect(cloud, tenantId, organization, domains);

/**
 * What the wizard does for OAuth between an organisation and its tenant, in its order, by the cmdlets that the manual
 * procedure has ("Configure OAuth authentication between Exchange and Exchange Online organizations"; names of the
 * objects as the wizard makes them: microsoft/CSS-Exchange, FreeBusyChecker).
 */
export const oauthSteps: readonly HybridStep[] = [
  uploadCertificate,
  addServicePrincipalNames,
  trustServer('ACS', 'MicrosoftACS'),
  trustServer('EvoSts', 'AzureAD'),
  enablePartnerApplication,
  connectToTenant,
  connectToPremises,
];
