import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorldMap } from '../../../services/admin/world-map.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from './ask.ts';

let lab: TestLab;
let url: string;
beforeAll(async () => {
  lab = await openTestLab();
  url = lab.endpoints.adminUrl;
});
afterAll(() => lab.close());

const map = async (): Promise<WorldMap> => (await ask(url, 'GET', '/_coexist/v1/map')).body as WorldMap;
const cmdlet = (organization: string, line: string, as?: string) => ask(url, 'POST', '/_coexist/v1/cmdlets', { organization, line, as });

test('the map shows who is there, where each host answers, and what has been asked', async () => {
  await lab.ews('mary@contoso.test', '<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
  const { organizations, authority } = await map();
  expect(organizations.map(({ name, kind, era }) => [name, kind, era])).toEqual([
    ['contoso', 'on-premises', null],
    ['contoso-cloud', 'cloud', '2019'],
    ['fabrikam', 'on-premises', null],
  ]);
  const [contoso] = organizations;
  expect(contoso?.hosts).toEqual([
    { name: 'mail.contoso.test', service: 'web', address: lab.endpoints.hosts['mail.contoso.test'], up: true },
    { name: 'autodiscover.contoso.test', service: 'autodiscover', address: lab.endpoints.hosts['autodiscover.contoso.test'], up: true },
    { name: 'smtp.contoso.test', service: 'smtp', address: lab.endpoints.organizations['contoso']?.smtp, up: true },
  ]);
  expect(contoso?.exchanges['answered']).toBeGreaterThan(0);
  expect([authority.name, authority.up]).toEqual(['azure-auth', true]);
});

test('each link is shown by its line', async () => {
  const { links, organizations } = await map();
  const between = links.map(({ kind, from, to }) => `${kind} ${from} ${to}`);
  for (const expected of [
    'organization-relationship contoso contoso-cloud',
    'organization-relationship contoso-cloud contoso',
    'intra-organization-connector contoso contoso-cloud',
    'intra-organization-connector contoso-cloud contoso',
    'auth-server contoso azure-auth',
    'send-connector contoso contoso-cloud',
    'receive-connector internet contoso',
    'inbound-connector contoso contoso-cloud',
    'outbound-connector contoso-cloud contoso',
  ])
    expect(between).toContain(expected);
  expect(new Set(links.map(({ id }) => id)).size).toBe(links.length);
  for (const { at, line, name } of links) {
    const { status, body } = await cmdlet(at, line, organizations.find((one) => one.name === at)?.administrator);
    const { objects = [] } = body as { objects?: readonly object[] };
    expect([at, line, status, objects.length, JSON.stringify(objects).includes(JSON.stringify(name).slice(1, -1))]).toEqual([
      at,
      line,
      200,
      1,
      true,
    ]);
  }
});

test('what is wrong is red where it is', async () => {
  const before = await map();
  expect([before.links.filter(({ wrong }) => wrong.length > 0), before.broken]).toEqual([[], []]);
  await ask(url, 'POST', '/_coexist/v1/topology/break/target-sharing-epr-wrong', {});
  await ask(url, 'POST', '/_coexist/v1/topology/break/fw-block-in', {});
  const after = await map();
  const red = after.links.filter(({ wrong }) => wrong.length > 0);
  expect(red.map(({ at, kind, wrong }) => [at, kind, wrong])).toEqual([
    ['contoso-cloud', 'organization-relationship', ['target-sharing-epr-wrong']],
  ]);
  expect(after.broken).toEqual([
    { id: 'target-sharing-epr-wrong', at: ['contoso-cloud'] },
    { id: 'fw-block-in', at: ['contoso'] },
  ]);
});
