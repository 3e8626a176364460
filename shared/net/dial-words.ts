import type { Refusal } from '../kernel/refusal.ts';
import { type DialRefusal, versionRefused } from './dial-refusals.ts';

interface Words {
  readonly message: (host: string | undefined) => string;
  /** The exception behind it: what Windows says of the connection. */
  readonly cause?: string;
}

const notConnected = 'Unable to connect to the remote server';
const socket = 'System.Net.Sockets.SocketException';

/**
 * What .NET says when a call does not arrive: the messages of WebException in the .NET Framework (dotnet/runtime
 * src/libraries/System.Net.Requests/src/Resources/Strings.resx), and of Windows behind them ("Windows Sockets Error Codes":
 * 10061, 10060, 10054).
 */
const words: Readonly<Partial<Record<DialRefusal, Words>>> = {
  NameNotFound: { message: (host) => `The remote name could not be resolved${host === undefined ? '' : `: '${host}'`}` },
  ConnectionRefused: {
    message: () => notConnected,
    cause: `${socket}: No connection could be made because the target machine actively refused it`,
  },
  ConnectTimeout: {
    message: () => notConnected,
    cause:
      `${socket}: A connection attempt failed because the connected party did not properly respond after a period of time, ` +
      'or established connection failed because connected host has failed to respond',
  },
  ConnectionReset: {
    message: () => 'The underlying connection was closed: An unexpected error occurred on a receive.',
    cause: `${socket}: An existing connection was forcibly closed by the remote host`,
  },
  CertificateRefused: {
    message: () => 'The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.',
  },
  TlsFailed: { message: () => 'The request was aborted: Could not create SSL/TLS secure channel.' },
  Timeout: { message: () => 'The operation has timed out' },
};

/** Versions of TLS that nobody takes: Microsoft's servers end the connection (OfficeDocs-Support, free-busy-sharing-issues-tls12). */
const otherVersions: Words = {
  message: () => 'The underlying connection was closed: An unexpected error occurred on a send.',
  cause:
    'System.IO.IOException: Unable to read data from the transport connection: An existing connection was forcibly closed by the ' +
    'remote host.',
};

function wordsOf({ code, values }: Refusal): Words | undefined {
  return values[versionRefused] === undefined ? words[code as DialRefusal] : otherVersions;
}

/** The message of a refusal of the dialer; undefined for any other one, and for what .NET has no sentence for. */
export function dialMessage(refusal: Refusal, host = refusal.values['Host']): string | undefined {
  return wordsOf(refusal)?.message(host);
}

/** The same as an exception that is logged with its cause, in the form of MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors". */
export function dialException(refusal: Refusal): string | undefined {
  const message = dialMessage(refusal);
  const cause = wordsOf(refusal)?.cause;
  if (message === undefined) return undefined;
  return `System.Net.WebException: ${message}${cause === undefined ? '' : ` ; ${cause}`}`;
}
