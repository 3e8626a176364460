import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frontEndOf, homeServerOf, serverFqdn, serverNameOf, serversOf } from '../../../shared/domain/organization/servers.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

const one = { name: 'contoso', domains: ['contoso.test'], product: 'exchange-se' } as const;
const several = { ...one, servers: ['EX-A', 'EX-B', 'EX-C'] };

test('without names there is the server of the product', () => {
  expect([serversOf(one), serverNameOf(one), serverFqdn(one)]).toEqual([['EX-SE-01'], 'EX-SE-01', 'EX-SE-01.contoso.test']);
  expect([serverNameOf(several), serverFqdn(several, 'EX-B')]).toEqual(['EX-A', 'EX-B.contoso.test']);
});

test('connections are taken in turn', () => {
  expect([0, 1, 2, 3, 4].map((connection) => frontEndOf(several, connection))).toEqual(['EX-A', 'EX-B', 'EX-C', 'EX-A', 'EX-B']);
});

test('each mailbox lives on one server, always the same, and no server is idle', () => {
  fc.assert(
    fc.property(fc.string(), (mail) => {
      const mailbox = namedGuid('mailbox', 'contoso', mail);
      expect(several.servers).toContain(homeServerOf(several, mailbox));
      expect(homeServerOf(several, mailbox)).toBe(homeServerOf({ ...several }, mailbox));
      expect(homeServerOf(one, mailbox)).toBe('EX-SE-01');
    }),
  );
  const homes = Array.from({ length: 300 }, (_, index) => homeServerOf(several, namedGuid('mailbox', String(index))));
  for (const server of several.servers) expect(homes.filter((home) => home === server).length).toBeGreaterThan(60);
});
