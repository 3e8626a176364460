import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../../domain/organization/servers.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import type { Dialer } from '../../net/dialer.ts';
import type { MrsEndpoint } from '../../protocols/mrs/client.ts';
import type { CmdletScope } from '../cmdlet.ts';
import type { AskPublicFolders, MrsProxyTarget, OpenMrsProxy } from './mrs-proxy.ts';

type Calling = readonly [
  dialer: Pick<Dialer, 'hold'>,
  identifiers: Pick<Identifiers, 'guid'>,
  organization: Organization,
  trace: CmdletScope['trace'],
];

/** Calls MRSProxy as a server of an organisation does: a reliable session, signed in by NTLM, with the handshake alone. */
export function mrsProxyOpener(...calling: Calling): OpenMrsProxy {
  return async (target) => {
    const { openMrsSession } = await import('../../protocols/mrs/client.ts');
    const session = await openMrsSession(await endpointOf(calling, target));
    await session.close();
    return { computerName: session.server.computerName, version: session.server.product.join('.') };
  };
}

/** The same, asking for public folders. */
export function publicFolderAsker(...calling: Calling): AskPublicFolders {
  return async (target) => {
    const { askPublicFolders } = await import('../../bridges/migration/remote-public-folders.ts');
    return askPublicFolders(await endpointOf(calling, target));
  };
}

async function endpointOf([dialer, identifiers, organization, trace]: Calling, { host, credential }: MrsProxyTarget): Promise<MrsEndpoint> {
  const { productCapabilities, readCapabilities } = await import('../../protocols/mrs/version.ts');
  const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
  return {
    ...{ dialer, identifiers, service: 'migration', organization: organization.name, parent: trace },
    url: `https://${host}/EWS/mrsproxy.svc`,
    account: { is: 'account', ...credential },
    version: {
      product: [major, minor, majorBuild, minorBuild],
      computerName: serverFqdn(organization, serverNameOf(organization)),
      capabilities: readCapabilities(productCapabilities[organization.product]),
    },
  };
}
