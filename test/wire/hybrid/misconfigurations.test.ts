import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesBetween } from '../../../shared/domain/directory/configuration-image.ts';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';
import { ask } from '../admin/ask.ts';
import { openTopologyLab, type TopologyLab } from './topologies/lab.ts';

let topology: TopologyLab;
beforeAll(async () => {
  topology = await openTopologyLab();
  const account = "@{UserName='CONTOSO\\administrator'; Password='Pa55word!'}";
  await topology.take({
    at: 'contoso-cloud',
    line: `New-MigrationEndpoint onprem -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${account}`,
  });
});
afterAll(() => topology.close());

interface Found {
  readonly id: string;
  readonly organization: string;
  readonly object: string;
}

async function lint(): Promise<readonly Found[]> {
  return (await topology.control('GET', '/topology/lint'))['findings'] as readonly Found[];
}

const idsOf = (found: readonly Found[]): readonly string[] => [...new Set(found.map(({ id }) => id))].toSorted();
const all = misconfigurations.flatMap((one) => Object.entries(one.variants).map(([name, variant]) => [one.id, name, variant] as const));

test('nothing is found where nothing is broken', async () => {
  expect(await lint()).toEqual([]);
});

describe('each is broken, found by what is configured, and taken back to the last property', () => {
  test.each(all)('%s: %s', async (id, name, variant) => {
    const before = await topology.configuration();
    const broken = await topology.control('POST', `/topology/break/${id}`, { variant: name });
    expect(broken).toMatchObject({ id, variant: name, how: variant.how });
    const expected = variant.unseen === undefined ? [id, ...(variant.also ?? [])].toSorted() : [];
    expect(idsOf(await lint())).toEqual(expected);
    const again = await ask(topology.adminUrl, 'POST', `/_coexist/v1/topology/break/${id}`, { variant: name });
    expect([again.status, again.body]).toMatchObject([422, { title: 'AlreadyBroken' }]);
    await topology.control('POST', `/topology/fix/${id}`);
    expect(await lint()).toEqual([]);
    expect(changesBetween(before, await topology.configuration())).toEqual([]);
  });
});

/** Breaks that lie on each other: two properties of one object, one property of one object, one clock. */
const heaps: readonly (readonly [what: string, first: readonly [string, string], second: readonly [string, string]])[] = [
  ['two properties of one object', ['eff-wssec-off', 'ews'], ['ews-exturl-missing', 'empty']],
  ['one property of one object', ['target-sharing-epr-wrong', 'old-host'], ['tls', 'port-80']],
  ['one property, and another of the same object', ['cert-name-mismatch', 'alias'], ['app-uri-wrong', 'nobody']],
  ['a certificate that is gone and keys that have changed', ['fed-cert-missing', 'deleted'], ['fed-metadata-stale', 'keys-rolled']],
  ['a fault and a setting', ['fw-block-in', 'ews'], ['clock-skew', 'asked-slow']],
];

describe.each(heaps)('two at once, %s', (_what, first, second) => {
  test.each([
    ['the first goes first', [first, second]],
    ['the last goes first', [second, first]],
  ])('%s', async (_order, [goes, stays]) => {
    const whole = await topology.configuration();
    for (const [id, variant] of [first, second]) await topology.control('POST', `/topology/break/${id}`, { variant });
    await topology.control('POST', `/topology/fix/${goes?.[0]}`);
    const left = await topology.configuration();
    await topology.control('POST', `/topology/fix/${stays?.[0]}`);
    expect(changesBetween(whole, await topology.configuration())).toEqual([]);
    // What stayed is as if the other had never been.
    await topology.control('POST', `/topology/break/${stays?.[0]}`, { variant: stays?.[1] });
    if (stays?.[0] !== 'fed-metadata-stale') expect(changesBetween(left, await topology.configuration())).toEqual([]);
    await topology.control('POST', `/topology/fix/${stays?.[0]}`);
    expect(changesBetween(whole, await topology.configuration())).toEqual([]);
  });
});

