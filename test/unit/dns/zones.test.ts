import { expect, test } from 'vitest';
import { answerQuestion } from '../../../shared/domain/organization/dns-answer.ts';
import { addressOf, type DnsRecordSet, isDnsName, type WritableData } from '../../../shared/domain/organization/dns-records.ts';
import { buildZones, zonesOf } from '../../../shared/domain/organization/dns-zones.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';

function settingsOf(sets: readonly DnsRecordSet[]): Settings {
  const objects = sets.map((value) => ({ organization: '', kind: 'DnsRecord', identity: value.name, name: value.name, value, version: 1 }));
  return { get: () => undefined, list: () => objects };
}

function set(name: string, type: DnsRecordSet['type'], ...data: readonly WritableData[]): DnsRecordSet {
  return { zone: 'contoso.test', name, type, records: data.map((one) => ({ ttlSeconds: 60, data: one })) };
}

function zones(sets: readonly DnsRecordSet[] = [], organizations: readonly Organization[] = [contoso, contosoCloud]) {
  const built = buildZones({
    organizations,
    network: { addresses: ['127.0.0.1', '::1'], refused: ['www.test'] },
    settings: settingsOf(sets),
  });
  return {
    ...built,
    ask(name: string, type: string) {
      const { code, answers, authorities } = answerQuestion(built, { name, type });
      return [code, ...answers.map((record) => shown(record)), ...authorities.map((record) => `[${record.type} ${record.name}]`)].join(' ');
    },
  };
}

function shown({ name, ttlSeconds, type, ...data }: { name: string; ttlSeconds: number; type: string }): string {
  return `${name}/${type}/${Object.values(data).join(',')}`;
}

test.each([
  ['mail.contoso.test', 'A', 'NOERROR mail.contoso.test/A/127.0.0.1'],
  ['Mail.Contoso.Test.', 'AAAA', 'NOERROR mail.contoso.test/AAAA/::1'],
  ['mail.contoso.test', 'MX', 'NOERROR [SOA contoso.test]'],
  ['contoso.test', 'MX', 'NOERROR contoso.test/MX/smtp.contoso.test,10'],
  ['contoso.test', 'A', 'NOERROR contoso.test/A/127.0.0.2'],
  ['www.test', 'A', 'NOERROR www.test/A/127.0.0.2'],
  // The tenant has no SMTP host in this world.
  ['contoso.onmicrosoft.test', 'MX', 'NOERROR contoso.onmicrosoft.test/MX/contoso-onmicrosoft-test.mail.protection.outlook.test,10'],
  ['_autodiscover._tcp.contoso.test', 'SRV', 'NOERROR _autodiscover._tcp.contoso.test/SRV/autodiscover.contoso.test,0,0,443'],
  ['_tcp.contoso.test', 'SRV', 'NOERROR [SOA contoso.test]'],
  ['login.windows.net', 'A', 'NOERROR login.windows.net/A/127.0.0.1'],
  ['nowhere.contoso.test', 'A', 'NXDOMAIN [SOA contoso.test]'],
  ['contoso.com', 'A', 'NXDOMAIN [SOA ]'],
  ['', 'NS', 'NOERROR [SOA ]'],
  [
    'autodiscover.contoso.mail.onmicrosoft.test',
    'A',
    'NOERROR autodiscover.contoso.mail.onmicrosoft.test/CNAME/autodiscover-s.outlook.test autodiscover-s.outlook.test/A/127.0.0.1',
  ],
  [
    'autodiscover.contoso.mail.onmicrosoft.test',
    'CNAME',
    'NOERROR autodiscover.contoso.mail.onmicrosoft.test/CNAME/autodiscover-s.outlook.test',
  ],
  [
    'autodiscover.contoso.mail.onmicrosoft.test',
    'TXT',
    'NOERROR autodiscover.contoso.mail.onmicrosoft.test/CNAME/autodiscover-s.outlook.test [SOA outlook.test]',
  ],
])('%s %s', (name, type, answer) => {
  expect(zones().ask(name, type)).toBe(answer);
});

