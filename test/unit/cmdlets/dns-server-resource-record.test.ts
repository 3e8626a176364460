import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const add = 'Add-DnsServerResourceRecord -ZoneName contoso.test';

test('what is added is shown, with its time to live and its data', async () => {
  const [added] = await lab.run(`${add} -Name Host34 -A -IPv4Address 10.17.1.34 -TimeToLive 1.02:03:04 -PassThru`);
  const record = {
    HostName: 'host34',
    RecordType: 'A',
    Timestamp: 0,
    TimeToLive: '1.02:03:04',
    RecordData: { IPv4Address: '10.17.1.34' },
  };
  expect(added).toEqual(record);
  expect(await lab.run(`${add} -Name text -DescriptiveText "v=spf1 -all"`)).toEqual([]);
  expect(await lab.run('Get-DnsServerResourceRecord contoso.test -Name HOST34')).toEqual([record]);
  expect(await lab.run('Get-DnsServerResourceRecord -ZoneName Contoso.Test. -RRType Txt')).toMatchObject([
    { HostName: 'text', TimeToLive: '01:00:00', RecordData: { DescriptiveText: 'v=spf1 -all' } },
  ]);
});

test('the zone has what the world has by itself', async () => {
  const shown = await lab.run('Get-DnsServerResourceRecord -ZoneName contoso.test');
  expect(shown.map(({ HostName, RecordType }) => [HostName, RecordType])).toEqual([
    ['_autodiscover._tcp', 'SRV'],
    ['autodiscover', 'A'],
    ['@', 'A'],
    ['@', 'MX'],
    ['@', 'SOA'],
    ['mail', 'A'],
    ['smtp', 'A'],
  ]);
});

test('records of a type stand beside each other and go one by one; the world has its own again when none is left', async () => {
  const get = async () => (await lab.run('Get-DnsServerResourceRecord contoso.test -Name mail')).map(({ RecordData }) => RecordData);
  const remove = 'Remove-DnsServerResourceRecord -ZoneName contoso.test -Name mail -RRType A';
  await lab.run(`${add} -Name mail -A -IPv4Address 10.0.0.1`);
  await lab.run(`${add} -Name mail -A -IPv4Address 10.0.0.2`);
  expect(await get()).toEqual([{ IPv4Address: '10.0.0.1' }, { IPv4Address: '10.0.0.2' }]);
  await lab.run(`${remove} -RecordData 10.0.0.1 -Force`);
  expect(await get()).toEqual([{ IPv4Address: '10.0.0.2' }]);
  await lab.run(`${remove} -Force`);
  expect(await get()).toEqual([{ IPv4Address: '127.0.0.1' }]);
  await lab.run(`${remove} -Confirm:$false`);
  await expect(get()).rejects.toMatchObject({ code: 'object-not-found' });
  await lab.run(`${add} -Name mail -A -IPv4Address 127.0.0.1`);
  expect(await get()).toEqual([{ IPv4Address: '127.0.0.1' }]);
});

test('one text of several is found by its letters as they are', async () => {
  await lab.run(`${add} -Name t -Txt -DescriptiveText aB==`);
  await lab.run(`${add} -Name t -Txt -DescriptiveText Ab==`);
  await lab.run('Remove-DnsServerResourceRecord contoso.test -Name t -RRType TXT -RecordData Ab== -Force');
  expect(await lab.run('Get-DnsServerResourceRecord contoso.test -Name t')).toMatchObject([{ RecordData: { DescriptiveText: 'aB==' } }]);
});

test('an alias stands alone', async () => {
  await lab.run(`${add} -Name mail -CName -HostNameAlias www.contoso.test`);
  await expect(lab.run(`${add} -Name mail -CName -HostNameAlias web.contoso.test`)).rejects.toMatchObject({ code: 'object-exists' });
  await expect(lab.run(`${add} -Name mail -A -IPv4Address 10.0.0.1`)).rejects.toMatchObject({ code: 'object-exists' });
  await expect(lab.run(`${add} -Name mail -Txt -DescriptiveText x`)).rejects.toMatchObject({ code: 'object-exists' });
  await lab.run(`${add} -Name www -A -IPv4Address 10.0.0.1`);
  await expect(lab.run(`${add} -Name www -A -IPv4Address 10.0.0.1`)).rejects.toMatchObject({ code: 'object-exists' });
  await expect(lab.run(`${add} -Name www -CName -HostNameAlias mail.contoso.test`)).rejects.toMatchObject({ code: 'object-exists' });
});

test('the tenant shares the domain and has zones of its own', async () => {
  await lab.run(`${add} -Name shared -A -IPv4Address 10.0.0.1`, 'contoso-cloud');
  expect(await lab.run('Get-DnsServerResourceRecord contoso.test -Name shared')).toHaveLength(1);
  const line = 'Add-DnsServerResourceRecord -ZoneName office365.test -Name outlook -A -IPv4Address 10.0.0.1';
  await lab.run(line, 'contoso-cloud');
  await expect(lab.run(line)).rejects.toMatchObject({ code: 'object-not-found' });
});

test.each([
  [`${add.replace('contoso', 'fabrikam')} -Name x -A -IPv4Address 10.0.0.1`, 'object-not-found', /contoso has no zone "fabrikam.test"/],
  ['Get-DnsServerResourceRecord -ZoneName microsoftonline.test', 'object-not-found', /no zone/],
  ['Get-DnsServerResourceRecord contoso.test -Name nothing', 'object-not-found', /no such record "nothing"/],
  ['Get-DnsServerResourceRecord contoso.test -RRType PTR', 'bad-parameter', /-RRType takes A or AAAA/],
  [`${add} -Name x`, 'bad-parameter', /What kind of record\? One of -A,/],
  [`${add} -Name x -A`, 'bad-parameter', /missing mandatory parameters: IPv4Address/],
  [`${add} -Name x -MX -MailExchange mx.contoso.test`, 'bad-parameter', /missing mandatory parameters: Preference/],
  [`${add} -Name x -A -Txt -IPv4Address 10.0.0.1`, 'bad-parameter', /Parameter set cannot be resolved/],
  [`${add} -Name x -A -IPv4Address ::1`, 'bad-parameter', /takes an address/],
  [`${add} -Name x -AAAA -IPv6Address 10.0.0.1`, 'bad-parameter', /takes an address/],
  [`${add} -Name x -CName -HostNameAlias "a b"`, 'bad-parameter', /whole name of a host/],
  [`${add} -Name x -MX -MailExchange mx.contoso.test -Preference 65536`, 'bad-parameter', /from 0 to 65535/],
  [`${add} -Name x -Txt -DescriptiveText ${'x'.repeat(1_025)}`, 'bad-parameter', /at most 1024 octets/],
  [`${add} -Name x.contoso.test -A -IPv4Address 10.0.0.1`, 'bad-parameter', /relative to the zone/],
  [`${add} -Name a..b -A -IPv4Address 10.0.0.1`, 'bad-parameter', /cannot be a name/],
  [`${add} -Name x -A -IPv4Address 10.0.0.1 -TimeToLive soon`, 'bad-parameter', /a time such as/],
  ['Remove-DnsServerResourceRecord contoso.test -Name mail -RRType SOA -Force', 'bad-parameter', /-RRType takes/],
  ['Remove-DnsServerResourceRecord contoso.test -Name mail -RRType A -Confirm', 'bad-parameter', /nobody to confirm/],
  ['Remove-DnsServerResourceRecord contoso.test -Name mail -RRType A -RecordData 10.0.0.9 -Force', 'object-not-found', /no such record/],
])('%s', async (line, code, detail) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
});
