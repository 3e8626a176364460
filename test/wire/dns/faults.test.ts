import { Resolver } from 'node:dns/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { fetchedBy } from './fetched-by.ts';

const name = 'mail.fabrikam.test';
/** c-ares, as Node's programs use it. */
const client = new Resolver({ timeout: 2_000, tries: 1 });
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  client.setServers([String(lab.endpoints.dns)]);
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.close());

const rule = (effect: object, match: object = { svc: 'dns' }) =>
  lab.faults.add({ id: 'otherwise', seam: 'dns', match: { ...match, host: name }, effect: { kind: 'lookup', ...effect } });

test.each([
  [{ code: 'NXDOMAIN' }, 'ENOTFOUND'],
  [{ code: 'SERVFAIL' }, 'ESERVFAIL'],
])('%j, of one name', async (effect, code) => {
  rule(effect);
  await expect(client.resolve4(name)).rejects.toMatchObject({ code });
  expect(await client.resolve4('mail.contoso.test')).toEqual(['127.0.0.1']);
  const [asked] = await lab.exchanges({ service: 'dns', outcome: 'fault' });
  expect(asked).toMatchObject({ host: name, faults: [{ rule: 'otherwise', kind: 'lookup' }] });
});

test('a wrong address, of one family alone', async () => {
  rule({ leadsTo: '192.0.2.7' });
  expect(await client.resolve4(name)).toEqual(['192.0.2.7']);
  await expect(client.resolve6(name)).rejects.toMatchObject({ code: 'ENODATA' });
  lab.faults.clear();
  rule({ leadsTo: '2001:db8::7' });
  expect(await client.resolve6(name)).toEqual(['2001:db8::7']);
  await expect(client.resolve4(name)).rejects.toMatchObject({ code: 'ENODATA' });
});

test('another host, by an alias', async () => {
  rule({ leadsTo: 'Mail.Contoso.test' });
  expect(await client.resolveCname(name)).toEqual(['mail.contoso.test']);
  expect(await client.resolve4(name)).toEqual(['127.0.0.1']);
  lab.faults.clear();
  rule({ leadsTo: 'nowhere.contoso.test' });
  await expect(client.resolve4(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test.each([
  [{ code: 'NXDOMAIN' }, 'NameNotFound'],
  [{ code: 'SERVFAIL' }, 'NameNotFound'],
  [{ leadsTo: '192.0.2.7' }, 'ConnectionRefused'],
  [{ leadsTo: 'nowhere.contoso.test' }, 'NameNotFound'],
  [{ leadsTo: 'mail.contoso.test' }, 'CertificateRefused'],
])('split horizon, %j: the servers of one organisation are told otherwise, nobody else is', async (effect, code) => {
  rule(effect, { org: 'contoso' });
  expect(await fetchedBy(lab, 'contoso', name)).toBe(code);
  expect(await fetchedBy(lab, 'fabrikam', name)).toBe('200');
  expect(await client.resolve4(name)).toEqual(['127.0.0.1']);
  lab.faults.clear();
  expect(await fetchedBy(lab, 'contoso', name)).toBe('200');
});

test.each([[{}], [{ code: 'NXDOMAIN', leadsTo: 'mail.contoso.test' }], [{ code: 'REFUSED' }], [{ leadsTo: 'a host' }]])(
  '%j is no answer of DNS',
  (effect) => {
    expect(() => rule(effect)).toThrow(expect.objectContaining({ code: 'InvalidFaultRule' }));
  },
);
