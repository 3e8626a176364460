import type { CmdletGround } from '../../../shared/cmdlets/scope.ts';
import { type TrustLab, textShown } from './trust-lab.ts';

export const trustName = 'Gateway';

/** Puts the proofs of a domain into DNS: those of the trust's certificates. */
export async function prove(lab: TrustLab, organization: string, domain: string): Promise<void> {
  for (const proof of await lab.run(`Get-FederatedDomainProof -DomainName ${domain}`, organization))
    await lab.run(`Add-DnsServerResourceRecord ${domain} -Name '@' -Txt -DescriptiveText "${textShown(proof, 'Proof')}"`, organization);
}

/** A trust, a proof and an identifier. */
export async function federate(lab: TrustLab, organization: string, domain: string): Promise<void> {
  await lab.run(`New-FederationTrust ${trustName}`, organization);
  await prove(lab, organization, domain);
  await lab.run(`Set-FederatedOrganizationIdentifier -DelegationFederationTrust ${trustName} -AccountNamespace ${domain}`, organization);
}

/** The operation of a call to ManageDelegation. */
export function operationOf({ headers }: Parameters<CmdletGround['dialer']['https']>[0]): string {
  return /([^/"]+)"?$/.exec(headers?.['soapaction'] ?? '')?.[1] ?? '';
}
