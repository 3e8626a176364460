import { answerQuestion } from '../../domain/organization/dns-answer.ts';
import { mailExchanger } from '../../domain/organization/mail-hosts.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { authServers } from '../../domain/trust/auth-servers.ts';
import { federationTrusts } from '../../domain/trust/federation-trusts.ts';
import type { OrganizationRelationship } from '../../domain/trust/organization-relationships.ts';
import { askerOf, federatedOf, type Hybrid, hybridOf, lackingIn, onPremisesOf, type Topology, towards, zonesOf } from '../topology.ts';
import { connectorTo, onPremises } from './looking.ts';
import { type Played, quoted, type Step, set, type Variant } from './misconfiguration.ts';

/** What several misconfigurations are made of. */

/** Published as "Resolve free/busy errors" (MicrosoftDocs/OfficeDocs-Support). */
export const resolveFreeBusy = 'Microsoft: Resolve free/busy errors';

/** A value as a parameter takes it; '' is none. */
export function value(text: string): string {
  return text === '' ? '$null' : quoted(text);
}

export const rolledKeys: Step = { outside: 'roll-keys' };

/** Everybody on-premises reads the metadata of the gateway again; twice, so that the previous certificate is another one too. */
export function readGateway(topology: Topology): readonly Step[] {
  return onPremises(topology).flatMap(({ name }) =>
    federationTrusts.all(topology.settings(name)).flatMap(({ Name }) => {
      const step: Step = { at: name, line: `Set-FederationTrust ${quoted(Name)} -RefreshMetadata` };
      return [step, step];
    }),
  );
}

/** Everybody on-premises reads the metadata of auth servers again. */
export function readAuthServers(topology: Topology): readonly Step[] {
  return onPremises(topology).flatMap(({ name }) =>
    authServers.all(topology.settings(name)).length === 0
      ? []
      : [{ at: name, line: 'Get-AuthServer | Set-AuthServer -RefreshAuthMetadata' }],
  );
}

export function tenantName(topology: Topology): string {
  return hybridOf(topology).tenant.name;
}

export function askerName(topology: Topology): string {
  return askerOf(topology).asker.name;
}

/** Another organisation on-premises. */
export function partnerOf(topology: Topology): Organization {
  const ours = onPremisesOf(topology);
  return onPremises(topology).find((one) => one !== ours) ?? lackingIn('no other organisation on-premises');
}

/** The host that takes an organisation's mail. */
export function mailHostOf(organization: Organization): string {
  return mailExchanger(organization, organization.domains[0] ?? '') ?? lackingIn(`no mail at ${organization.name}`);
}

export function retryQueue({ name }: Organization): Step {
  return { at: name, line: 'Get-Queue -Filter "MessageCount -gt 0" | Retry-Queue' };
}

/** TargetSharingEpr of a relationship is another one. */
export function sharingEpr({ name }: Organization, { Name, TargetSharingEpr }: OrganizationRelationship, address: string): Played {
  return set(
    name,
    `Set-OrganizationRelationship ${quoted(Name)}`,
    `-TargetSharingEpr ${address}`,
    `-TargetSharingEpr ${value(TargetSharingEpr)}`,
  );
}

/** The relationship of the organisation on-premises with those who ask shares something less. */
export function shares(how: string, broken: string, mended: (relationship: OrganizationRelationship) => string): Variant {
  return {
    how,
    play(topology) {
      const ours = onPremisesOf(topology);
      const { asker } = askerOf(topology);
      const [mine] = towards(topology, ours, asker);
      if (mine === undefined) return lackingIn(`no relationship of ${ours.name} with ${asker.name}`);
      const { relationship } = mine;
      return set(ours.name, `Set-OrganizationRelationship ${quoted(relationship.Name)}`, broken, mended(relationship));
    },
  };
}

/** Neither connector nor relationship leads to the tenant any more. */
export function waysOff(topology: Topology, hybrid: Hybrid): readonly Step[] {
  return waysTo(topology, hybrid).map((line): Step => ({ at: hybrid.ours.name, line: `${line} -Enabled $false` }));
}

