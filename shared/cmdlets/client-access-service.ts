import { type ClientAccessService, clientAccessServiceOf, clientAccessServices } from '../domain/organization/client-access.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { serverFqdn } from '../domain/organization/servers.ts';
import type { Cmdlet, CmdletObject, CmdletParameters } from './cmdlet.ts';
import { listGiven, textGiven, urlGiven } from './given.ts';
import { requireServers } from './server-identity.ts';
import { getOfServers } from './server-object.ts';

const kinds = ['on-premises'] as const;

/**
 * `Set-ClientAccessService EX01 -AutoDiscoverServiceInternalUri https://mail.contoso.test/autodiscover/autodiscover.xml`;
 * before Exchange 2016 `Set-ClientAccessServer`, which has `-IsOutOfService` too.
 */
export const clientAccessService = {
  get: getOfServers(async (tx, organization, server) => {
    const stored = await clientAccessServices.find(tx, organization.name, server);
    return shown(organization, server, clientAccessServiceOf(organization, stored?.value));
  }),
  set: setter({ AutoDiscoverServiceInternalUri: 'nullable text', AutoDiscoverSiteScope: 'list' }),
} satisfies Readonly<Record<string, Cmdlet>>;

/** The noun of earlier products. */
export const clientAccessServer = {
  get: clientAccessService.get,
  set: setter({ AutoDiscoverServiceInternalUri: 'nullable text', AutoDiscoverSiteScope: 'list', IsOutOfService: 'boolean' }),
} satisfies Readonly<Record<string, Cmdlet>>;

function setter(parameters: Cmdlet['parameters']): Cmdlet {
  return {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...parameters },
    required: ['Identity'],
    async run({ organization, transaction, at }, given) {
      const [server] = requireServers(organization, textGiven(given, 'Identity'));
      const changed = written(given);
      await transaction(async (tx) => {
        const stored = await clientAccessServices.find(tx, organization.name, server);
        if (stored === undefined) await clientAccessServices.create(tx, organization.name, server, changed, at);
        else await clientAccessServices.replace(tx, stored, { ...stored.value, ...changed }, at);
      });
      return [];
    },
  };
}

function written(given: CmdletParameters): Partial<ClientAccessService> {
  const uri = urlGiven(given, 'AutoDiscoverServiceInternalUri');
  const scope = listGiven(given, 'AutoDiscoverSiteScope');
  return {
    ...(uri === undefined ? {} : { AutoDiscoverServiceInternalUri: uri }),
    ...(scope === undefined ? {} : { AutoDiscoverSiteScope: scope }),
    ...(given['IsOutOfService'] === undefined ? {} : { IsOutOfService: given['IsOutOfService'] === true }),
  };
}

function shown(organization: Organization, Name: string, value: ClientAccessService): CmdletObject {
  const { AutoDiscoverServiceInternalUri, AutoDiscoverSiteScope, IsOutOfService } = value;
  return {
    Name,
    Fqdn: serverFqdn(organization, Name),
    AutoDiscoverServiceCN: Name,
    AutoDiscoverServiceInternalUri: AutoDiscoverServiceInternalUri === '' ? null : AutoDiscoverServiceInternalUri,
    AutoDiscoverSiteScope,
    IsOutOfService,
    Identity: Name,
  };
}
