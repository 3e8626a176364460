import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  cameFromNetwork,
  type EndpointsSource,
  endpointsDocument,
  removeEndpoints,
  writeEndpoints,
} from '../../../services/admin/endpoints.ts';
import { asItIs } from '../../../shared/domain/organization/advertised-urls.ts';
import { buildHostMap, realSpelling } from '../../../shared/domain/organization/host-map.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

const organizations: readonly Organization[] = [
  {
    ...{ name: 'contoso', kind: 'on-premises', product: 'exchange-se', netbiosName: 'CONTOSO', domains: ['contoso.test'] },
    hosts: { web: 'mail.contoso.test', autodiscover: 'autodiscover.contoso.test', redirectOnly: [] },
  },
  {
    ...{
      name: 'contoso-cloud',
      kind: 'cloud',
      product: 'exchange-online',
      era: '2019',
      tenantId: namedGuid('tenant'),
      netbiosName: 'CLOUD',
    },
    domains: ['contoso.onmicrosoft.test'],
    hosts: { web: 'outlook.office365.test', autodiscover: 'autodiscover-s.outlook.test', redirectOnly: [] },
  },
];
const httpsPorts = new Map([
  ['contoso', 4443],
  ['contoso-cloud', 4444],
  ['azure-auth', 4445],
]);
const daemon = { name: 'daemon', clientId: namedGuid('daemon'), clientSecret: 'secret', redirectUris: [] };
const source: EndpointsSource = {
  ...{ version: '0.1.0', pid: 4711, startedAt: Date.UTC(2026, 10, 21, 8), adminUrl: 'http://127.0.0.1:4460', adminToken: null },
  ...{
    caFile: '/abs/ca.pem',
    proxyUrl: 'http://127.0.0.1:4438',
    http: '127.0.0.1:4480',
    dns: '127.0.0.1:4453',
    host: '127.0.0.1',
    organizations,
    httpsPorts,
    spell: asItIs,
    wellKnownPorts: false,
  },
  submission: '127.0.0.1:4487',
  smtp: new Map([['contoso', '127.0.0.1:4425']]),
  clientSmtp: new Map([['contoso', '127.0.0.1:4486']]),
  services: new Set(['ews', 'autodiscover', 'azure-auth']),
  hosts: buildHostMap({ organizations, listeners: new Map([...httpsPorts].map(([name, port]) => [name, { address: '127.0.0.1', port }])) })
    .hosts,
  users: [{ mail: 'mary@contoso.test', userName: 'CONTOSO\\mary', password: 'x', organization: 'contoso' }],
  clients: new Map([['contoso-cloud', [daemon]]]),
};

test('the document as harnesses read it', () => {
  const { hosts, ...document } = endpointsDocument(source);
  expect(document).toEqual({
    version: '0.1.0',
    pid: 4711,
    startedAt: '2026-11-21T08:00:00.000Z',
    adminUrl: 'http://127.0.0.1:4460',
    adminToken: null,
    caFile: '/abs/ca.pem',
    proxyUrl: 'http://127.0.0.1:4438',
    http: '127.0.0.1:4480',
    dns: '127.0.0.1:4453',
    organizations: {
      contoso: {
        kind: 'on-premises',
        product: 'exchange-se',
        domains: ['contoso.test'],
        ews: 'https://localhost:4443/EWS/Exchange.asmx',
        autodiscover: 'https://localhost:4443/autodiscover/autodiscover.xml',
        ...{ mrsProxy: null, smtp: '127.0.0.1:4425', clientSmtp: '127.0.0.1:4486', submission: '127.0.0.1:4487' },
      },
      'contoso-cloud': {
        kind: 'cloud',
        product: 'exchange-online',
        domains: ['contoso.onmicrosoft.test'],
        tenantId: namedGuid('tenant'),
        authority: `https://localhost:4445/${namedGuid('tenant')}`,
        clients: [daemon],
        ews: 'https://localhost:4444/EWS/Exchange.asmx',
        autodiscover: 'https://localhost:4444/autodiscover/autodiscover.xml',
        ...{ mrsProxy: null, smtp: null, clientSmtp: null, submission: '127.0.0.1:4487' },
      },
    },
    users: [{ mail: 'mary@contoso.test', userName: 'CONTOSO\\mary', password: 'x', organization: 'contoso' }],
  });
  expect(hosts).toMatchObject({
    'mail.contoso.test': '127.0.0.1:4443',
    'autodiscover.contoso.test': '127.0.0.1:4443',
    'outlook.office365.test': '127.0.0.1:4444',
    'outlook.office365.com': '127.0.0.1:4444',
    'login.microsoftonline.test': '127.0.0.1:4445',
    'accounts.accesscontrol.windows.net': '127.0.0.1:4445',
    'graph.microsoft.com': '127.0.0.1:4445',
  });
  expect(hosts).not.toHaveProperty(['contoso.test']);
});

