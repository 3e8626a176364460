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

/**
 * A session of an organisation's replication service with the MRSProxy of a request, as it is to be opened. All that a move calls is one trace,
 * whatever sessions, visits and processes it takes: it has the name of the request, and hangs below a span that nobody records.
 */
export function proxyEndpoint(
  { dialer, identifiers }: ProxyCaller,
  caller: Organization,
  { guid, terms }: Pick<MoveRequest, 'guid' | 'terms'>,
  credential: RemoteCredential,
  signal: AbortSignal,
): MrsEndpoint {
  const { major, minor, majorBuild, minorBuild } = profileOf(caller.product).version;
  const traceId = guid.replaceAll('-', '').toLowerCase();
  return {
    ...{ dialer, identifiers, service: 'migration', organization: caller.name, signal },
    parent: { traceId, spanId: traceId.slice(-16) },
    url: `https://${terms.remoteHost}/EWS/mrsproxy.svc`,
    account: { is: 'account', userName: credential.userName, password: credential.password },
    version: {
      product: [major, minor, majorBuild, minorBuild],
      computerName: serverFqdn(caller),
      capabilities: readCapabilities(productCapabilities[caller.product]),
    },
  };
}
