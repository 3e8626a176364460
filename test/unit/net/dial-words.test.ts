import { expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { dialException, dialMessage } from '../../../shared/net/dial-words.ts';

test.each([
  ['NameNotFound', "The remote name could not be resolved: 'mail.contoso.test'", ''],
  [
    'ConnectionRefused',
    'Unable to connect to the remote server',
    'No connection could be made because the target machine actively refused it',
  ],
  [
    'ConnectTimeout',
    'Unable to connect to the remote server',
    'A connection attempt failed because the connected party did not properly respond',
  ],
  [
    'ConnectionReset',
    'The underlying connection was closed: An unexpected error',
    'An existing connection was forcibly closed by the remote host',
  ],
  ['CertificateRefused', 'The underlying connection was closed: Could not establish trust relationship', ''],
  ['TlsFailed', 'The request was aborted: Could not create SSL/TLS secure channel.', ''],
  ['Timeout', 'The operation has timed out', ''],
])('%s', (code, message, cause) => {
  const refusal = new Refusal(code, { values: { Host: 'mail.contoso.test' } });
  expect(dialMessage(refusal)).toContain(message);
  const behind = cause === '' ? '' : ` ; System.Net.Sockets.SocketException: ${cause}`;
  expect(dialException(refusal)).toContain(`System.Net.WebException: ${dialMessage(refusal)}${behind}`);
  expect(dialException(refusal)?.includes(' ; ')).toBe(cause !== '');
});

test('the host that a cmdlet has called, where the dialer does not tell it', () => {
  expect(dialMessage(new Refusal('NameNotFound'), 'nowhere.test')).toBe("The remote name could not be resolved: 'nowhere.test'");
  expect(dialMessage(new Refusal('NameNotFound'))).toBe('The remote name could not be resolved');
});

test.each(['AnswerTooLarge', 'AnswerMalformed', 'ErrorItemNotFound'])('%s is nothing that .NET has a sentence for', (code) => {
  expect(dialMessage(new Refusal(code))).toBeUndefined();
  expect(dialException(new Refusal(code))).toBeUndefined();
});
