import { expect, test } from 'vitest';
import { type Approach, advertisedHost, advertisedUrls, asItIs } from '../../../shared/domain/organization/advertised-urls.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';

const ports = new Map([
  ['contoso', 4443],
  ['contoso-cloud', 4444],
]);
const ask = (host: string, port: number | undefined, byName: boolean): Approach => ({
  asked: { authority: { host, port, byName }, organization: 'contoso' },
  publishedPorts: ports,
  spell: asItIs,
});
/** Settings in which nobody has changed a virtual directory but those of `values`, by kind. */
const settings = (values: Readonly<Record<string, object>> = {}): Settings => ({
  get(kind, identity) {
    const value = values[kind];
    return value === undefined ? undefined : { organization: 'contoso', kind, identity, name: identity, value, version: 1 };
  },
  list: () => [],
});

test('all addresses of an organisation asked for by name', () => {
  const urls = {
    ews: 'https://mail.contoso.test/EWS/Exchange.asmx',
    ecp: 'https://mail.contoso.test/ecp/',
    owa: 'https://mail.contoso.test/owa/',
    oab: 'https://mail.contoso.test/OAB',
    activeSync: undefined,
  };
  expect(advertisedUrls(contoso, settings(), ask('mail.contoso.test', undefined, true))).toEqual({
    internal: urls,
    external: urls,
    autodiscoverPox: 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
    autodiscoverSoap: 'https://autodiscover.contoso.test/autodiscover/autodiscover.svc',
    autodiscoverJson: 'https://autodiscover.contoso.test/autodiscover/autodiscover.json',
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
])('%s', (_, organization, approach, base) => {
  expect(advertisedUrls(organization, settings(), approach).external.ews).toBe(`${base}/EWS/Exchange.asmx`);
});

test('another organisation published on 443 needs no port', () => {
  const published = new Map([...ports, ['contoso-cloud', 443] as const]);
  const approach = { ...ask('mail.contoso.test', 9443, true), publishedPorts: published };
  expect(advertisedUrls(contosoCloud, settings(), approach).external.ews).toBe('https://outlook.office365.test/EWS/Exchange.asmx');
});

test('an organisation without a published port cannot be advertised by localhost', () => {
  const approach = { ...ask('localhost', 1, false), publishedPorts: new Map() };
  expect(() => advertisedUrls(contoso, settings(), approach)).toThrow('defect: the published https port of contoso');
});

test.each([
  ['', undefined],
  ['https://nlb.nwtraders.test/EWS/Exchange.asmx', 'https://nlb.nwtraders.test/EWS/Exchange.asmx'],
  ['https://MAIL.contoso.test/ews/Exchange.ASMX?a=b', 'https://localhost:4443/ews/Exchange.ASMX?a=b'],
  ['https://autodiscover.contoso.test', 'https://localhost:4443'],
  ['https://mail.contoso.test:8443/EWS/Exchange.asmx', 'https://mail.contoso.test:8443/EWS/Exchange.asmx'],
  ['http://mail.contoso.test/EWS/Exchange.asmx', 'http://mail.contoso.test/EWS/Exchange.asmx'],
])('what a virtual directory says (%s) is given out as %s to a client that came by localhost', (ExternalUrl, expected) => {
  const { internal, external } = advertisedUrls(
    contoso,
    settings({ WebServicesVirtualDirectory: { ExternalUrl } }),
    ask('localhost', 1, false),
  );
  expect(external.ews).toBe(expected);
  expect(internal.ews).toBe('https://localhost:4443/EWS/Exchange.asmx');
});

test('a host of its own is named as it can be reached, another as it is', () => {
  expect(advertisedHost(contoso, 'Mail.contoso.test', ask('localhost', 1, false))).toBe('localhost:4443');
  expect(advertisedHost(contoso, 'nlb.nwtraders.test', ask('localhost', 1, false))).toBe('nlb.nwtraders.test');
});
