import { describe, expect, test } from 'vitest';
import { readScope, resolveResource } from '../../../shared/bridges/authority/resources.ts';
import { exchangeAppId, graphAppId } from '../../../shared/domain/trust/well-known.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { principal, settingsOf, tenant } from './ground.ts';

const graph = principal({ appId: graphAppId, servicePrincipalNames: [graphAppId, 'https://graph.microsoft.test/'] });
const api = principal({ appId: namedGuid('api'), servicePrincipalNames: [namedGuid('api')] });
const onPremisesHosts = ['https://mail.contoso.test/', `${exchangeAppId}/autodiscover.contoso.test`, 'https://odd.test:8443/Path/'];
const exchange = principal({
  servicePrincipalNames: [exchangeAppId, 'https://outlook.office365.test/', 'https://autodiscover-s.outlook.test/', ...onPremisesHosts],
});
const settings = settingsOf([exchange, graph, api]);
const named = (text: string) =>
  resolveResource(settings, text, (authority) => (authority === 'localhost:4443' ? 'mail.contoso.test' : undefined));

describe('a resource', () => {
  const realm = tenant.tenantId;
  test.each([
    exchangeAppId,
    exchangeAppId.toUpperCase(),
    'https://outlook.office365.test',
    'https://outlook.office365.com',
    'HTTPS://Outlook.Office365.com/',
    'https://outlook.office.com:443/',
    'https://autodiscover.outlook.com',
    'https://odd.test:8443/path',
    'https://localhost:4443/',
    `api://${exchangeAppId}`,
    `${exchangeAppId}/outlook.office365.com`,
    `${exchangeAppId}@${realm}`,
    `${exchangeAppId}/outlook.office365.com@${realm}`,
    `${exchangeAppId}/mail.contoso.test@${realm}`,
    `${exchangeAppId}/autodiscover.contoso.test@${realm}`,
    `${exchangeAppId}/localhost:4443@${realm}`,
  ])('%s is Exchange, and the audience is as asked', (text) => {
    const found = named(text);
    expect(found?.principal).toBe(exchange);
    expect(found?.audience).toBe(text);
    expect(found?.realm).toBe(text.includes('@') ? realm : undefined);
  });

  test.each([
    'https://evil.example',
    'http://outlook.office365.com',
    'https://outlook.office365.com/other',
    'https://outlook.office365.com.evil.example/',
    'https://odd.test/path',
    'https://localhost:4444',
    '',
    namedGuid('nobody'),
    `${exchangeAppId}/evil.example@${realm}`,
    `${exchangeAppId}/graph.microsoft.com@${realm}`,
    `${graphAppId}/outlook.office365.com@${realm}`,
    `${exchangeAppId}/a/b@${realm}`,
    `${exchangeAppId}/outlook.office365.com@x@${realm}`,
    'x'.repeat(100_000),
  ])('%s is none', (text) => {
    expect(named(text)).toBeUndefined();
  });

  test('without local names localhost is nobody', () => {
    expect(resolveResource(settings, 'https://localhost:4443/')).toBeUndefined();
  });
});

describe('a scope', () => {
  test.each([
    ['https://outlook.office365.com/.default', 'https://outlook.office365.com', ['.default'], []],
    ['https://outlook.office365.com//.default', 'https://outlook.office365.com/', ['.default'], []],
    [`${exchangeAppId}/.default offline_access`, exchangeAppId, ['.default'], ['offline_access']],
    ['User.Read  OpenID profile', undefined, ['User.Read'], ['openid', 'profile']],
    ['openid', undefined, [], ['openid']],
    ['https://a.test/X https://A.test/Y https://a.test/X', 'https://a.test', ['X', 'Y'], []],
    ['https://outlook.office365.com/A https://outlook.office365.test/B', 'https://outlook.office365.com', ['A', 'B'], []],
    ['api://b/c.d', 'api://b', ['c.d'], []],
  ])('%s', (text, resource, permissions, openId) => {
    expect(readScope(text)).toEqual({ resource, permissions, openId });
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['https://a.test/X https://b.test/X', 'several-resources'],
    ['https://a.test/X User.Read', 'several-resources'],
    ['https://a.test/.default https://a.test/X', 'default-and-others'],
  ])('"%s" cannot be granted: %s', (text, problem) => {
    expect(readScope(text)).toMatchObject({ problem });
  });
});
