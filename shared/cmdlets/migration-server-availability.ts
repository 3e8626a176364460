import { migrationEndpoints } from '../domain/migration/endpoints.ts';
import type { Cmdlet, CmdletObject, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { cmdletRefusal } from './cmdlet.ts';
import { requireObject } from './config-object.ts';
import { credentialGiven, requireOneSet, textGiven } from './given.ts';
import { credentialAt } from './migration/credential-at.ts';
import { serverGiven } from './migration/find-server.ts';
import { type ImapTarget, imapGiven, imapParameters, unreachableImap } from './migration/imap-server.ts';
import { connectionFailed, connectionFailedText, type MrsProxyTarget, probeMrsProxy } from './migration/mrs-proxy.ts';
import { type AnywhereTarget, anywhereGiven, anywhereParameters, unusableAnywhere } from './migration/outlook-anywhere.ts';
import { requireKind } from './migration/require-kind.ts';
import { hostGiven, migrationType, typeSwitches } from './migration/type-given.ts';

/**
 * `Test-MigrationServerAvailability -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials <account>`, `-Autodiscover -EmailAddress <address>`, `-IMAP -RemoteServer <host>`, or `-Endpoint <name>`:
 * opens a session with the MRSProxy there and shakes hands. `-ExchangeOutlookAnywhere` asks an RPC proxy and opens a mailbox. What fails is
 * answered, not refused.
 */
export const migrationServerAvailability = {
  test: {
    kinds: ['on-premises', 'cloud'],
    parameters: {
      ...typeSwitches,
      RemoteServer: 'text',
      Credentials: 'credential',
      Endpoint: 'text',
      ...imapParameters,
      ...anywhereParameters,
    },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [
        ['Endpoint'],
        ['RemoteServer', 'Credentials', ...Object.keys({ ...typeSwitches, ...imapParameters, ...anywhereParameters })],
      ]);
      const target = await targetGiven(scope, given);
      if ('port' in target) return [await imapShown(scope, target)];
      if ('anywhere' in target) return [await anywhereShown(scope, target)];
      const found = await probeMrsProxy(scope, target);
      const { host, credential } = target;
      const settings = `<ExchangeConnectionSettings HasAutodiscovered="False" HasMrsProxy="True" HasAdmin="True" IncomingRPCProxyServer="${host}" IncomingUserName="${xmlText(credential.userName)}" />`;
      if ('message' in found)
        return [shown({ result: 'Failed', message: connectionFailed(host), settings: null, detail: connectionFailedText(host, found) })];
      return [shown({ result: 'Success', message: '', settings, detail: null })];
    },
  } satisfies Cmdlet,
};

/** What the test of an RPC proxy answers. */
async function anywhereShown(scope: CmdletScope, target: AnywhereTarget): Promise<CmdletObject> {
  const { host, credential, anywhere } = target;
  const problem = await unusableAnywhere(scope, target);
  if (problem !== undefined)
    return shown({
      ...{ result: 'Failed', message: problem.message, settings: null },
      detail:
        `Microsoft.Exchange.Migration.MigrationServerConnectionFailedException: ${connectionFailed(host)} ---> ` +
        `Microsoft.Exchange.Migration.${problem.type}: ${problem.message}`,
    });
  const settings =
    `<ExchangeConnectionSettings HasAutodiscovered="False" HasMrsProxy="False" HasAdmin="${anywhere.mailboxPermission === 'Admin' ? 'True' : 'False'}" ` +
    `IncomingRPCProxyServer="${host}" IncomingExchangeServer="${xmlText(anywhere.exchangeServer)}" IncomingAuthentication="${anywhere.authentication}" ` +
    `IncomingUserName="${xmlText(credential.userName)}" />`;
  return shown({ result: 'Success', message: '', settings, detail: null, cutover: true });
}

/** What the test of an IMAP server answers; nobody signs in. */
async function imapShown(scope: CmdletScope, target: ImapTarget): Promise<CmdletObject> {
  const { host, port, security, authentication } = target;
  const problem = await unreachableImap(scope, target);
  if (problem !== undefined)
    return shown({
      ...{ result: 'Failed', message: problem, settings: null },
      detail: `Microsoft.Exchange.Migration.MigrationServerConnectionFailedException: ${problem}`,
    });
  const settings = `<IMAPConnectionSettings Server="${host}" Port="${port}" Authentication="${authentication}" Security="${security}" />`;
  return shown({ result: 'Success', message: '', settings, detail: null });
}

function shown({
  result,
  message,
  settings,
  detail,
  cutover = false,
}: {
  result: string;
  message: string;
  settings: string | null;
  detail: string | null;
  cutover?: boolean;
}): CmdletObject {
  return {
    ...{ Result: result, Message: message, ConnectionSettings: settings, SupportsCutover: cutover, ErrorDetail: detail },
    ...{ TestedEndpoint: null, IsValid: true, Identity: '', ObjectState: 'New' },
  };
}

async function targetGiven(scope: CmdletScope, given: CmdletParameters): Promise<MrsProxyTarget | ImapTarget | AnywhereTarget> {
  const name = textGiven(given, 'Endpoint');
  if (name !== undefined) {
    const { organization, transaction } = scope;
    const { value } = await transaction((tx) => requireObject(migrationEndpoints, organization, name, tx));
    const host = value.remoteServer;
    if (value.imap !== undefined) return { host, ...value.imap };
    const account = await credentialAt(scope, value);
    return value.anywhere === undefined ? { host, credential: account } : { host, credential: account, anywhere: value.anywhere };
  }
  const type = migrationType(given);
  requireKind(given, type);
  if (type === 'IMAP') return { host: hostGiven(given), ...imapGiven(given) };
  const credential = credentialGiven(given, 'Credentials');
  if (credential === undefined) throw cmdletRefusal('bad-parameter', `The test of the type ${type} needs -Credentials.`);
  const account = { userName: credential.UserName, password: credential.Password };
  if (type === 'ExchangeOutlookAnywhere') return anywhereGiven(scope, given, account);
  return { host: await serverGiven(scope, given, account), credential: account };
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
