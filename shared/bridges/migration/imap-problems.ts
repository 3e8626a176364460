import { Refusal } from '../../kernel/refusal.ts';

/** Why a synchronisation of an IMAP account stopped. */
export interface ImapProblem {
  readonly message: string;
  readonly side: 'Source' | 'Target';
  /** Trying again may help, without anybody doing something. */
  readonly isTransient: boolean;
  /** The server wants to be left alone that long. */
  readonly backoffMs: number | null;
}

/** A server cannot have itself left alone for longer: a day, which is the time between two synchronisations. */
const longestBackoffMs = 86_400_000;

/**
 * What a refusal of {@link syncImap} or of the dialer tells an administrator; undefined: a defect, or `interrupted`, which is no
 * problem. The first four sentences are published ("Troubleshoot IMAP migration", OfficeDocs-Support), the others ours.
 */
export function imapProblemOf(error: unknown, host: string): ImapProblem | undefined {
  if (!(error instanceof Refusal) || error.code === 'interrupted') return undefined;
  const { code, values, detail = '' } = error;
  const lasting = (message: string): ImapProblem => ({ message, side: 'Source', isTransient: false, backoffMs: null });
  const passing = (message: string, backoffMs: number | null = null): ImapProblem => ({
    ...lasting(message),
    isTransient: true,
    backoffMs,
  });
  switch (code) {
    case 'SignInRefused':
      // Published for Gmail, which wants a password of its own for IMAP.
      if (/application-specific password/i.test(values['Reply'] ?? ''))
        return lasting(
          `Special credentials are required in order to access this IMAP account. --> Imap server reported an error during LOGIN with the following alert: '${values['Reply']}'`,
        );
      return lasting(
        "We had trouble signing in to this account. Please confirm that you're using the correct user name and password." +
          (values['Reply'] === undefined || values['Reply'] === '' ? '' : ` --> The IMAP server said: '${values['Reply']}'`),
      );
    case 'quota-exceeded':
    case 'folder-full':
      return { ...lasting('This mailbox is full. Please free up some space so that email can be downloaded.'), side: 'Target' };
    case 'Timeout':
    case 'ConnectTimeout':
      return passing(`The connection to the server '${host}' timed out after '00:00:15'.`);
    case 'Throttled': {
      const asked = Number(values['BackoffMs']);
      return passing(
        `The server '${host}' takes no more requests for now: ${detail}.`,
        Number.isSafeInteger(asked) && asked > 0 ? Math.min(asked, longestBackoffMs) : null,
      );
    }
    case 'CertificateRefused':
    case 'TlsFailed':
    case 'NoTls':
    case 'too-many-folders':
    case 'password-unreadable':
      return lasting(`The IMAP server '${host}' cannot be used: ${code}: ${detail}`);
    case 'CommandRefused':
      return passing(`The IMAP server '${host}' refused what it was asked: ${detail}`);
    case 'NameNotFound':
    case 'ConnectionRefused':
    case 'ConnectionReset':
      return passing(`The connection to the server '${host}' could not be completed. ---> ${code}: ${detail}`);
    default:
      // A closed mailbox, a lock: what the store says passes.
      return { ...passing(`The mailbox takes no mail for now: ${code}: ${detail}`), side: 'Target' };
  }
}
