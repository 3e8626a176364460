import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { fetchedBy } from './fetched-by.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

const fetched = (host: string) => fetchedBy(lab, 'contoso', host);

const fabrikam = (line: string) => runCmdlet(lab, 'fabrikam', line, 'pat@fabrikam.test');

test('a server keeps to the address that it knows until the record has expired', async () => {
  expect(await fetched('mail.fabrikam.test')).toBe('200');
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name mail -A -IPv4Address 10.9.9.9 -TimeToLive 00:10:00');
  await lab.clock.advance(3_599_000);
  expect(await fetched('mail.fabrikam.test')).toBe('200');
  await lab.clock.advance(1_000);
  expect(await fetched('mail.fabrikam.test')).toBe('ConnectionRefused');
  await fabrikam('Remove-DnsServerResourceRecord -ZoneName fabrikam.test -Name mail -RRType A -Force');
  await lab.clock.advance(599_000);
  expect(await fetched('mail.fabrikam.test')).toBe('ConnectionRefused');
  await lab.clock.advance(1_000);
  expect(await fetched('mail.fabrikam.test')).toBe('200');
});

test('that a name does not exist is remembered too; an alias leads to the listener of its target, with its certificate', async () => {
  expect(await fetched('portal.fabrikam.test')).toBe('NameNotFound');
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name portal -CName -HostNameAlias mail.fabrikam.test');
  await lab.clock.advance(299_000);
  expect(await fetched('portal.fabrikam.test')).toBe('NameNotFound');
  await lab.clock.advance(1_000);
  expect(await fetched('portal.fabrikam.test')).toBe('CertificateRefused');
});

test('connections that stand do not outlive the name: the next call goes where it leads now', async () => {
  expect(await fetched('autodiscover.fabrikam.test')).toBe('200');
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name autodiscover -CName -HostNameAlias mail.contoso.test');
  await lab.clock.advance(3_600_000);
  expect(await fetched('autodiscover.fabrikam.test')).toBe('CertificateRefused');
});

test('a new name with the address of the servers leads to that of its zone, any other address to nothing', async () => {
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name second -A -IPv4Address 127.0.0.1');
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name third -AAAA -IPv6Address fd00::3');
  expect(await fetched('second.fabrikam.test')).toBe('CertificateRefused');
  expect(await fetched('third.fabrikam.test')).toBe('ConnectionRefused');
});

test('a world that is put back to its start has forgotten', async () => {
  expect(await fetched('smtp.fabrikam.test')).toBe('200');
  await fabrikam('Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name smtp -A -IPv4Address 10.9.9.9');
  await lab.clock.advance(3_600_000);
  expect(await fetched('smtp.fabrikam.test')).toBe('ConnectionRefused');
  await lab.reset();
  expect(await fetched('smtp.fabrikam.test')).toBe('200');
});

test('a domain without a server exists and refuses', async () => {
  expect(await fetched('contoso.test')).toBe('ConnectionRefused');
});

test('a fault at the name server leaves the caller without an address', async () => {
  lab.faults.add({ seam: 'dns', match: { org: 'contoso', host: 'mail.fabrikam.test' }, effect: { kind: 'refuse' }, times: 1 });
  expect(await fetched('mail.fabrikam.test')).toBe('NameNotFound');
  expect(await fetched('mail.fabrikam.test')).toBe('200');
});
