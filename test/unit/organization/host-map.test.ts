import { expect, test } from 'vitest';
import { authenticationNames, buildHostMap, microsoftNames, realSpellings } from '../../../shared/domain/organization/host-map.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';

const listeners = new Map([
  ['contoso', { address: '127.0.0.1', port: 4443 }],
  ['contoso-cloud', { address: '127.0.0.1', port: 4444 }],
  ['azure-auth', { address: '127.0.0.1', port: 4445 }],
]);
const gateway = { address: '127.0.0.1', port: 4480 };
const organizations = [contoso, contosoCloud];
const map = buildHostMap({ organizations, listeners, gateway, refused: ['down.contoso.test', 'mail.contoso.test'] });

const onPremises = { address: '127.0.0.1', port: 4443 };
const cloud = { address: '127.0.0.1', port: 4444 };
const authority = { address: '127.0.0.1', port: 4445 };

test.each([
  ['a host on 443', 'mail.contoso.test', 443, onPremises],
  ['letter case and final dot', 'MAIL.Contoso.Test.', 443, onPremises],
  ["the listener's own port", 'mail.contoso.test', 4443, onPremises],
  ["another organisation's port", 'mail.contoso.test', 4444, 'refused'],
  ['plain http', 'autodiscover.contoso.test', 80, gateway],
  ["the gateway's own port", 'autodiscover.contoso.test', 4480, gateway],
  ['a host for mail', 'smtp.contoso.test', 443, onPremises],
  ['a name missing from the certificate', 'autodiscover.contoso.mail.onmicrosoft.test', 443, cloud],
  ["Microsoft's spelling", 'outlook.office365.com', 443, cloud],
  ["Microsoft's spelling over plain http", 'autodiscover-s.outlook.com', 80, gateway],
  ['the authentication service', 'login.microsoftonline.test', 443, authority],
  ['on its own port', 'accounts.accesscontrol.test', 4445, authority],
  ['over plain http', 'login.microsoftonline.test', 80, gateway],
  ["on an organisation's port", 'login.microsoftonline.test', 4444, 'refused'],
  ...authenticationNames.map((name) => [`it answers to ${name}`, name, 443, authority] as const),
  ['localhost on its port', 'localhost', 4445, authority],
  ['an accepted domain', 'contoso.test', 443, 'refused'],
  ['an accepted domain over plain http', 'contoso.test', 80, 'refused'],
  ['a name listed as refusing', 'down.contoso.test', 443, 'refused'],
  ['localhost on a port of ours', 'localhost', 4444, cloud],
  ['a loopback address', '127.0.0.1', 4480, gateway],
  ['the other loopback address', '::1', 4443, onPremises],
  ['localhost on a port of somebody else', 'localhost', 22, 'refused'],
  ['a name of the real world', 'www.example.com', 443, 'unknown'],
  ['a subdomain of a host', 'x.mail.contoso.test', 443, 'unknown'],
  ['an address of the real world', '192.0.2.1', 443, 'unknown'],
  ['a property of objects', 'constructor', 443, 'unknown'],
] as const)('%s', (_, host, port, expected) => {
  expect(map.resolve(host, port)).toEqual(expected);
});

test('a host that is listed as refusing still answers: hosts come first', () => {
  expect(map.hosts.get('mail.contoso.test')).toEqual({ owner: 'contoso', address: '127.0.0.1', port: 4443 });
});

test('an organisation without a listener refuses, and so does port 80 without a gateway', () => {
  const half = buildHostMap({ organizations, listeners: new Map([['contoso', onPremises]]) });
  expect(half.resolve('outlook.office365.test', 443)).toBe('refused');
  expect(half.resolve('outlook.office365.com', 443)).toBe('refused');
  expect(half.resolve('login.microsoftonline.test', 443)).toBe('refused');
  expect(half.resolve('sts.windows.net', 443)).toBe('refused');
  expect(half.resolve('mail.contoso.test', 80)).toBe('refused');
  expect(half.resolve('mail.contoso.test', 443)).toEqual(onPremises);
});

test('two organisations cannot have one name', () => {
  const twin = { ...contoso, name: 'twin' };
  expect(() => buildHostMap({ organizations: [contoso, twin], listeners })).toThrow(
    expect.objectContaining({ code: 'DuplicateHostName', values: { Host: 'mail.contoso.test' } }),
  );
});

test('no organisation can have a name of the authentication service', () => {
  const greedy = { ...contoso, hosts: { ...contoso.hosts, redirectOnly: ['login.microsoftonline.test'] } };
  expect(() => buildHostMap({ organizations: [greedy], listeners })).toThrow(
    expect.objectContaining({ code: 'DuplicateHostName', values: { Host: 'login.microsoftonline.test' } }),
  );
});

test('the names of the authentication service', () => {
  expect(authenticationNames).toEqual([
    ...['login.microsoftonline.test', 'accounts.accesscontrol.test', 'nexus.microsoftonline-p.test', 'domains.live.test'],
    ...['login.live.test', 'nexus.passport.test', 'graph.microsoft.test'],
    ...['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net', 'accounts.accesscontrol.windows.net'],
    'graph.microsoft.com',
    ...['nexus.microsoftonline-p.com', 'domains.live.com', 'login.live.com', 'nexus.passport.com'],
  ]);
});

test("Microsoft's spellings belong to the organisation that has the hosts", () => {
  expect(realSpellings(contosoCloud)).toEqual([
    'outlook.office365.com',
    'outlook.office.com',
    'autodiscover-s.outlook.com',
    'autodiscover.outlook.com',
  ]);
  expect(realSpellings(contoso)).toEqual([]);
  expect(Object.values(microsoftNames).every((name) => name.endsWith('.test'))).toBe(true);
});
