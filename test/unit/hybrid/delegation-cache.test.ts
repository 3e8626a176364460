import { expect, test } from 'vitest';
import { createDelegationCache, type DelegationKey, type DelegationToken } from '../../../shared/bridges/hybrid/delegation-cache.ts';
import { createTokenCache } from '../../../shared/bridges/hybrid/token-cache.ts';
import { element } from '../../../shared/xml/element.ts';

const key = (more: Partial<DelegationKey> = {}): DelegationKey => ({
  ...{ organization: 'contoso', issuedTo: 'FYDIBOHF25SPDLT.contoso.test', user: 'mary', target: 'outlook.com' },
  offer: 'MSExchange.SharingCalendarFreeBusy',
  ...more,
});
const held = (obtained = 0): DelegationToken => ({
  ...{ token: element('', 'token'), assertionId: 'uuid-1', proofKey: Buffer.alloc(32) },
  ...{ obtained, expires: obtained + 300_000 },
});
const asked = { endpoint: 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity', mailbox: 'Pat@fabrikam.test' };

test('a token is for one organisation, federation, user, target and offer', () => {
  const cache = createDelegationCache();
  cache.keepToken(key(), held());
  expect(cache.token(key({ target: 'Outlook.com' }), 1)).toEqual(held());
  for (const other of [
    { organization: 'fabrikam' },
    { issuedTo: 'another' },
    { user: 'rob' },
    { target: 'FYDIBOHF25SPDLT.fabrikam.test' },
    { offer: 'MSExchange.MailTips' },
  ] as const)
    expect(cache.token(key(other), 1)).toBeUndefined();
});

test('it is not given away in the last fifth of its life, nor before it was obtained', () => {
  const cache = createDelegationCache();
  cache.keepToken(key(), held(1_000));
  expect([999, 1_000, 241_000, 241_001, 301_000].map((at) => cache.token(key(), at) !== undefined)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

test('an address is known for ten minutes, for any spelling of the mailbox, and until it fails', () => {
  const cache = createDelegationCache();
  cache.keepEndpoint('contoso', asked, 'https://mail.fabrikam.test/', 1_000);
  const at = (now: number, organization = 'contoso') => cache.endpoint(organization, { ...asked, mailbox: 'pat@FABRIKAM.test' }, now);
  expect([at(999), at(1_000), at(600_999), at(601_000)]).toEqual([
    undefined,
    'https://mail.fabrikam.test/',
    'https://mail.fabrikam.test/',
    undefined,
  ]);
  expect(at(1_000, 'con')).toBeUndefined();
  cache.forgetEndpoint('con', 'https://mail.fabrikam.test/');
  cache.forgetEndpoint('contoso', 'https://other.test/');
  expect(at(1_000)).toBe('https://mail.fabrikam.test/');
  cache.forgetEndpoint('contoso', 'https://mail.fabrikam.test/');
  expect(at(1_000)).toBeUndefined();
});

test('it holds a thousand of each, and the oldest go first', () => {
  const cache = createDelegationCache();
  for (let user = 0; user < 1_002; user += 1) {
    cache.keepToken(key({ user: `user${user}` }), held());
    cache.keepEndpoint('contoso', { ...asked, mailbox: `user${user}` }, 'https://a.test/', 0);
  }
  const tokens = [0, 1, 2, 1_001].map((user) => cache.token(key({ user: `user${user}` }), 1) !== undefined);
  const endpoints = [0, 1, 2, 1_001].map((user) => cache.endpoint('contoso', { ...asked, mailbox: `user${user}` }, 1) !== undefined);
  expect([tokens, endpoints]).toEqual([
    [false, false, true, true],
    [false, false, true, true],
  ]);
});

test('clearing what an organisation holds clears these too, and nothing of another', () => {
  const cache = createTokenCache();
  for (const organization of ['contoso', 'contoso-cloud']) {
    cache.delegations.keepToken(key({ organization }), held());
    cache.delegations.keepEndpoint(organization, asked, 'https://a.test/', 0);
  }
  cache.clear('contoso');
  expect([cache.delegations.token(key(), 1), cache.delegations.endpoint('contoso', asked, 1)]).toEqual([undefined, undefined]);
  expect(cache.delegations.token(key({ organization: 'contoso-cloud' }), 1)).toBeDefined();
  expect(cache.delegations.endpoint('contoso-cloud', asked, 1)).toBeDefined();
});