test("an administrator's address replaces those of both families, and Microsoft's spelling follows", () => {
  const { ask } = zones([set('outlook.office365.test', 'A', { type: 'A', address: '10.0.0.1' })]);
  expect(ask('outlook.office365.test', 'A')).toBe('NOERROR outlook.office365.test/A/10.0.0.1');
  expect(ask('outlook.office365.com', 'A')).toBe('NOERROR outlook.office365.com/A/10.0.0.1');
  expect(ask('outlook.office365.test', 'AAAA')).toBe('NOERROR [SOA office365.test]');
});

test('records of one administrator do not replace those of another', () => {
  const { ask } = zones([
    set('www.contoso.test', 'A', { type: 'A', address: '10.0.0.1' }, { type: 'A', address: '10.0.0.2' }),
    set('www.contoso.test', 'AAAA', { type: 'AAAA', address: 'fd00::1' }),
  ]);
  expect(ask('www.contoso.test', 'A')).toBe('NOERROR www.contoso.test/A/10.0.0.1 www.contoso.test/A/10.0.0.2');
  expect(ask('www.contoso.test', 'AAAA')).toBe('NOERROR www.contoso.test/AAAA/fd00::1');
});

test('an alias takes the place of all that was there; an empty set takes records away', () => {
  const { ask } = zones([set('mail.contoso.test', 'CNAME', { type: 'CNAME', target: 'gone.contoso.test' }), set('contoso.test', 'MX')]);
  expect(ask('mail.contoso.test', 'A')).toBe('NXDOMAIN mail.contoso.test/CNAME/gone.contoso.test [SOA contoso.test]');
  expect(ask('contoso.test', 'MX')).toBe('NOERROR [SOA contoso.test]');
  expect(ask('contoso.test', 'A')).toBe('NOERROR contoso.test/A/127.0.0.2');
});

test('a name whose every record was taken away is gone', () => {
  const { ask } = zones([set('mail.contoso.test', 'A'), set('mail.contoso.test', 'AAAA')]);
  expect(ask('mail.contoso.test', 'A')).toBe('NXDOMAIN [SOA contoso.test]');
});

test('aliases in a circle, and more of them than are followed', () => {
  const alias = (from: string, to: string) => set(`${from}.contoso.test`, 'CNAME', { type: 'CNAME', target: `${to}.contoso.test` });
  const circle = zones([alias('a', 'b'), alias('b', 'a'), alias('self', 'self')]);
  expect(circle.ask('a.contoso.test', 'A')).toBe('SERVFAIL');
  expect(circle.ask('self.contoso.test', 'A')).toBe('SERVFAIL');
  const chain = zones(Array.from({ length: 10 }, (_, index) => alias(`c${index}`, index === 9 ? 'mail' : `c${index + 1}`)));
  expect(chain.ask('c2.contoso.test', 'A')).toMatch(/^NOERROR .*127\.0\.0\.1$/);
  expect(chain.ask('c0.contoso.test', 'A')).toBe('SERVFAIL');
});

test('whose zones are whose', () => {
  expect(zonesOf(contoso)).toEqual(['contoso.test']);
  expect(zonesOf(contosoCloud)).toEqual([...contosoCloud.domains, 'office365.test', 'outlook.test']);
  const { ownerOf } = zones();
  expect([ownerOf('www.contoso.test')?.name, ownerOf('x.outlook.test')?.name, ownerOf('example.org')]).toEqual([
    'contoso',
    'contoso-cloud',
    undefined,
  ]);
});

test('names and addresses', () => {
  expect(['a', '_sip._tls.contoso.test', 'x'.repeat(63), 'A-1.test'].map(isDnsName)).toEqual([true, true, true, true]);
  expect(['', 'a..b', '-a', 'a b', 'ü.test', 'x'.repeat(64), `${'ab.'.repeat(90)}x`].map(isDnsName)).toEqual(
    Array.from({ length: 7 }, () => false),
  );
  expect([addressOf('A', '10.1.2.3'), addressOf('AAAA', 'FD00::0:1')]).toEqual(['10.1.2.3', 'fd00::1']);
  for (const text of ['', '10.1.2', '10.1.2.256', '010.1.2.3', '1.2.3.4.', '::1', 'x']) expect(addressOf('A', text)).toBeUndefined();
  for (const text of ['', '10.1.2.3', ':::1', '::1%lo', '1::2::3']) expect(addressOf('AAAA', text)).toBeUndefined();
});
