import type { RemoteCredential } from '../../domain/migration/move-request.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { OpenExchange } from '../../kernel/exchange.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import type { Dialer } from '../../net/dialer.ts';
import { type MrsEndpoint, openMrsSession } from '../../protocols/mrs/client.ts';
import { productCapabilities, readCapabilities } from '../../protocols/mrs/version.ts';

/** What the replication service of an organisation calls other organisations with. */
export interface ReplicationClient {
  readonly dialer: Pick<Dialer, 'hold'>;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

/** The MRSProxy of another organisation, and the account that it is to know. */
export interface ReplicationTarget {
  /** `mail.contoso.test`. */
  readonly host: string;
  readonly credential: RemoteCredential;
}

/** A session of an organisation's replication service with an MRSProxy, as it is to be opened. */
export function replicationEndpoint(
  { dialer, identifiers }: ReplicationClient,
  caller: Organization,
  { host, credential }: ReplicationTarget,
  more: Pick<MrsEndpoint, 'parent' | 'signal'> = {},
): MrsEndpoint {
  const { major, minor, majorBuild, minorBuild } = profileOf(caller.product).version;
  return {
    ...{ dialer, identifiers, service: 'migration', organization: caller.name, ...more },
    url: `https://${host}/EWS/mrsproxy.svc`,
    account: { is: 'account', userName: credential.userName, password: credential.password },
    version: {
      product: [major, minor, majorBuild, minorBuild],
      computerName: serverFqdn(caller),
      capabilities: readCapabilities(productCapabilities[caller.product]),
    },
  };
}

/** Shakes hands with an MRSProxy and ends: the test of an endpoint. Throws a `Refusal<MrsException>`. */
export async function shakeHands(
  client: ReplicationClient,
  caller: Organization,
  target: ReplicationTarget,
  parent: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined,
): Promise<{ readonly computerName: string; readonly version: string }> {
  const session = await openMrsSession(replicationEndpoint(client, caller, target, { parent }));
  try {
    return { computerName: session.server.computerName, version: session.server.product.join('.') };
  } finally {
    await session.close();
  }
}
