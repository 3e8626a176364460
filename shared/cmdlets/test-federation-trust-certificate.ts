import { serverNameOf } from '../domain/organization/servers.ts';
import { exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { federationCertificates } from '../domain/trust/federation-rollover.ts';
import { federationTrusts } from '../domain/trust/federation-trusts.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';

/** `Test-FederationTrustCertificate`: whether the organisation's servers have the certificates of its federation trust; one object each. */
export const testFederationTrustCertificate: Cmdlet = {
  kinds: ['on-premises'],
  parameters: {},
  required: [],
  async run({ organization, transaction }) {
    const Server = serverNameOf(organization);
    return transaction(async (tx) => {
      const trusts = await federationTrusts.list(tx, organization.name);
      if (trusts.length === 0)
        throw cmdletRefusal('operation-failed', `${organization.name} has no federation trust: New-FederationTrust makes one.`);
      const named = trusts.flatMap(({ value }) => federationCertificates(value));
      return Promise.all(
        named.map(async ({ use: Name, thumbprint: Thumbprint }) => {
          const held = await exchangeCertificates.find(tx, organization.name, Thumbprint);
          return { Server, State: held === undefined ? 'NotInstalled' : 'Installed', Name, Thumbprint };
        }),
      );
    });
  },
};