test('what does not run has no address; an outside port is told everywhere', () => {
  const outside = endpointsDocument({ ...source, httpsPorts: new Map([['contoso', 32_768]]), services: new Set(['autodiscover']) });
  expect(outside.organizations['contoso']).toMatchObject({
    ews: null,
    autodiscover: 'https://localhost:32768/autodiscover/autodiscover.xml',
  });
  const { contoso, 'contoso-cloud': cloud } = endpointsDocument({ ...source, services: new Set(['mrsproxy']) }).organizations;
  expect([contoso?.mrsProxy, cloud?.mrsProxy]).toEqual(['https://localhost:4443/EWS/mrsproxy.svc', null]);
  expect(outside.organizations['contoso-cloud']).toMatchObject({ ews: null, autodiscover: null, authority: null, clients: [] });
  expect(outside.hosts['mail.contoso.test']).toBe('127.0.0.1:32768');
  const authority = endpointsDocument({ ...source, httpsPorts: new Map([['azure-auth', 32_769]]) });
  expect(authority.organizations['contoso-cloud']?.authority).toBe(`https://localhost:32769/${namedGuid('tenant')}`);
  expect(authority.hosts['login.microsoftonline.com']).toBe('127.0.0.1:32769');
  const { authority: none } = endpointsDocument({ ...source, services: new Set(['ews']) }).organizations['contoso-cloud'] ?? {};
  expect(none).toBeNull();
});

test.each([
  ['127.0.0.1', 'localhost'],
  ['0.0.0.0', 'localhost'],
  ['::', 'localhost'],
  ['::1', 'localhost'],
  ['192.168.1.5', 'mail.contoso.test'],
  ['fd00::5', 'mail.contoso.test'],
])('bound to %s it is reached as %s', (host, name) => {
  expect(endpointsDocument({ ...source, host }).organizations['contoso']?.ews).toBe(`https://${name}:4443/EWS/Exchange.asmx`);
});

test('what listens on another machine of the lab is told by a name, which its certificate carries', () => {
  const elsewhere = new Map([
    ['contoso', '10.0.0.7'],
    ['azure-auth', 'fd00::7'],
  ]);
  const told = (more: Partial<EndpointsSource>): readonly unknown[] => {
    const { contoso, 'contoso-cloud': cloud } = endpointsDocument({ ...source, elsewhere, ...more }).organizations;
    return [contoso?.ews, cloud?.ews, cloud?.authority];
  };
  expect(told({})).toEqual([
    'https://mail.contoso.test:4443/EWS/Exchange.asmx',
    'https://localhost:4444/EWS/Exchange.asmx',
    `https://login.microsoftonline.test:4445/${namedGuid('tenant')}`,
  ]);
  expect(told({ wellKnownPorts: true, spell: realSpelling })).toEqual([
    'https://mail.contoso.test/EWS/Exchange.asmx',
    'https://localhost:4444/EWS/Exchange.asmx',
    `https://login.microsoftonline.com/${namedGuid('tenant')}`,
  ]);
});

test.each([
  ['172.18.0.2:4460', '172.18.0.2'],
  ['coexist:4460', 'coexist'],
  ['[fd00::5]:4460', '[fd00::5]'],
  ['localhost:4460', undefined],
  ['127.0.0.1:4460', undefined],
  ['[::1]:4460', undefined],
  ['docker.example.test:32768', undefined],
  ['two words:4460', undefined],
])('whoever came by %s is told what holds for %s', (host, from) => {
  expect(cameFromNetwork(host, 4460)).toBe(from);
});

const dir = mkdtempSync(join(tmpdir(), 'coexist-endpoints-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('is written whole, for its owner alone, and removed by whom it names', () => {
  const file = join(dir, 'deep', 'endpoints.json');
  const document = endpointsDocument(source);
  writeEndpoints(file, document);
  writeEndpoints(file, { ...document, pid: 4712 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...document, pid: 4712 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, 'deep'))).toEqual(['endpoints.json']);
  removeEndpoints(file, 4711);
  expect(existsSync(file)).toBe(true);
  removeEndpoints(file, 4712);
  removeEndpoints(file, 4712);
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, 'not JSON');
  removeEndpoints(file, 4712);
  expect(existsSync(file)).toBe(true);
});
