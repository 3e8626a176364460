import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { SmtpPath, SmtpTls } from './smtp-session.ts';

/** Whether all parameters of a path are of those that are known. */
export function isKnown({ parameters }: SmtpPath, known: readonly string[]): boolean {
  return Object.keys(parameters).every((name) => known.includes(name));
}

/** An address as the engine has read it. */
export function pathOf({ address, args }: { readonly address: string; readonly args: false | SmtpPath['parameters'] }): SmtpPath {
  return { address, parameters: args === false ? {} : args };
}

/** What TLS on a socket came to. */
export function tlsOf(socket: TLSSocket): SmtpTls {
  const { raw } = socket.getPeerCertificate();
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    certificate: raw === undefined ? undefined : new X509Certificate(raw),
    isTrusted: socket.authorized,
  };
}
