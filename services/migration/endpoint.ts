import type { MoveRequest, RemoteCredential } from '../../shared/domain/migration/move-request.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { serverFqdn } from '../../shared/domain/organization/servers.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Dialer } from '../../shared/net/dialer.ts';
import type { MrsEndpoint } from '../../shared/protocols/mrs/client.ts';
import { productCapabilities, readCapabilities } from '../../shared/protocols/mrs/version.ts';

/** What sessions with other organisations' proxies are opened with. */
export interface ProxyCaller {
  readonly dialer: Pick<Dialer, 'hold'>;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

/** A session of an organisation's replication service with the MRSProxy of a request, as it is to be opened. */
export function proxyEndpoint(
  { dialer, identifiers }: ProxyCaller,
  caller: Organization,
  { terms }: Pick<MoveRequest, 'terms'>,
  credential: RemoteCredential,
  signal: AbortSignal,
): MrsEndpoint {
  const { major, minor, majorBuild, minorBuild } = profileOf(caller.product).version;
  return {
    ...{ dialer, identifiers, service: 'migration', organization: caller.name, signal },
    url: `https://${terms.remoteHost}/EWS/mrsproxy.svc`,
    account: { is: 'account', userName: credential.userName, password: credential.password },
    version: {
      product: [major, minor, majorBuild, minorBuild],
      computerName: serverFqdn(caller),
      capabilities: readCapabilities(productCapabilities[caller.product]),
    },
  };
}