test('what somebody else changes of the same object meanwhile stays', async () => {
  await topology.control('POST', '/topology/break/eff-wssec-off');
  await topology.take({
    at: 'contoso',
    line: 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -DigestAuthentication $true',
  });
  await topology.control('POST', '/topology/fix/eff-wssec-off');
  const { objects } = await topology.run('contoso', 'Get-WebServicesVirtualDirectory');
  expect(objects[0]).toMatchObject({ DigestAuthentication: true, WSSecurityAuthentication: true });
  await topology.take({
    at: 'contoso',
    line: 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -DigestAuthentication $false',
  });
});

test('an address that two have is what synchronisation stumbles over', async () => {
  const errors = async (): Promise<readonly object[]> => {
    await topology.take({ at: 'contoso', line: 'Start-ADSyncSyncCycle' });
    return (await topology.run('contoso-cloud', 'Get-MsolDirSyncProvisioningError -ErrorCategory PropertyConflict')).objects;
  };
  expect(await errors()).toEqual([]);
  await topology.control('POST', '/topology/break/duplicate-proxy-address', { user: 'rob@contoso.test' });
  expect(await errors()).toMatchObject([
    { DisplayName: 'Rob', ErrorDescription: expect.stringContaining('[ProxyAddresses smtp:duplicate@contoso.test;]') },
  ]);
  await topology.control('POST', '/topology/fix/duplicate-proxy-address');
  expect(await errors()).toEqual([]);
});

describe('what cannot be is refused, and nothing is other than before', () => {
  test.each([
    ['break/ews-dissabled', {}, 'UnknownMisconfiguration', /did you mean "?ews-disabled/],
    ['break/eff-wssec-off', { variant: 'ewx' }, 'UnknownVariant', /did you mean "?ews/],
    ['break/user-unknown', {}, 'NotBreakable', /GetUserAvailability/],
    ['break/user-missing', { user: 'nobody@contoso.test' }, 'NotInThisWorld', /nobody@contoso\.test/],
    ['fix/eff-wssec-off', {}, 'NotBroken', /topology ls/],
  ])('%s %j', async (path, body, title, detail) => {
    const before = await topology.configuration();
    const { status, body: said } = await ask(topology.adminUrl, 'POST', `/_coexist/v1/topology/${path}`, body);
    expect([status, said]).toMatchObject([422, { title, detail: expect.stringMatching(detail) }]);
    expect(changesBetween(before, await topology.configuration())).toEqual([]);
  });

  test('a break half of whose steps are refused is taken back', async () => {
    const before = await topology.configuration();
    await topology.take({ at: 'contoso', line: 'New-DistributionGroup -Name Few -PrimarySmtpAddress few@contoso.test' });
    const refused = await ask(topology.adminUrl, 'POST', '/_coexist/v1/topology/break/orgrel-fb-scope', {});
    expect([refused.status, refused.body]).toMatchObject([422, { title: 'StepRefused' }]);
    await topology.take({ at: 'contoso', line: 'Remove-DistributionGroup few@contoso.test -Confirm:$false' });
    expect(changesBetween(before, await topology.configuration())).toEqual([]);
  });

  test('what is so already is no break', async () => {
    await topology.take({ at: 'contoso', line: 'Get-PartnerApplication | Set-PartnerApplication -Enabled $false' });
    const refused = await ask(topology.adminUrl, 'POST', '/_coexist/v1/topology/break/ioc-oauth-refused', {
      variant: 'partner-application',
    });
    expect([refused.status, refused.body]).toMatchObject([422, { title: 'NothingChanged' }]);
    await topology.take({ at: 'contoso', line: 'Get-PartnerApplication | Set-PartnerApplication -Enabled $true' });
  });
});

test('each tells of itself, and what its variants take in this world', async () => {
  const { misconfigurations: listed } = await topology.control('GET', '/topology');
  expect(listed).toHaveLength(misconfigurations.length);
  for (const { id, variants } of misconfigurations) {
    const told = await topology.control('GET', `/topology/explain/${id}`);
    expect(told).toMatchObject({ id, broken: null, symptom: expect.stringMatching(/\S/), notice: expect.stringMatching(/\S/) });
    expect(told['variants']).toHaveLength(Object.keys(variants).length);
    for (const variant of told['variants'] as readonly object[])
      expect(variant).toMatchObject({ steps: expect.arrayContaining([expect.any(String)]) });
  }
});
