import { checkPassword, readPlain, readSaslText } from '../protocols/smtp/sasl.ts';
import { readXOAuth2 } from '../protocols/smtp/xoauth2.ts';
import type { SmtpCredentials } from './smtp-session.ts';

/** A connection, as the mechanisms of AUTH use it. `done` lets the next command in. */
export interface SaslPartner {
  /** Sends a challenge, base64 or empty, and hands on the line that answers it. */
  ask(challenge: string, next: (line: string, done: () => void) => void, done: () => void): void;
  /** Has credentials judged and answers the client. */
  prove(credentials: SmtpCredentials, done: () => void): void;
}

/** Begins an exchange; `initial` is the response that came with the command, undefined when none did. */
type Start = (connection: SaslPartner, initial: string | undefined, done: () => void) => void;

/** The mechanisms that are spoken here, in the order in which they are offered (RFC 4616, RFC 4954, Exchange's XOAUTH2). */
export const mechanisms: Readonly<Record<string, Start>> = {
  LOGIN: (connection, initial, done) =>
    withResponse(connection, initial, base64('Username:'), done, (name, nameDone) => {
      connection.ask(
        base64('Password:'),
        (line, lineDone) => {
          const [userName, password] = [readSaslText(name), readSaslText(line)];
          const read = userName === undefined || password === undefined ? 'not base64 of UTF-8' : checkPassword({ userName, password });
          connection.prove({ mechanism: 'LOGIN', given: given(read) }, lineDone);
        },
        nameDone,
      );
    }),
  PLAIN: (connection, initial, done) =>
    withResponse(connection, initial, '', done, (line, lineDone) => {
      connection.prove({ mechanism: 'PLAIN', given: given(readPlain(line)) }, lineDone);
    }),
  XOAUTH2: (connection, initial, done) =>
    withResponse(connection, initial, '', done, (line, lineDone) => {
      connection.prove({ mechanism: 'XOAUTH2', given: given(readXOAuth2(line)) }, lineDone);
    }),
};

function withResponse(
  connection: SaslPartner,
  initial: string | undefined,
  challenge: string,
  done: () => void,
  next: (line: string, done: () => void) => void,
): void {
  if (initial === undefined) connection.ask(challenge, next, done);
  else next(initial, done);
}

function given<T extends object>(read: T | string): T | { readonly malformed: string } {
  return typeof read === 'string' ? { malformed: read } : read;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
