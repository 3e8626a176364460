import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';

/** Parameters that say how another organisation is reached, and the types of endpoint that they have a meaning for. */
const meanings: Readonly<Record<string, readonly MigrationEndpoint['type'][]>> = {
  Credentials: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere', 'PublicFolder'],
  Autodiscover: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere'],
  EmailAddress: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere'],
  RemoteServer: ['ExchangeRemoteMove', 'IMAP', 'PublicFolder'],
  Port: ['IMAP'],
  Security: ['IMAP'],
  Authentication: ['IMAP', 'ExchangeOutlookAnywhere'],
  ExchangeServer: ['ExchangeOutlookAnywhere'],
  RPCProxyServer: ['ExchangeOutlookAnywhere'],
  MailboxPermission: ['ExchangeOutlookAnywhere'],
  SourceMailboxLegacyDN: ['ExchangeOutlookAnywhere'],
  TestMailbox: ['ExchangeOutlookAnywhere'],
  PublicFolderDatabaseServerLegacyDN: ['PublicFolder'],
};

/** How public folders of Exchange 2010 are reached (page of New-MigrationEndpoint): by RPC over HTTP, which carries no public folders here. */
const ofLegacyPublicFolders = ['RPCProxyServer', 'SourceMailboxLegacyDN', 'PublicFolderDatabaseServerLegacyDN'];

/** Refuses what has no meaning for an endpoint of a type: accounts of IMAP, for one, are in the list of the batch. */
export function requireKind(given: CmdletParameters, type: MigrationEndpoint['type']): void {
  const legacy = type === 'PublicFolder' ? ofLegacyPublicFolders.find((name) => given[name] !== undefined) : undefined;
  if (legacy !== undefined)
    throw cmdletRefusal(
      'operation-failed',
      `-${legacy}: public folders of Exchange 2010, which are reached by RPC over HTTP, are not migrated by this simulation. Those of later servers are by -RemoteServer.`,
    );
  const found = Object.entries(meanings).find(([name, types]) => given[name] !== undefined && !types.includes(type))?.[0];
  if (found !== undefined) throw cmdletRefusal('bad-parameter', `-${found} has no meaning for an endpoint of the type ${type}.`);
  if (type === 'IMAP' && given['RemoteServer'] !== undefined && textGiven(given, 'RemoteServer') === '')
    throw cmdletRefusal('bad-parameter', 'Write -RemoteServer, the name of the IMAP server.');
}
