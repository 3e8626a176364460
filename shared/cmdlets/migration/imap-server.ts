import type { ImapServer } from '../../domain/migration/endpoints.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer } from '../../net/dialer.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { choiceGiven, numberGiven } from '../given.ts';
import { connectionFailed } from './mrs-proxy.ts';

/** Where an IMAP server is and how its line is secured. */
export type ImapTarget = ImapServer & { readonly host: string };

/** Connects to an IMAP server, hears its greeting, secures the line and leaves: the whole of an endpoint's test. Throws a Refusal. */
export type ReachImap = (target: ImapTarget) => Promise<void>;

export const imapParameters = { Port: 'integer', Security: 'text', Authentication: 'text' } as const satisfies Readonly<
  Record<string, ParameterType>
>;

/** "The default value is 993", "Ssl", "Basic" (page of New-MigrationEndpoint). */
const usual: ImapServer = { port: 993, security: 'Ssl', authentication: 'Basic' };
const timeoutMs = 15_000;

/** -Port, -Security and -Authentication over what there is. Refuses NTLM: nothing here signs in by it. */
export function imapGiven(given: CmdletParameters, before: ImapServer = usual): ImapServer {
  const port = numberGiven(given, 'Port') ?? before.port;
  if (port < 1 || port > 65_535) throw cmdletRefusal('bad-parameter', `-Port takes a number from 1 to 65535, not ${port}.`);
  if (choiceGiven(given, 'Authentication', ['Basic', 'NTLM']) === 'NTLM')
    throw cmdletRefusal('operation-failed', 'Signing in to an IMAP server by NTLM is not supported by this simulation.');
  return { port, security: choiceGiven(given, 'Security', ['Ssl', 'Tls', 'None']) ?? before.security, authentication: 'Basic' };
}

/** Why an IMAP server cannot be used; undefined: it can. Refuses where nothing can be called. */
export async function unreachableImap(scope: Pick<CmdletScope, 'reachImap'>, target: ImapTarget): Promise<string | undefined> {
  if (scope.reachImap === undefined)
    throw cmdletRefusal(
      'operation-failed',
      'Nothing can be called here: no IMAP server is asked while a world is made. Write -SkipVerification.',
    );
  try {
    await scope.reachImap(target);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Published: "Troubleshoot IMAP migration", OfficeDocs-Support.
    if (error.code === 'Timeout' || error.code === 'ConnectTimeout')
      return `The connection to the server '${target.host}' timed out after '00:00:15'.`;
    return `${connectionFailed(target.host)} ---> ${error.code}: ${error.detail ?? ''}`;
  }
}

/** Calls IMAP servers as a server of an organisation does. */
export function imapReacher(dialer: Pick<Dialer, 'imap'>, organization: Organization, trace: CmdletScope['trace']): ReachImap {
  return async ({ host, port, security }) => {
    const call = { service: 'migration', organization: organization.name, parent: trace, timeoutMs, idleMs: timeoutMs };
    (await dialer.imap({ ...call, host, port, security })).close();
  };
}
