import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';

/** Parameters that say how another organisation is reached, and the types of endpoint that they have a meaning for. */
const meanings: Readonly<Record<string, readonly MigrationEndpoint['type'][]>> = {
  Credentials: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere'],
  Autodiscover: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere'],
  EmailAddress: ['ExchangeRemoteMove', 'ExchangeOutlookAnywhere'],
  RemoteServer: ['ExchangeRemoteMove', 'IMAP'],
  Port: ['IMAP'],
  Security: ['IMAP'],
  Authentication: ['IMAP', 'ExchangeOutlookAnywhere'],
  ExchangeServer: ['ExchangeOutlookAnywhere'],
  RPCProxyServer: ['ExchangeOutlookAnywhere'],
  MailboxPermission: ['ExchangeOutlookAnywhere'],
  SourceMailboxLegacyDN: ['ExchangeOutlookAnywhere'],
  TestMailbox: ['ExchangeOutlookAnywhere'],
};

/** Refuses what has no meaning for an endpoint of a type: accounts of IMAP, for one, are in the list of the batch. */
export function requireKind(given: CmdletParameters, type: MigrationEndpoint['type']): void {
  const found = Object.entries(meanings).find(([name, types]) => given[name] !== undefined && !types.includes(type))?.[0];
  if (found !== undefined) throw cmdletRefusal('bad-parameter', `-${found} has no meaning for an endpoint of the type ${type}.`);
  if (type === 'IMAP' && given['RemoteServer'] !== undefined && textGiven(given, 'RemoteServer') === '')
    throw cmdletRefusal('bad-parameter', 'Write -RemoteServer, the name of the IMAP server.');
}
