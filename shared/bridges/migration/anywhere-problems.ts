import { Refusal } from '../../kernel/refusal.ts';
import { dialMessage } from '../../net/dial-words.ts';
import { statusWithReason } from '../../net/http-status.ts';

/** Why a source of cutover and staged migrations cannot be used, as administrators read it. */
export interface AnywhereProblem {
  /** Name of Exchange's exception, without its namespace. */
  readonly type: string;
  readonly message: string;
  /** Trying again may help, without anybody doing something. */
  readonly isTransient: boolean;
}

/** Whom it was about. */
export interface AnywhereAsked {
  /** The host of the RPC proxy. */
  readonly host: string;
  readonly userName: string;
  /** The mailbox that was to be opened. */
  readonly mailbox: string;
}

/** Published: OfficeDocs-Support, "cutover migration fails with MigrationTransientException". */
const unable =
  "We weren't able to connect to the remote server. Please verify that the migration endpoint settings are correct and your certificate is valid.";

/** Errors of RPC by their number. That of 0x6ba is published there; the others have its form and the words of MS-ERREF. */
const rpcErrors: Readonly<Record<string, string>> = {
  '5': 'Access is denied',
  '57': 'The parameter is incorrect',
  '6ba': 'The RPC server is unavailable',
};

/** Codes of EWS by which a mailbox is closed to whoever asks. */
const closed: ReadonlySet<string> = new Set([
  'ErrorAccessDenied',
  'ErrorItemNotFound',
  'ErrorFolderNotFound',
  'ErrorImpersonateUserDenied',
]);

/**
 * What a refusal of the proxy, of EWS or of the dialer tells an administrator; undefined: another one. Sentences without a source are ours.
 */
export function anywhereProblemOf(error: unknown, asked: AnywhereAsked): AnywhereProblem | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const { code, values, detail = '' } = error;
  const passing = (message: string): AnywhereProblem => ({ type: 'MigrationTransientException', message, isTransient: true });
  const lasting = (message: string): AnywhereProblem => ({ type: 'MigrationPermanentException', message, isTransient: false });
  switch (code) {
    case 'Timeout':
    case 'ConnectTimeout':
      // Published: "Troubleshoot IMAP migration", OfficeDocs-Support.
      return passing(`The connection to the server '${asked.host}' timed out after '00:00:15'.`);
    case 'RpcError':
      return passing(`${unable} ---> Error 0x${values['Error']} (${rpcErrors[values['Error'] ?? ''] ?? 'unknown'}) from cli_NspiBind`);
    case 'RpcSignInRefused':
    case 'RpcHttpError':
    case 'SourceHttpError': {
      // .NET's sentence for an answer of HTTP's own.
      const message = `${unable} ---> The remote server returned an error: ${webStatus(values['Status'] ?? '')}.`;
      return values['Status'] === '401' || values['Status'] === '403' ? lasting(message) : passing(message);
    }
    case 'SourceFault':
      return ofFault(values['Code'] ?? '', detail, asked);
    case 'RpcUnreadable':
    case 'DirectoryUnreadable':
    case 'SourceUnreadable':
      return passing(`${unable} ---> ${detail}`);
    default: {
      const said = dialMessage(error, asked.host);
      return said === undefined ? undefined : passing(`${unable} ---> ${said}`);
    }
  }

  function ofFault(fault: string, text: string, { userName, mailbox }: AnywhereAsked): AnywhereProblem {
    if (closed.has(fault))
      return lasting(`The account '${userName}' may not open the mailbox '${mailbox}'. Give the account full access to it and try again.`);
    if (fault === 'ErrorNonExistentMailbox') return lasting(`There is no mailbox '${mailbox}' on the server '${asked.host}'.`);
    return passing(`The server '${asked.host}' has refused to open the mailbox '${mailbox}': ${text}`);
  }
}

/** `(401) Unauthorized` */
function webStatus(status: string): string {
  return `(${status}) ${statusWithReason(Number(status)).replace(/^\d+ ?/, '')}`;
}
