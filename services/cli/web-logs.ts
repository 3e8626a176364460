import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { type ServerLogName, type ServerLogWriter, serverLog } from '../../shared/service/server-log.ts';
import { UsageError } from '../config.ts';
import type { AdminClient } from './admin-client.ts';

/**
 * Opens a log of the servers of `organization`. Refuses tenants ({@link UsageError}): nobody is shown the logs of Exchange
 * Online.
 */
export async function openWebLog(client: AdminClient, format: ServerLogName, organization: string | undefined): Promise<ServerLogWriter> {
  if (organization === undefined) throw new UsageError(`--format ${format} is the log of one organization's servers: name it with --org`);
  const { organizations } = await client.get<EndpointsDocument>('/_coexist/endpoints');
  const found = organizations[organization];
  if (found === undefined)
    throw new UsageError(`the world has no organization ${organization}; it has ${Object.keys(organizations).join(', ')}`);
  if (found.kind === 'cloud') throw new UsageError(`${organization} is a tenant: Exchange Online shows nobody the logs of its servers`);
  return serverLog(format, { ...found, name: organization });
}
