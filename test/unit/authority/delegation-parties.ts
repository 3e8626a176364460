import type { DelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import type { StsGround } from '../../../shared/bridges/authority/federation/sts-ground.ts';
import { type DelegationPartner, partnersOf } from '../../../shared/domain/trust/delegation-partners.ts';
import { type FederationInstance, federationInstances } from '../../../shared/domain/trust/federation-instances.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { requestIds } from '../../support/delegation-requests.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

export const now = Date.parse('2026-11-20T12:00:00Z');
export const business = instanceNamed('business');
export const consumer = instanceNamed('consumer');

function instanceNamed(name: FederationInstance['name']): FederationInstance {
  return present(
    federationInstances.find((instance) => instance.name === name),
    name,
  );
}

/** Organisations of the tests: `requester` asks, `target` is asked for, `stranger` is registered nowhere. */
export interface Parties {
  readonly requester: Identity;
  readonly target: Identity;
  readonly stranger: Identity;
  readonly signer: Identity;
}

export async function delegationParties(): Promise<Parties> {
  const identity = (number: number): Promise<Identity> => federationIdentity(number, 'with-identifier');
  return { requester: await identity(11), target: await identity(12), stranger: await identity(13), signer: await identity(14) };
}

/** A partner with one federated domain, `<name>.test`. */
export function partner(name: string, identity: Identity, more: Partial<DelegationPartner> = {}): DelegationPartner {
  const domain = `${name}.test`;
  return {
    appId: Buffer.from(name.padEnd(8).slice(0, 8)).toString('hex').toUpperCase(),
    instance: 'business',
    certificate: identity.certificate,
    subjectKeyIdentifier: certificateFacts(identity.certificate).subjectKeyIdentifier,
    uris: [`fydibohf25spdlt.${domain}`, domain],
    domains: [
      { domainName: `fydibohf25spdlt.${domain}`, state: 'Active', programId: 'ExchangeConnector' },
      { domainName: domain, state: 'Active', programId: 'ExchangeConnector' },
    ],
    properties: [],
    hostsTenants: false,
    since: now,
    ...more,
  };
}

/** What Joe of northwind asks of adatum. */
export function northwindAsks({ requester }: Pick<Parties, 'requester'>, more: Partial<DelegationRequest> = {}): DelegationRequest {
  return {
    issuerUri: business.issuerUri,
    tokenIssuerEpr: business.tokenIssuerEpr,
    applicationUri: 'FYDIBOHF25SPDLT.northwind.test',
    target: 'FYDIBOHF25SPDLT.adatum.test',
    offer: 'MSExchange.SharingCalendarFreeBusy',
    user: { userPrincipalName: 'joe@northwind.test', emailAddresses: ['Joe@Northwind.test', 'joseph@northwind.test'] },
    certificate: requester.certificate,
    privateKey: requester.privateKey,
    at: now,
    ids: requestIds(),
    ...more,
  };
}

/** The service with these partners, as settings would give them. */
export function groundOf(partners: readonly DelegationPartner[], more: Partial<StsGround> = {}): StsGround {
  const settings = { get: () => undefined, list: () => partners.map((value) => ({ value })) as never };
  return {
    instance: business,
    partners: partnersOf(settings, 'business'),
    isService: (address) => address === business.tokenIssuerEpr,
    isTenantDomain: (domain) => domain === 'tenant.test',
    passwordFlaw: () => Promise.resolve(undefined),
    at: now,
    ...more,
  };
}
