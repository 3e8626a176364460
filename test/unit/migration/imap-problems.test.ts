import { expect, test } from 'vitest';
import { imapProblemOf } from '../../../shared/bridges/migration/imap-problems.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';

const of = (code: string, values: Readonly<Record<string, string>> = {}) =>
  imapProblemOf(new Refusal(code, { detail: 'so it is', values }), 'imap.source.test');

test.each<[string, Readonly<Record<string, string>>, string, boolean, number | null]>([
  [
    'SignInRefused',
    {},
    "We had trouble signing in to this account. Please confirm that you're using the correct user name and password.",
    false,
    null,
  ],
  [
    'SignInRefused',
    { Reply: 'Login is disabled' },
    "We had trouble signing in to this account. Please confirm that you're using the correct user name and password. --> The IMAP server said: 'Login is disabled'",
    false,
    null,
  ],
  [
    'SignInRefused',
    { Reply: 'Application-specific password required' },
    "Special credentials are required in order to access this IMAP account. --> Imap server reported an error during LOGIN with the following alert: 'Application-specific password required'",
    false,
    null,
  ],
  ['CommandRefused', {}, "The IMAP server 'imap.source.test' refused what it was asked: so it is", true, null],
  ['quota-exceeded', {}, 'This mailbox is full. Please free up some space so that email can be downloaded.', false, null],
  ['Timeout', {}, "The connection to the server 'imap.source.test' timed out after '00:00:15'.", true, null],
  ['Throttled', { BackoffMs: '299961' }, "The server 'imap.source.test' takes no more requests for now: so it is.", true, 299_961],
  ['Throttled', { BackoffMs: '999999999999' }, "The server 'imap.source.test' takes no more requests for now: so it is.", true, 86_400_000],
  ['CertificateRefused', {}, "The IMAP server 'imap.source.test' cannot be used: CertificateRefused: so it is", false, null],
  [
    'ConnectionReset',
    {},
    "The connection to the server 'imap.source.test' could not be completed. ---> ConnectionReset: so it is",
    true,
    null,
  ],
  ['mailbox-locked', {}, 'The mailbox takes no mail for now: mailbox-locked: so it is', true, null],
])('%s %j is told', (code, values, message, isTransient, backoffMs) => {
  const side = ['quota-exceeded', 'mailbox-locked'].includes(code) ? 'Target' : 'Source';
  expect(of(code, values)).toEqual({ message, side, isTransient, backoffMs });
});

test('what is asked for, and defects, are no problems of an account', () => {
  expect(of('interrupted')).toBeUndefined();
  expect(imapProblemOf(new Error('defect: broken'), 'imap.source.test')).toBeUndefined();
});
