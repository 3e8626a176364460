import type { RemotePublicFolders } from '../../bridges/migration/remote-public-folders.ts';
import type { RemoteCredential } from '../../domain/migration/move-request.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';

/** What the MRSProxy of another organisation says of itself. */
export interface MrsProxyIdentity {
  readonly computerName: string;
  /** `15.2.1544.11`. */
  readonly version: string;
}

/** The MRSProxy of another organisation, and the account that it is to know. */
export interface MrsProxyTarget {
  /** `mail.contoso.test`. */
  readonly host: string;
  readonly credential: RemoteCredential;
}

/**
 * Opens a session with an MRSProxy, shakes hands (ExchangeVersionInformation) and ends it: the whole of an endpoint's test. Throws a
 * Refusal whose code names the exception of the replication service and whose value `Message` is what that says.
 */
export type OpenMrsProxy = (target: MrsProxyTarget) => Promise<MrsProxyIdentity>;

/** Asks what an organisation behind an MRSProxy says of its public folders. Throws as {@link OpenMrsProxy}. */
export type AskPublicFolders = (target: MrsProxyTarget) => Promise<RemotePublicFolders>;

/** Why a server could not be reached, as far as it is told. */
export interface ProxyFailure {
  readonly type: string;
  readonly message: string;
}

/** Calls an MRSProxy. Refuses with `operation-failed` where nothing here can: while a world is made. */
export async function probeMrsProxy(
  scope: Pick<CmdletScope, 'openMrsProxy'>,
  target: MrsProxyTarget,
): Promise<MrsProxyIdentity | ProxyFailure> {
  return asked(scope.openMrsProxy, target);
}

/** What the organisation there says of its public folders, or why it says nothing. */
export function probePublicFolders(
  scope: Pick<CmdletScope, 'askPublicFolders'>,
  target: MrsProxyTarget,
): Promise<RemotePublicFolders | ProxyFailure> {
  return asked(scope.askPublicFolders, target);
}

async function asked<Told>(
  ask: ((target: MrsProxyTarget) => Promise<Told>) | undefined,
  target: MrsProxyTarget,
): Promise<Told | ProxyFailure> {
  if (ask === undefined)
    throw cmdletRefusal(
      'operation-failed',
      'Nothing can be called here: no MRSProxy is asked while a world is made. Write -SkipVerification.',
    );
  try {
    return await ask(target);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { type: error.code, message: error.values['Message'] ?? error.detail ?? error.code };
  }
}

/** The chain of exceptions that ErrorDetail of Test-MigrationServerAvailability begins with (OfficeDocs-Support, "access is denied when moving mailboxes"). */
export function connectionFailedText(host: string, { type, message }: ProxyFailure): string {
  return (
    `Microsoft.Exchange.Migration.MigrationServerConnectionFailedException: ${connectionFailed(host)} ---> ` +
    `Microsoft.Exchange.MailboxReplicationService.${type}: ${message}`
  );
}

/** The published sentence alone. */
export function connectionFailed(host: string): string {
  return `The connection to the server '${host}' could not be completed.`;
}
