import { migrationBatches } from '../domain/migration/batches.ts';
import { type AnywhereServer, endpointLimits, type MigrationEndpoint, migrationEndpoints } from '../domain/migration/endpoints.ts';
import type { RemoteCredential, SealedCredential } from '../domain/migration/move-request.ts';
import { sealCredential } from '../domain/migration/sealed-credential.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, credentialGiven, textGiven } from './given.ts';
import { credentialAt } from './migration/credential-at.ts';
import { serverGiven } from './migration/find-server.ts';
import { imapGiven, imapParameters, unreachableImap } from './migration/imap-server.ts';
import { connectionFailed, probeMrsProxy } from './migration/mrs-proxy.ts';
import { anywhereGiven, anywhereParameters, requireTestMailbox, unusableAnywhere } from './migration/outlook-anywhere.ts';
import { requireKind } from './migration/require-kind.ts';
import { hostGiven, hostNamed, migrationType, typeSwitches } from './migration/type-given.ts';

const noun: ObjectNoun<MigrationEndpoint> = {
  noun: 'MigrationEndpoint',
  kinds: ['on-premises', 'cloud'],
  objects: migrationEndpoints,
  name: ({ name }) => name,
  show: ({
    name,
    guid,
    type,
    remoteServer,
    useAutodiscover,
    credential,
    imap,
    anywhere,
    maxConcurrentMigrations,
    maxConcurrentIncrementalSyncs,
    created,
    modified,
  }) => ({
    Identity: name,
    Guid: guid,
    EndpointType: type,
    RemoteServer: anywhere === undefined ? remoteServer : '',
    Username: credential.userName,
    ...(imap === undefined ? {} : { Port: imap.port, Security: imap.security, Authentication: imap.authentication }),
    ...(anywhere === undefined
      ? {}
      : {
          ...{ ExchangeServer: anywhere.exchangeServer, RpcProxyServer: remoteServer, Authentication: anywhere.authentication },
          ...{
            MailboxPermission: anywhere.mailboxPermission,
            EmailAddress: anywhere.emailAddress,
            SourceMailboxLegacyDN: anywhere.legacyDn,
          },
        }),
    MaxConcurrentMigrations: maxConcurrentMigrations ?? 'Unlimited',
    MaxConcurrentIncrementalSyncs: maxConcurrentIncrementalSyncs ?? 'Unlimited',
    UseAutoDiscover: useAutodiscover,
    CreatedTime: new Date(created),
    LastModifiedTime: new Date(modified),
    IsValid: true,
  }),
};

const settable = {
  ...{ Credentials: 'credential', RemoteServer: 'text', MaxConcurrentMigrations: 'text', MaxConcurrentIncrementalSyncs: 'text' },
  ...{ ...imapParameters, ...anywhereParameters, SkipVerification: 'switch', DomainController: 'text' },
} as const satisfies Readonly<Record<string, ParameterType>>;

/**
 * `New-MigrationEndpoint -ExchangeRemoteMove -Name <name> -RemoteServer mail.contoso.test -Credentials <account>`; `Get-`, `Set-` and
 * `Remove-MigrationEndpoint`. `-IMAP -RemoteServer <host> -Port 993 -Security Ssl` names an IMAP server,
 * `-PublicFolder -RemoteServer <host> -Credentials <account>` the MRSProxy beside public folders. Unless told not to, it asks
 * the server there. `-ExchangeOutlookAnywhere -ExchangeServer <server> -RPCProxyServer <host> -EmailAddress <address> -Credentials <account>` names the source
 * of cutover and staged migrations. Other types of endpoint are refused.
 */
