import { type AnywhereAccount, openInbox } from '../../bridges/migration/anywhere-account.ts';
import { type AnywhereProblem, anywhereProblemOf } from '../../bridges/migration/anywhere-problems.ts';
import type { AnywhereServer } from '../../domain/migration/endpoints.ts';
import type { RemoteCredential } from '../../domain/migration/move-request.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { askUserSettings } from '../../protocols/autodiscover/client.ts';
import { rpcPorts } from '../../protocols/rpch/address.ts';
import { askDirectory, askEcho } from '../../protocols/rpch/client.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { choiceGiven, textGiven } from '../given.ts';
import { requireMailbox } from '../mailbox-identity.ts';
import { hostNamed } from './type-given.ts';

/** What New-MigrationEndpoint and the test of one take for the type ExchangeOutlookAnywhere alone. */
export const anywhereParameters = {
  ...{ ExchangeServer: 'text', RPCProxyServer: 'text', MailboxPermission: 'text', SourceMailboxLegacyDN: 'text', TestMailbox: 'text' },
} as const satisfies Readonly<Record<string, ParameterType>>;

/** An RPC proxy, what lies behind it, and the account that is to know it. */
export interface AnywhereTarget {
  /** The host of the RPC proxy. */
  readonly host: string;
  readonly credential: RemoteCredential;
  readonly anywhere: AnywhereServer;
}

const discovery = { timeoutMs: 60_000, maxBytes: 1_048_576 };

/** The proxy that is named, or that Autodiscover tells of EmailAddress to the same account. */
export async function anywhereGiven(scope: CmdletScope, given: CmdletParameters, credential: RemoteCredential): Promise<AnywhereTarget> {
  const emailAddress = textGiven(given, 'EmailAddress') ?? '';
  const legacyDn = textGiven(given, 'SourceMailboxLegacyDN') ?? null;
  await requireTestMailbox(scope, given);
  if (emailAddress !== '' && !/^[^\s@]+@[^\s@]+$/.test(emailAddress))
    throw cmdletRefusal('bad-parameter', `-EmailAddress takes an address, not ${JSON.stringify(emailAddress.slice(0, 256))}.`);
  const terms = {
    authentication: choiceGiven(given, 'Authentication', ['Basic', 'NTLM']) ?? 'Basic',
    mailboxPermission: choiceGiven(given, 'MailboxPermission', ['Admin', 'FullAccess']) ?? 'Admin',
    ...{ emailAddress, legacyDn },
  } as const;
  if (given['Autodiscover'] === true) {
    if (emailAddress === '') throw cmdletRefusal('bad-parameter', '-Autodiscover needs -EmailAddress.');
    const found = await discovered(scope, emailAddress, credential);
    return { host: found.host, credential, anywhere: { ...terms, exchangeServer: found.server, authentication: found.authentication } };
  }
  const server = textGiven(given, 'ExchangeServer') ?? '';
  if (server === '' || given['RPCProxyServer'] === undefined)
    throw cmdletRefusal('bad-parameter', 'Write -ExchangeServer and -RPCProxyServer, or -Autodiscover with -EmailAddress.');
  if (emailAddress === '' && legacyDn === null)
    throw cmdletRefusal('bad-parameter', 'Write -EmailAddress or -SourceMailboxLegacyDN: a mailbox that the account is to open.');
  return { host: hostNamed(given, 'RPCProxyServer'), credential, anywhere: { ...terms, exchangeServer: server } };
}

/** The mailbox of this organisation that the source is tried for (page of New-MigrationEndpoint): one that is not here tries nothing. */
export async function requireTestMailbox(scope: CmdletScope, given: CmdletParameters): Promise<void> {
  const name = textGiven(given, 'TestMailbox');
  if (name !== undefined) await requireMailbox(scope, name);
}

interface Discovered {
  readonly host: string;
  readonly server: string;
  readonly authentication: 'Basic' | 'NTLM';
}

/** Settings of Autodiscover by which Outlook finds its way (MS-OXWSADISC 2.2.5). */
const settings = ['ExternalMailboxServer', 'ExternalMailboxServerAuthenticationMethods', 'InternalMailboxServer'] as const;