export function waysOn(topology: Topology, hybrid: Hybrid): readonly Step[] {
  return waysTo(topology, hybrid)
    .toReversed()
    .map((line): Step => ({ at: hybrid.ours.name, line: `${line} -Enabled $true` }));
}

function waysTo(topology: Topology, { ours, tenant }: Hybrid): readonly string[] {
  return [
    `Set-IntraOrganizationConnector ${quoted(connectorTo(topology, ours, tenant).Name)}`,
    ...towards(topology, ours, tenant).map(({ relationship }) => `Set-OrganizationRelationship ${quoted(relationship.Name)}`),
  ];
}

/** The zone that the name of Autodiscover lies in, and its name there, as the cmdlets of DNS take them. */
export function autodiscoverRecord({ hosts, domains }: Organization): string {
  const host = hosts.autodiscover.toLowerCase();
  const zone = domains.find((domain) => host.endsWith(`.${domain}`)) ?? lackingIn(`no zone of ${host}`);
  return `-ZoneName ${zone} -Name ${host.slice(0, -zone.length - 1)}`;
}

/** With the last record of an administrator the one comes back that the world has by itself; who has the other keeps it for its time to live. */
export function recordAsEver(topology: Topology, organization: Organization): readonly Step[] {
  const { answers } = answerQuestion(zonesOf(topology), { name: organization.hosts.autodiscover, type: 'A' });
  const address = answers.flatMap((record) => (record.type === 'A' ? [record.address] : []))[0] ?? '127.0.0.1';
  const record = autodiscoverRecord(organization);
  return [
    { at: organization.name, line: `Add-DnsServerResourceRecord ${record} -A -IPv4Address ${address}` },
    { at: organization.name, line: `Remove-DnsServerResourceRecord ${record} -RRType A -Force` },
    { passes: '61m' },
  ];
}

/** The service principal of Exchange has not the name of a host. */
export function lacksHost(how: string, host: (ours: Organization) => string): Variant {
  return {
    how,
    play(topology) {
      const { ours, tenant } = hybridOf(topology);
      const line = 'Set-MsolServicePrincipal -AppPrincipalId 00000002-0000-0ff1-ce00-000000000000 -ServicePrincipalNames';
      const name = `https://${host(ours)}/`;
      return set(tenant.name, line, `@{Remove='${name}'}`, `@{Add='${name}'}`);
    },
  };
}

/** Exchange's servers may not read an object: inheritance that is off has the same effect. */
export function denied(at: string, identity: string): Played {
  const line = `-ADPermission ${identity} -User "Exchange Servers" -AccessRights ReadProperty -Deny`;
  return { broken: [{ at, line: `Add${line}` }], mended: [{ at, line: `Remove${line}` }] };
}

/** The federation of those who ask is taken away, and the gateway cannot be reached any more when it has heard so many calls of it. */
export function brokenOff(how: string, calls: number): Variant {
  return {
    how,
    watched: ['FederationTrust', 'FederatedOrganizationIdentifier', 'DelegationPartner'],
    play(topology) {
      const { name } = askerOf(topology).asker;
      const { identifier, trust } = federatedOf(topology, name);
      const [domain, ...others] = identifier.Domains;
      if (domain === undefined || others.length > 0) return lackingIn(`no federation of ${name} with one domain`);
      const record = `-ZoneName ${domain} -Name '@'`;
      const remove = `Remove-FederatedDomain -DomainName ${domain} -Force`;
      return {
        broken: [
          { fault: { match: { org: name, host: 'domains.live.test' }, seam: 'dial', effect: { kind: 'refuse' }, after: calls } },
          { at: name, line: remove, refused: 'Unable to connect to the remote server' },
          'lift faults',
        ],
        mended: [
          {
            at: name,
            line: `Get-FederatedDomainProof -DomainName ${domain} | ForEach-Object {Add-DnsServerResourceRecord ${record} -Txt -DescriptiveText $_.Proof}`,
          },
          { at: name, line: remove },
          {
            at: name,
            line: `Set-FederatedOrganizationIdentifier -DelegationFederationTrust ${quoted(trust.Name)} -AccountNamespace ${domain}`,
          },
          { at: name, line: `Remove-DnsServerResourceRecord ${record} -RRType Txt -Force` },
        ],
      };
    },
  };
}