export const migrationEndpoint = {
  new: newObject(noun, {
    parameters: { Name: 'text', ...typeSwitches, ...settable, PublicFolderDatabaseServerLegacyDN: 'text' },
    required: ['Name'],
    async make(scope, given) {
      const type = migrationType(given);
      requireKind(given, type);
      const [migrations, syncs] = [concurrent(given, 'MaxConcurrentMigrations'), concurrent(given, 'MaxConcurrentIncrementalSyncs')];
      const account = accountGiven(given);
      if (account === undefined && type !== 'IMAP')
        throw cmdletRefusal('bad-parameter', `An endpoint of the type ${type} needs -Credentials.`);
      const credential = account ?? { userName: '', password: '' };
      const guid = scope.identifiers.guid();
      const source = type === 'ExchangeOutlookAnywhere' ? await anywhereGiven(scope, given, credential) : undefined;
      const endpoint: MigrationEndpoint = {
        ...{ name: String(given['Name']), guid, type, credential: account === undefined ? nobody : await sealed(scope, guid, account) },
        remoteServer: source?.host ?? (type === 'ExchangeRemoteMove' ? await serverGiven(scope, given, credential) : hostGiven(given)),
        ...(source === undefined ? {} : { anywhere: source.anywhere }),
        ...(type === 'IMAP' ? { imap: imapGiven(given) } : {}),
        useAutodiscover: given['Autodiscover'] === true,
        maxConcurrentMigrations: migrations === undefined ? endpointLimits.migrations : migrations,
        maxConcurrentIncrementalSyncs: syncs === undefined ? endpointLimits.incrementalSyncs : syncs,
        ...{ created: scope.at, modified: scope.at },
      };
      await verify(scope, endpoint, credential, given);
      return endpoint;
    },
    check: checkConcurrency,
  }),
  get: getObject(noun),
  set: setObject(noun, {
    parameters: settable,
    async change(current, scope, given) {
      requireKind(given, current.type);
      const [migrations, syncs] = [concurrent(given, 'MaxConcurrentMigrations'), concurrent(given, 'MaxConcurrentIncrementalSyncs')];
      await requireTestMailbox(scope, given);
      const account = accountGiven(given);
      const credential = account === undefined ? current.credential : await sealed(scope, current.guid, account);
      const changed: MigrationEndpoint = {
        ...{ ...current, modified: scope.at, credential },
        ...(given['RemoteServer'] === undefined ? {} : { remoteServer: hostGiven(given) }),
        ...(given['RPCProxyServer'] === undefined ? {} : { remoteServer: hostNamed(given, 'RPCProxyServer') }),
        ...(current.anywhere === undefined ? {} : { anywhere: anywhereChanged(current.anywhere, given) }),
        ...(current.imap === undefined ? {} : { imap: imapGiven(given, current.imap) }),
        ...(migrations === undefined ? {} : { maxConcurrentMigrations: migrations }),
        ...(syncs === undefined ? {} : { maxConcurrentIncrementalSyncs: syncs }),
      };
      if (['RemoteServer', 'Credentials', 'Port', 'Security', ...Object.keys(anywhereParameters)].some((name) => given[name] !== undefined))
        await verify(scope, changed, account ?? (await credentialAt(scope, current)), given);
      return changed;
    },
    check: checkConcurrency,
  }),
  remove: removeObject(noun, async ({ name }, { organization }, tx) => {
    const used = (await migrationBatches.list(tx, organization.name)).filter(
      ({ value }) => value.endpoint.toLowerCase() === name.toLowerCase(),
    );
    if (used.length === 0) return;
    const batches = used.map((batch) => `'${batch.name}'`).join(', ');
    throw cmdletRefusal(
      'operation-failed',
      `The endpoint '${name}' belongs to migration batches and stays as long as they do: ${batches}.`,
    );
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

/** Accounts of IMAP are in the lists of batches. */
const nobody = { userName: '', sealed: '' };

function sealed({ organization, transaction, at }: CmdletScope, endpoint: Guid, account: RemoteCredential): Promise<SealedCredential> {
  return transaction((tx) => sealCredential(tx, organization.name, endpoint, account, at));
}

async function verify(
  scope: CmdletScope,
  { remoteServer, imap, anywhere }: MigrationEndpoint,
  credential: RemoteCredential,
  given: CmdletParameters,
): Promise<void> {
  if (given['SkipVerification'] === true) return;
  if (imap !== undefined) {
    const problem = await unreachableImap(scope, { host: remoteServer, ...imap });
    if (problem !== undefined) throw cmdletRefusal('operation-failed', problem);
    return;
  }
  if (anywhere !== undefined) {
    const problem = await unusableAnywhere(scope, { host: remoteServer, credential, anywhere });
    if (problem !== undefined) throw cmdletRefusal('operation-failed', `${connectionFailed(remoteServer)} ---> ${problem.message}`);
    return;
  }
  const found = await probeMrsProxy(scope, { host: remoteServer, credential });
  if ('message' in found) throw cmdletRefusal('operation-failed', `${connectionFailed(remoteServer)} ---> ${found.message}`);
}

function anywhereChanged(before: AnywhereServer, given: CmdletParameters): AnywhereServer {
  const [server, address, legacyDn] = ['ExchangeServer', 'EmailAddress', 'SourceMailboxLegacyDN'].map((name) => textGiven(given, name));
  return {
    exchangeServer: server ?? before.exchangeServer,
    authentication: choiceGiven(given, 'Authentication', ['Basic', 'NTLM']) ?? before.authentication,
    mailboxPermission: choiceGiven(given, 'MailboxPermission', ['Admin', 'FullAccess']) ?? before.mailboxPermission,
    emailAddress: address ?? before.emailAddress,
    legacyDn: legacyDn ?? before.legacyDn,
  };
}

function accountGiven(given: CmdletParameters): RemoteCredential | undefined {
  const credential = credentialGiven(given, 'Credentials');
  return credential === undefined ? undefined : { userName: credential.UserName, password: credential.Password };
}

/** A number, or null for without limit. */
function concurrent(given: CmdletParameters, name: string): number | null | undefined {
  const text = textGiven(given, name);
  if (text === undefined) return undefined;
  if (text.toLowerCase() === 'unlimited') return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw cmdletRefusal('bad-parameter', `-${name} takes a number from 1 or Unlimited, not ${JSON.stringify(text.slice(0, 64))}.`);
}

/** All endpoints of a type share a bound; incremental synchronisations are part of an endpoint's migrations. The sentences are ours. */
async function checkConcurrency(value: MigrationEndpoint, { organization }: CmdletScope, tx: Transaction): Promise<void> {
  const { maxConcurrentMigrations: most, maxConcurrentIncrementalSyncs: syncs } = value;
  if (most !== null && (syncs === null || syncs > most))
    throw cmdletRefusal(
      'bad-parameter',
      `An endpoint with ${most} concurrent migrations cannot have ${syncs === null ? 'unlimited' : syncs} concurrent incremental syncs.`,
    );
  const others = (await migrationEndpoints.list(tx, organization.name)).filter(
    ({ value: { guid, type } }) => guid !== value.guid && type === value.type,
  );
  const sum = others.reduce((before, { value: { maxConcurrentMigrations } }) => before + (maxConcurrentMigrations ?? 0), most ?? 0);
  if (sum > endpointLimits.mostOfType)
    throw cmdletRefusal(
      'operation-failed',
      `With this endpoint there would be ${sum} concurrent migrations of the type ${value.type}; ${endpointLimits.mostOfType} are allowed.`,
    );
}
