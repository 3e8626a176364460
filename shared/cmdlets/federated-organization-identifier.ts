import type { FederatedOrganization } from '../domain/trust/federated-organization.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { smtpDomainGiven } from './federated-domain-proof.ts';
import {
  accountNamespaceOf,
  applicationOf,
  changeIdentifier,
  readIdentifier,
  registerNamespace,
  requireAccepted,
} from './federated-namespace.ts';
import { requireTrust } from './federation-gateway.ts';
import { textGiven } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];

/**
 * `Set-FederatedOrganizationIdentifier -DelegationFederationTrust "Microsoft Federation Gateway" -AccountNamespace
 * contoso.test`: how others know the organisation. Nothing is enabled before the gateway has seen the proof of the domain.
 */
export const federatedOrganizationIdentifier = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', IncludeExtendedDomainInfo: 'switch' },
    required: [],
    async run(scope, given) {
      const identifier = await scope.transaction((tx) => readIdentifier(tx, scope));
      const Domains = given['IncludeExtendedDomainInfo'] === true ? await withStates(scope, identifier) : identifier.Domains;
      return [{ ...shown(identifier), Domains }];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      AccountNamespace: 'text',
      DelegationFederationTrust: 'text',
      DefaultDomain: 'nullable text',
      OrganizationContact: 'nullable text',
      Enabled: 'boolean',
    },
    required: [],
    async run(scope, given) {
      const before = await scope.transaction((tx) => readIdentifier(tx, scope));
      const provisioned = await provision(scope, given, before);
      const more = settingsGiven(scope, given, { ...before, ...provisioned });
      await changeIdentifier(scope, (now) => ({ ...now, ...provisioned, ...more }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** Names and order of the properties: a public inventory of what the cmdlet answers in Exchange Online. */
function shown({ AccountNamespace, Domains, DefaultDomain, Enabled, OrganizationContact, DelegationTrustLink }: FederatedOrganization) {
  const name = 'Federation';
  return {
    ...{ AccountNamespace, Domains, DefaultDomain, Enabled, OrganizationContact, DelegationTrustLink },
    ...{ Name: name, Identity: name },
  } satisfies CmdletObject;
}

/** What the gateway says of each domain. */
async function withStates(scope: CmdletScope, { Domains, AccountNamespace, DelegationTrustLink }: FederatedOrganization) {
  if (scope.organization.kind === 'cloud') throw refuseInCloud('IncludeExtendedDomainInfo');
  if (AccountNamespace === '') return [];
  const { gateway, appId } = applicationOf(scope, await scope.transaction((tx) => requireTrust(tx, scope, DelegationTrustLink)));
  const states: { Domain: string; State: string }[] = [];
  for (const Domain of Domains) {
    const domainName = accountNamespaceOf(Domain) === AccountNamespace ? AccountNamespace : Domain;
    const info = await gateway.attempt('GetDomainInfo', { appId, domainName }, 'DomainNotReserved');
    states.push({ Domain, State: info?.DomainState ?? 'NotReserved' });
  }
  return states;
}

/** Registers the account namespace where one is given; what there is then. */
async function provision(
  scope: CmdletScope,
  given: CmdletParameters,
  before: FederatedOrganization,
): Promise<Partial<FederatedOrganization>> {
  if (given['AccountNamespace'] === undefined && given['DelegationFederationTrust'] === undefined) return {};
  if (scope.organization.kind === 'cloud') throw refuseInCloud('AccountNamespace');
  if (given['AccountNamespace'] === undefined)
    throw cmdletRefusal('bad-parameter', 'Say with -AccountNamespace which accepted domain the organisation is to be known by.');
  const domain = smtpDomainGiven(given, 'AccountNamespace');
  requireAccepted(scope, 'AccountNamespace', domain);
  const AccountNamespace = accountNamespaceOf(domain);
  if (before.AccountNamespace !== '' && before.AccountNamespace !== AccountNamespace) {
    const text = `The account namespace is ${before.AccountNamespace}. To have another one,`;
    throw cmdletRefusal('operation-failed', `${text} take all federated domains away first (Remove-FederatedDomain).`);
  }
  const trustName = textGiven(given, 'DelegationFederationTrust') ?? before.DelegationTrustLink;
  if (trustName === '')
    throw cmdletRefusal('bad-parameter', 'Say with -DelegationFederationTrust which federation trust it is (Get-FederationTrust).');
  const { stored } = await scope.transaction((tx) => requireTrust(tx, scope, trustName));
  await registerNamespace(scope, stored.name, domain);
  const Domains = before.Domains.includes(domain) ? before.Domains : [domain, ...before.Domains];
  // What has been switched off stays off.
  const Enabled = before.AccountNamespace === '' || before.Enabled;
  return { AccountNamespace, DelegationTrustLink: stored.value.Name, Domains, Enabled };
}

function settingsGiven(scope: CmdletScope, given: CmdletParameters, identifier: FederatedOrganization): Partial<FederatedOrganization> {
  const { DefaultDomain, OrganizationContact, Enabled } = given;
  if (Enabled === true && identifier.AccountNamespace === '') {
    const text = 'The organisation has no account namespace at the federation gateway yet:';
    throw cmdletRefusal('operation-failed', `${text} -DelegationFederationTrust and -AccountNamespace make one.`);
  }
  return {
    ...(Enabled === undefined ? {} : { Enabled: Enabled === true }),
    ...(DefaultDomain === undefined ? {} : { DefaultDomain: defaultDomain(scope, given, identifier) }),
    ...(OrganizationContact === undefined ? {} : { OrganizationContact: contact(textGiven(given, 'OrganizationContact') ?? '') }),
  };
}

function defaultDomain(scope: CmdletScope, given: CmdletParameters, { Domains }: FederatedOrganization): string {
  if (given['DefaultDomain'] === null) return '';
  const domain = smtpDomainGiven(given, 'DefaultDomain');
  requireAccepted(scope, 'DefaultDomain', domain);
  if (Domains.includes(domain)) return domain;
  throw cmdletRefusal('operation-failed', `${domain} is not federated: Add-FederatedDomain comes first.`);
}

function contact(address: string): string {
  if (address === '' || /^[^\s@<>"]+@[^\s@<>"]+$/.test(address)) return address;
  throw cmdletRefusal('bad-parameter', `-OrganizationContact takes an address, not ${JSON.stringify(address)}.`);
}

function refuseInCloud(parameter: string): Error {
  const text = `-${parameter} has no use in Exchange Online: all tenants are one application at the federation gateway,`;
  return cmdletRefusal('bad-parameter', `${text} and their accepted domains are federated by being accepted.`);
}
