import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientEnvironment, formatEnvironment } from '../../../services/client-environment.ts';

const endpoints: Parameters<typeof clientEnvironment>[0] = {
  ...{
    version: '0.1.0',
    pid: 1,
    adminUrl: 'http://127.0.0.1:4460',
    adminToken: null,
    caFile: '/lab/ca.pem',
    proxyUrl: 'http://127.0.0.1:4438',
    dns: '127.0.0.1:4453',
  },
  organizations: {
    contoso: {
      ...{ kind: 'on-premises', product: 'exchange-se', domains: ['contoso.test'] },
      ews: 'https://localhost:4443/EWS/Exchange.asmx',
      autodiscover: 'https://localhost:4443/a',
      mrsProxy: null,
      smtp: null,
      clientSmtp: null,
      submission: null,
    },
    'contoso-cloud': {
      ...{ product: 'exchange-online', domains: ['contoso.onmicrosoft.test'] },
      ...{ kind: 'cloud', tenantId: '11111111-1111-4111-8111-111111111111', authority: null, clients: [] },
      ...{ ews: 'https://localhost:4444/EWS/Exchange.asmx', autodiscover: null, mrsProxy: null, smtp: '127.0.0.1:4426' },
      clientSmtp: '127.0.0.1:4486',
      submission: '127.0.0.1:4487',
    },
  },
};

test('what runs has a variable, what does not has none', () => {
  const trust = Object.fromEntries(
    ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'].map((name) => [
      name,
      '/here/ca.pem',
    ]),
  );
  const expected = {
    COEXIST_ADMIN_URL: 'http://127.0.0.1:4460',
    COEXIST_CA_FILE: '/here/ca.pem',
    COEXIST_EWS_URL_CONTOSO: 'https://localhost:4443/EWS/Exchange.asmx',
    COEXIST_AUTODISCOVER_URL_CONTOSO: 'https://localhost:4443/a',
    COEXIST_EWS_URL_CONTOSO_CLOUD: 'https://localhost:4444/EWS/Exchange.asmx',
    COEXIST_SMTP_CONTOSO_CLOUD: '127.0.0.1:4426',
    COEXIST_SMTP_CLIENTS_CONTOSO_CLOUD: '127.0.0.1:4486',
    COEXIST_SMTP_SUBMISSION_CONTOSO_CLOUD: '127.0.0.1:4487',
    COEXIST_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    ...trust,
  };
  expect(clientEnvironment(endpoints, { caFile: '/here/ca.pem', proxy: false })).toEqual(expected);
  expect(clientEnvironment({ ...endpoints, proxyUrl: null }, { caFile: '/here/ca.pem', proxy: true })).toEqual(expected);
  expect(clientEnvironment({ ...endpoints, adminToken: 'secret' }, { caFile: '/here/ca.pem', proxy: true })).toEqual({
    ...expected,
    COEXIST_ADMIN_TOKEN: 'secret',
    ...{ HTTPS_PROXY: 'http://127.0.0.1:4438', HTTP_PROXY: 'http://127.0.0.1:4438', NO_PROXY: 'localhost,127.0.0.1,::1' },
    ...{ https_proxy: 'http://127.0.0.1:4438', http_proxy: 'http://127.0.0.1:4438', no_proxy: 'localhost,127.0.0.1,::1' },
    NODE_USE_ENV_PROXY: '1',
  });
});

test.each([
  ['http://172.18.0.2:4460', 'localhost,127.0.0.1,::1,172.18.0.2'],
  ['http://admin:4460', 'localhost,127.0.0.1,::1,admin'],
  ['http://[fd00::2]:4460', 'localhost,127.0.0.1,::1,fd00::2'],
])('a control port at %s is reached past the proxy', (adminUrl, direct) => {
  const { NO_PROXY, no_proxy: small } = clientEnvironment({ ...endpoints, adminUrl }, { caFile: '/ca', proxy: true });
  expect([NO_PROXY, small]).toEqual([direct, direct]);
});

test('a tenant gives its authority and the first of its clients', () => {
  const { 'contoso-cloud': cloud } = endpoints.organizations;
  const authority = 'https://localhost:4445/11111111-1111-4111-8111-111111111111';
  const clients = [{ clientId: 'first', clientSecret: 'its secret' }, { clientId: 'second' }];
  const tenant = (changes: object) =>
    clientEnvironment({ ...endpoints, organizations: { cloud: { ...cloud, ...changes } as never } }, { caFile: '/ca', proxy: false });
  expect(tenant({ authority, clients })).toMatchObject({
    COEXIST_AUTHORITY: authority,
    COEXIST_CLIENT_ID: 'first',
    COEXIST_CLIENT_SECRET: 'its secret',
  });
  expect(tenant({ authority, clients: clients.slice(1) })).not.toHaveProperty('COEXIST_CLIENT_SECRET');
});

test('each shell has its own words', () => {
  const variables = { A: "it's", B: 'C:\\lab\\ca.pem' };
  expect(formatEnvironment(variables, 'sh')).toBe("export A='it'\\''s'\nexport B='C:\\lab\\ca.pem'\n");
  expect(formatEnvironment(variables, 'pwsh')).toBe("$env:A = 'it''s'\n$env:B = 'C:\\lab\\ca.pem'\n");
  expect(formatEnvironment(variables, 'dotenv')).toBe("A=\"it's\"\nB='C:\\lab\\ca.pem'\n");
  expect(formatEnvironment(variables, 'github')).toBe("A=it's\nB=C:\\lab\\ca.pem\n");
});

test('a real shell reads back what was written', () => {
  const values = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(values, (given) => {
      const variables = Object.fromEntries(given.map((value, index) => [`LAB_${index}`, value]));
      const script = `${formatEnvironment(variables, 'sh')}\nfor i in 0 1 2 3 4; do eval "printf '%s\\\\n' \\"\\$LAB_$i\\""; done`;
      expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(given.map((value) => `${value}\n`).join(''));
    }),
    { numRuns: 20 },
  );
});
