import { expect, test } from 'vitest';
import { advertisedUrls } from '../../../shared/domain/organization/advertised-urls.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';

const ports = new Map([
  ['contoso', 4443],
  ['contoso-cloud', 4444],
]);
const ask = (host: string, port: number | undefined, byName: boolean) => ({ authority: { host, port, byName }, organization: 'contoso' });

test('all addresses of an organisation asked for by name', () => {
  expect(advertisedUrls(contoso, ask('mail.contoso.test', undefined, true), ports)).toEqual({
    ews: 'https://mail.contoso.test/EWS/Exchange.asmx',
    autodiscoverPox: 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
    autodiscoverSoap: 'https://autodiscover.contoso.test/autodiscover/autodiscover.svc',
    autodiscoverJson: 'https://autodiscover.contoso.test/autodiscover/autodiscover.json',
    mrsProxy: 'https://mail.contoso.test/EWS/mrsproxy.svc',
    ecp: 'https://mail.contoso.test/ecp/',
    owa: 'https://mail.contoso.test/owa/',
  });
});

test.each([
  ['its own, by name', contoso, ask('mail.contoso.test', undefined, true), 'https://mail.contoso.test'],
  ['its own, by name, port 443 named', contoso, ask('mail.contoso.test', 443, true), 'https://mail.contoso.test'],
  ['its own, by name with a port', contoso, ask('autodiscover.contoso.test', 9443, true), 'https://mail.contoso.test:9443'],
  ["another's, by name", contosoCloud, ask('mail.contoso.test', undefined, true), 'https://outlook.office365.test'],
  ["another's, by name with a port", contosoCloud, ask('mail.contoso.test', 9443, true), 'https://outlook.office365.test:4444'],
  ['its own, by localhost', contoso, ask('localhost', 4443, false), 'https://localhost:4443'],
  ['its own, by localhost through a mapped port', contoso, ask('localhost', 55123, false), 'https://localhost:4443'],
  ["another's, by address", contosoCloud, ask('127.0.0.1', 4443, false), 'https://localhost:4444'],
  ['its own, by a name that is none of the world', contoso, ask('laptop.lan', 4443, false), 'https://localhost:4443'],
])('%s', (_, organization, asked, base) => {
  expect(advertisedUrls(organization, asked, ports).ews).toBe(`${base}/EWS/Exchange.asmx`);
});

test('another organisation published on 443 needs no port', () => {
  const published = new Map([...ports, ['contoso-cloud', 443] as const]);
  expect(advertisedUrls(contosoCloud, ask('mail.contoso.test', 9443, true), published).ews).toBe(
    'https://outlook.office365.test/EWS/Exchange.asmx',
  );
});

test('an organisation without a published port cannot be advertised by localhost', () => {
  expect(() => advertisedUrls(contoso, ask('localhost', 1, false), new Map())).toThrow('defect: the published https port of contoso');
});
