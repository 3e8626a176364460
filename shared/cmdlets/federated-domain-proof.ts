import { isDnsName } from '../domain/organization/dns-records.ts';
import { federationCertificates } from '../domain/trust/federation-rollover.ts';
import { federationTrusts } from '../domain/trust/federation-trusts.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { requireCertificate, thumbprintGiven } from './exchange-certificate.ts';

/**
 * `Get-FederatedDomainProof -DomainName contoso.test`: what has to stand in DNS so that the gateway believes that the domain
 * is the organisation's; one value for each certificate of the federation trust, or for the one that is named.
 */
export const getFederatedDomainProof: Cmdlet = {
  kinds: ['on-premises'],
  parameters: { DomainName: 'text', Thumbprint: 'text' },
  required: ['DomainName'],
  async run({ organization, transaction }, given) {
    const DomainName = smtpDomainGiven(given, 'DomainName');
    const { domainProof } = await import('../bridges/authority/federation/domain-proof.ts');
    const thumbprint = thumbprintGiven(given, 'Thumbprint');
    return transaction(async (tx) => {
      const trusts = await federationTrusts.list(tx, organization.name);
      const configured = trusts.flatMap(({ value }) => federationCertificates(value));
      const wanted =
        thumbprint === undefined ? configured : [{ use: configured.find((one) => one.thumbprint === thumbprint)?.use ?? '', thumbprint }];
      if (wanted.length === 0) {
        const text = `${organization.name} has no federation trust, and so no certificate that proves a domain:`;
        throw cmdletRefusal('operation-failed', `${text} make one with New-FederationTrust, or name a certificate with -Thumbprint.`);
      }
      return Promise.all(
        wanted.map(async ({ use: Name, thumbprint: Thumbprint }) => {
          const { value } = await requireCertificate(tx, organization, Thumbprint);
          const { proof: Proof } = domainProof(DomainName, value.privateKey);
          return { DomainName, Name, Thumbprint, Proof, DnsRecord: `${DomainName} TXT IN ${Proof}` };
        }),
      );
    });
  },
};

/** A parameter that takes a domain, in lower case. Refuses with `bad-parameter`. */
export function smtpDomainGiven(given: CmdletParameters, name: string): string {
  const text = String(given[name]);
  const domain = text.trim().toLowerCase();
  if (domain.includes('.') && isDnsName(domain)) return domain;
  throw cmdletRefusal('bad-parameter', `-${name} takes a domain such as contoso.test, not ${JSON.stringify(text)}.`);
}
