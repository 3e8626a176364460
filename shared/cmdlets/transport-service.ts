import { type TransportService, transportServices, withDefaults } from '../domain/mailflow/transport-service.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { serverFqdn } from '../domain/organization/servers.ts';
import type { Cmdlet, CmdletObject } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { limit, number, type PropertyTable, parametersOf, shownProperties, time, valuesGiven } from './property-table.ts';
import { requireServers } from './server-identity.ts';
import { getOfServers } from './server-object.ts';

const kinds = ['on-premises'] as const;

/** What has an effect here; names of the page of Set-TransportService. */
const table: PropertyTable = {
  DelayNotificationTimeout: time('04:00:00'),
  MaxOutboundConnections: limit(1_000),
  MaxPerDomainOutboundConnections: limit(20),
  MessageExpirationTimeout: time('2.00:00:00'),
  MessageRetryInterval: time('00:15:00'),
  OutboundConnectionFailureRetryInterval: time('00:10:00'),
  TransientFailureRetryCount: number(6),
  TransientFailureRetryInterval: time('00:05:00'),
};

/** `Set-TransportService EX01 -TransientFailureRetryCount 2`; before Exchange 2013 `Set-TransportServer`. */
export const transportService = {
  get: getOfServers(async (tx, organization, server) =>
    shown(organization, server, (await transportServices.find(tx, organization.name, server))?.value),
  ),
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...parametersOf(table) },
    required: ['Identity'],
    async run({ organization, transaction, at }, given) {
      const [server] = requireServers(organization, textGiven(given, 'Identity'));
      const changed: Partial<TransportService> = valuesGiven(table, given);
      await transaction(async (tx) => {
        const stored = await transportServices.find(tx, organization.name, server);
        if (stored === undefined) await transportServices.create(tx, organization.name, server, changed, at);
        else await transportServices.replace(tx, stored, { ...stored.value, ...changed }, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function shown(organization: Organization, Name: string, value: Partial<TransportService> | undefined): CmdletObject {
  const properties = shownProperties(table, { Name, ...withDefaults(organization, value) }, {});
  return { Name, Fqdn: serverFqdn(organization, Name), ...properties, Identity: Name };
}