async function discovered(scope: CmdletScope, address: string, credential: RemoteCredential): Promise<Discovered> {
  const domain = address.slice(address.indexOf('@') + 1).toLowerCase();
  for (const host of [`autodiscover.${domain}`, domain]) {
    const found = await askedAt(scope, host, address, credential);
    if (found !== undefined) return found;
  }
  throw cmdletRefusal('operation-failed', `Autodiscover has told no settings of Outlook Anywhere for '${address}'.`);
}

async function askedAt(
  { dialer, identifiers, organization, trace }: CmdletScope,
  host: string,
  mailbox: string,
  credential: RemoteCredential,
): Promise<Discovered | undefined> {
  try {
    const told = await askUserSettings(
      dialer,
      `https://${host}/autodiscover/autodiscover.svc`,
      {
        ...{ mailboxes: [mailbox], settings, messageId: `urn:uuid:${identifiers.guid()}` },
        account: { is: 'account', ...credential },
      },
      { service: 'migration', organization: organization.name, parent: trace, ...discovery },
    );
    const found = told.is === 'answer' ? (told.users[0]?.UserSettings?.UserSetting ?? []) : [];
    const value = (name: (typeof settings)[number]): string =>
      found.flatMap((one) => (one.type === 'StringSetting' && one.Name === name ? [one.Value] : []))[0] ?? '';
    const [proxy = '', server] = [value('ExternalMailboxServer').split(':')[0], value('InternalMailboxServer')];
    if (proxy === '' || server === '') return undefined;
    return { host: proxy, server, authentication: value('ExternalMailboxServerAuthenticationMethods') === 'Ntlm' ? 'NTLM' : 'Basic' };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The account at the source of an endpoint, as a server of the organisation calls it. */
export function anywhereAccount(
  { dialer, organization, trace }: Pick<CmdletScope, 'dialer' | 'organization' | 'trace'>,
  { host, credential, anywhere }: AnywhereTarget,
): AnywhereAccount {
  const { exchangeServer: server, authentication } = anywhere;
  const calling = { dialer, service: 'migration', organization: organization.name, parent: trace };
  return { ...calling, proxy: host, server, account: { is: 'account', ...credential }, authentication };
}

/**
 * Why a source cannot be used; undefined: it can. Asks the proxy for an echo of the store's and of the directory's port, looks into the
 * directory, and opens the mailbox that is named with the account.
 */
export async function unusableAnywhere(
  scope: Pick<CmdletScope, 'dialer' | 'organization' | 'trace' | 'openMrsProxy'>,
  target: AnywhereTarget,
): Promise<AnywhereProblem | undefined> {
  // What calls MRSProxy is absent while a world is made, and nothing else can be called then either.
  if (scope.openMrsProxy === undefined)
    throw cmdletRefusal(
      'operation-failed',
      'Nothing can be called here: no RPC proxy is asked while a world is made. Write -SkipVerification.',
    );
  const account = anywhereAccount(scope, target);
  const { emailAddress, legacyDn } = target.anywhere;
  let mailbox = emailAddress;
  try {
    await askEcho(account, rpcPorts.store);
    await askEcho(account, rpcPorts.directory);
    mailbox = legacyDn === null ? emailAddress : await addressOf(account, legacyDn);
    await askDirectory(account, { operation: 'QueryRows', after: null });
    await openInbox(account, mailbox);
    return undefined;
  } catch (error) {
    const problem = anywhereProblemOf(error, { host: target.host, userName: target.credential.userName, mailbox });
    if (problem === undefined) throw error;
    return problem;
  }
}

/** Whose legacyExchangeDN it is. Refuses with `SourceFault` where it is nobody's. */
async function addressOf(account: AnywhereAccount, legacyDn: string): Promise<string> {
  let after: string | null = null;
  for (;;) {
    const { rows, isComplete } = await askDirectory(account, { operation: 'QueryRows', after });
    const found = rows.find((row) => row.legacyDn.toLowerCase() === legacyDn.toLowerCase());
    if (found !== undefined) return found.primaryAddress;
    const last = rows.at(-1);
    if (isComplete || last === undefined)
      throw new Refusal('SourceFault', {
        detail: `nobody has the legacyExchangeDN ${legacyDn}`,
        values: { Code: 'ErrorNonExistentMailbox' },
      });
    after = last.guid;
  }
}
