import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../../domain/organization/servers.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import type { Dialer } from '../../net/dialer.ts';
import type { CmdletScope } from '../cmdlet.ts';
import type { OpenMrsProxy } from './mrs-proxy.ts';

/** Calls MRSProxy as a server of an organisation does: a reliable session, signed in by NTLM, with the handshake alone. */
export function mrsProxyOpener(
  dialer: Pick<Dialer, 'hold'>,
  identifiers: Pick<Identifiers, 'guid'>,
  organization: Organization,
  trace: CmdletScope['trace'],
): OpenMrsProxy {
  return async ({ host, credential }) => {
    const [{ openMrsSession }, { productCapabilities, readCapabilities }] = await Promise.all([
      import('../../protocols/mrs/client.ts'),
      import('../../protocols/mrs/version.ts'),
    ]);
    const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
    const session = await openMrsSession({
      ...{ dialer, identifiers, service: 'migration', organization: organization.name, parent: trace },
      url: `https://${host}/EWS/mrsproxy.svc`,
      account: { is: 'account', ...credential },
      version: {
        product: [major, minor, majorBuild, minorBuild],
        computerName: serverFqdn(organization, serverNameOf(organization)),
        capabilities: readCapabilities(productCapabilities[organization.product]),
      },
    });
    await session.close();
    return { computerName: session.server.computerName, version: session.server.product.join('.') };
  };
}
