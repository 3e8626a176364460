import { dnsRecordSets } from '../../domain/organization/dns-records.ts';
import type { SessionShell } from './session.ts';
import { type HybridStep, textShown } from './stage.ts';

const trustName = 'Microsoft Federation Gateway';

/** Trusts the federation gateway, with a certificate of its own. */
const trustGateway: HybridStep = async ({ onPremises }) => {
  const trusts = await onPremises.run('Get-FederationTrust');
  if (trusts.length === 0) await onPremises.run('New-FederationTrust', { Name: trustName, SuppressDnsWarning: true });
};

/**
 * Proves the domains in DNS. In life the wizard shows the proof and waits until the administrator says that the record is
 * there; here it is that administrator too.
 */
const proveDomains: HybridStep = async ({ onPremises, domains }) => {
  for (const domain of domains) {
    for (const shown of await onPremises.run('Get-FederatedDomainProof', { DomainName: domain })) {
      const DescriptiveText = textShown(shown, 'Proof');
      if (await isInDns(onPremises, domain, DescriptiveText)) continue;
      await onPremises.run('Add-DnsServerResourceRecord', { ZoneName: domain, Name: '@', Txt: true, DescriptiveText });
    }
  }
};

async function isInDns({ scope }: SessionShell, domain: string, proof: string): Promise<boolean> {
  const sets = await scope.transaction((tx) => dnsRecordSets.list(tx, ''));
  return sets.some(
    ({ value }) => value.name === domain && value.records.some(({ data }) => data.type === 'TXT' && data.text.includes(proof)),
  );
}

/** Makes the organisation known at the gateway by its domains, the account namespace first. */
const federateDomains: HybridStep = async ({ onPremises, domains }) => {
  const [first, ...others] = domains;
  const [before] = await onPremises.run('Get-FederatedOrganizationIdentifier');
  if (textShown(before, 'AccountNamespace') === '') {
    const [trust] = await onPremises.run('Get-FederationTrust');
    const DelegationFederationTrust = textShown(trust, 'Name');
    await onPremises.run('Set-FederatedOrganizationIdentifier', { AccountNamespace: first, DelegationFederationTrust, Enabled: true });
  } else if (before?.['Enabled'] !== true) await onPremises.run('Set-FederatedOrganizationIdentifier', { Enabled: true });
  const [now] = await onPremises.run('Get-FederatedOrganizationIdentifier');
  const federated = Array.isArray(now?.['Domains']) ? now['Domains'] : [];
  for (const domain of others) if (!federated.includes(domain)) await onPremises.run('Add-FederatedDomain', { DomainName: domain });
};

/** "Creates a new Delegation Federated Trust to 'Microsoft Federation Gateway'". */
export const federationSteps: readonly HybridStep[] = [trustGateway, proveDomains, federateDomains];
