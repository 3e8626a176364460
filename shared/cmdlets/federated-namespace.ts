import type { Transaction } from '../domain/organization/transaction.ts';
import {
  accountNamespaceLabel,
  type FederatedOrganization,
  federatedOrganizationName,
  federatedOrganizations,
} from '../domain/trust/federated-organization.ts';
import { type FederationTrust, federationTrusts } from '../domain/trust/federation-trusts.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { type FederationGateway, type OwnTrust, openGateway, requireTrust } from './federation-gateway.ts';

/** What an organisation is called at the gateway, by the domain that it is made of. */
export function accountNamespaceOf(domain: string): string {
  return `${accountNamespaceLabel}.${domain}`;
}

/** The application of an organisation at the gateway. */
export interface Application {
  readonly gateway: FederationGateway;
  readonly appId: string;
}

/** The application behind a trust that has one. */
export function applicationOf(scope: CmdletScope, { stored, certificate }: OwnTrust): Application {
  return { gateway: openGateway(scope, stored.value, certificate), appId: stored.value.ApplicationIdentifier };
}

/**
 * Registers the account namespace of a domain at the gateway: as an application, as a reserved domain, and the domain itself
 * as the first that the application may ask tokens for (interoperability; not published). What an earlier attempt has done is used
 * again: an application is remembered as soon as it is made. Refuses with `operation-failed`.
 */
export async function registerNamespace(scope: CmdletScope, trustName: string, domain: string): Promise<void> {
  const namespace = accountNamespaceOf(domain);
  const own = await scope.transaction((tx) => requireTrust(tx, scope, trustName));
  const { gateway, appId: known } = applicationOf(scope, own);
  const { ApplicationUri } = own.stored.value;
  if (known !== '' && ApplicationUri !== namespace) {
    const text = `The application ${known} is ${ApplicationUri} at the gateway and cannot become ${namespace}:`;
    throw cmdletRefusal('operation-failed', `${text} finish with that domain, or make the federation trust anew.`);
  }
  const appId = known === '' ? await createApplication(scope, gateway, { trustName, namespace, domain }) : known;
  await gateway.federate(appId, namespace, domain);
}

async function createApplication(
  scope: CmdletScope,
  gateway: FederationGateway,
  { trustName, namespace, domain }: { readonly trustName: string; readonly namespace: string; readonly domain: string },
): Promise<string> {
  const { AppId: appId } = await gateway.call('CreateAppId', { uri: namespace, properties: [] }, domain);
  await setApplication(scope, trustName, { ApplicationIdentifier: appId, ApplicationUri: namespace });
  return appId;
}

/** Gives the account namespace back; the application stays at the gateway, without a name. Refuses with `operation-failed`. */
export async function releaseNamespace(scope: CmdletScope, own: OwnTrust, domain: string): Promise<void> {
  const { gateway, appId } = applicationOf(scope, own);
  const namespace = accountNamespaceOf(domain);
  for (const uri of [domain, namespace]) await gateway.attempt('RemoveUri', { appId, uri }, 'InvalidUri');
  await gateway.attempt('ReleaseDomain', { appId, domainName: namespace }, 'DomainNotReserved');
  await setApplication(scope, own.stored.name, { ApplicationIdentifier: '', ApplicationUri: '' });
}

async function setApplication(
  { organization, transaction, at }: CmdletScope,
  trustName: string,
  application: Pick<FederationTrust, 'ApplicationIdentifier' | 'ApplicationUri'>,
): Promise<void> {
  await transaction(async (tx) => {
    const stored = await federationTrusts.find(tx, organization.name, trustName);
    if (stored === undefined)
      throw cmdletRefusal('operation-failed', `The federation trust '${trustName}' has gone meanwhile: run it again.`);
    await federationTrusts.replace(tx, stored, { ...stored.value, ...application }, at);
  });
}

/** An organisation that is not federated, as the shell shows it. */
const unfederated: FederatedOrganization = {
  AccountNamespace: '',
  Domains: [],
  DefaultDomain: '',
  Enabled: false,
  DelegationTrustLink: '',
  OrganizationContact: '',
};

/** The identifier as it is. */
export async function readIdentifier(tx: Transaction, { organization }: Pick<CmdletScope, 'organization'>): Promise<FederatedOrganization> {
  return (await federatedOrganizations.find(tx, organization.name, federatedOrganizationName))?.value ?? unfederated;
}

/** Changes the identifier; `change` sees it as it is in the transaction. Undefined takes it away. */
export async function changeIdentifier(
  { organization, transaction, at }: CmdletScope,
  change: (before: FederatedOrganization) => FederatedOrganization | undefined,
): Promise<void> {
  await transaction(async (tx) => {
    const stored = await federatedOrganizations.find(tx, organization.name, federatedOrganizationName);
    const value = change(stored?.value ?? unfederated);
    if (value === undefined && stored !== undefined) await federatedOrganizations.remove(tx, stored, at);
    else if (value !== undefined && stored !== undefined) await federatedOrganizations.replace(tx, stored, value, at);
    else if (value !== undefined) await federatedOrganizations.create(tx, organization.name, federatedOrganizationName, value, at);
  });
}

/** An accepted domain of the organisation. Refuses with `bad-parameter`. */
export function requireAccepted({ organization }: Pick<CmdletScope, 'organization'>, parameter: string, domain: string): void {
  if (organization.domains.includes(domain)) return;
  const known = organization.domains.join(', ');
  throw cmdletRefusal('bad-parameter', `-${parameter}: ${domain} is no accepted domain of ${organization.name}, which has ${known}.`);
}
