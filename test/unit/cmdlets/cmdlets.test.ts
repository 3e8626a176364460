import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCmdlet, cmdlets, runCmdlet } from '../../../shared/cmdlets/index.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { acme, cloud, type Lab, openLab } from '../access/lab.ts';
import { textShown } from './trust-lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab([acme, cloud], []);
});
afterEach(() => lab.close());

const run = async (line: string, organization = acme) => runCmdlet(await testScope(lab, organization), line);

test.each([
  [
    'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false',
    'WebServicesVirtualDirectory',
    'EWS (Default Web Site)',
  ],
  [
    'set-webservicesvirtualdirectory -basicauthentication $false -identity "ex-se-01\\ews (default web site)"',
    'WebServicesVirtualDirectory',
    'EWS (Default Web Site)',
  ],
  [
    'Set-AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)" -BasicAuthentication:$false',
    'AutodiscoverVirtualDirectory',
    'Autodiscover (Default Web Site)',
  ],
])('%s', async (line, kind, identity) => {
  expect(checkCmdlet(line, acme)).toBeUndefined();
  await run(line);
  const settings = await lab.registry.settings('acme');
  expect(settings.get(kind, identity)).toMatchObject({ version: 2, value: { BasicAuthentication: false, Server: 'EX-SE-01' } });
  const others = [...settings.list('WebServicesVirtualDirectory'), ...settings.list('AutodiscoverVirtualDirectory')].filter(
    (object) => object.kind !== kind,
  );
  expect(others).toMatchObject([{ version: 1, value: { BasicAuthentication: true } }]);
});

test.each([
  ['Get-WebServicesVirtualDirectory', true],
  ['get-webservicesvirtualdirectory "EWS (Default Web Site)"', true],
  ['Get-WebServicesVirtualDirectory -id "ex-se-01\\ews (default web site)"', false],
])('%s shows what was set', async (line, enabled) => {
  expect(await run(`Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -Basic $${enabled}`)).toEqual([]);
  const shown = await run(line);
  expect(shown).toEqual([
    {
      Name: 'EWS (Default Web Site)',
      CertificateAuthentication: false,
      InternalNLBBypassUrl: null,
      MRSProxyEnabled: false,
      MRSProxyMaxConnections: 100,
      WSSecurityAuthentication: true,
      BasicAuthentication: enabled,
      DigestAuthentication: false,
      WindowsAuthentication: true,
      ExtendedProtectionTokenChecking: 'Allow',
      OAuthAuthentication: true,
      Server: 'EX-SE-01',
      InternalUrl: 'https://mail.acme.test/EWS/Exchange.asmx',
      ExternalUrl: 'https://mail.acme.test/EWS/Exchange.asmx',
      Identity: 'EX-SE-01\\EWS (Default Web Site)',
    },
  ]);
  expect(Object.keys(shown[0] ?? {})).toEqual([
    'Name',
    'CertificateAuthentication',
    'InternalNLBBypassUrl',
    'MRSProxyEnabled',
    'MRSProxyMaxConnections',
    'WSSecurityAuthentication',
    'BasicAuthentication',
    'DigestAuthentication',
    'WindowsAuthentication',
    'OAuthAuthentication',
    'ExtendedProtectionTokenChecking',
    'Server',
    'InternalUrl',
    'ExternalUrl',
    'Identity',
  ]);
});

test.each(['WebServices', 'Autodiscover'])('WSSecurity is switched on a %s virtual directory', async (noun) => {
  const shown = async () => (await run(`Get-${noun}VirtualDirectory`))[0]?.['WSSecurityAuthentication'];
  const identity = noun === 'WebServices' ? 'EWS (Default Web Site)' : 'Autodiscover (Default Web Site)';
  expect(await shown()).toBe(true);
  await run(`Set-${noun}VirtualDirectory "${identity}" -WSSecurityAuthentication $false`);
  expect(await shown()).toBe(false);
  await run(`Set-${noun}VirtualDirectory "${identity}" -WSSecurityAuthentication:$true`);
  expect(await shown()).toBe(true);
});

test('what becomes of channel bindings is one of three words', async () => {
  const shown = async () => (await run('Get-WebServicesVirtualDirectory'))[0]?.['ExtendedProtectionTokenChecking'];
  const set = (value: string) => run(`Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExtendedProtectionTokenChecking ${value}`);
  expect(await shown()).toBe('Allow');
  await set('require');
  expect(await shown()).toBe('Require');
  await expect(set('Sometimes')).rejects.toThrow(/None or Allow or Require/);
  expect(await shown()).toBe('Require');
  await set('Allow');
});

test('an identity that was shown is taken', async () => {
  const [shown] = await run('Get-AutodiscoverVirtualDirectory');
  await run(`Set-AutodiscoverVirtualDirectory '${textShown(shown, 'Identity')}' -BasicAuthentication $false`);
  expect(await run('Get-AutodiscoverVirtualDirectory')).toEqual([{ ...shown, BasicAuthentication: false }]);
});

const notRecognized =
  /^The term '\S+' is not recognized as the name of a cmdlet, function, script file, or operable program\. Check .* try again\./;

test.each([
  ['New-AddressList x', 'unknown-cmdlet', /It is not supported here\.$/],
  ['Set-WebServiceVirtualDirectory x', 'unknown-cmdlet', /Did you mean Set-WebServicesVirtualDirectory\?$/],
  ['Set-WebServicesVirtualDirectory x -BasicAuthentication yes', 'bad-parameter', /Boolean parameters accept only/],
  ['Set-WebServicesVirtualDirectory x -GzipLevel High', 'bad-parameter', /matches parameter name 'GzipLevel'/],
  ['Get-WebServicesVirtualDirectory -BasicAuthentication $true', 'bad-parameter', /takes -Identity, -Server, -ADPropertiesOnly here\.$/],
  ['Get-WebServicesVirtualDirectory; x', 'bad-line', /does not begin with the name|cannot read/],
])('%s is refused before it runs', async (line, code, detail) => {
  expect(checkCmdlet(line, acme)).toMatch(detail);
  if (code === 'unknown-cmdlet') expect(checkCmdlet(line, acme)).toMatch(notRecognized);
  await expect(run(line)).rejects.toMatchObject({ code });
});

test.each([
  'Set-WebServicesVirtualDirectory "OTHER\\EWS (Default Web Site)" -BasicAuthentication $false',
  'Get-WebServicesVirtualDirectory "OTHER\\EWS (Default Web Site)"',
])('%s: an object that does not exist is refused when the line runs', async (line) => {
  expect(checkCmdlet(line, acme)).toBeUndefined();
  await expect(run(line)).rejects.toMatchObject({
    code: 'object-not-found',
    detail: expect.stringMatching(
      /^The operation couldn't be performed because object 'OTHER\\EWS .*' couldn't be found on 'acme\.test'\./,
    ),
  });
});

const onPremisesOnly = Object.entries(cmdlets).flatMap(([name, { kinds }]) => (kinds.includes('cloud') ? [] : [name]));

test.each(onPremisesOnly)('the cloud has no %s', async (name) => {
  const line = `${name} "EWS (Default Web Site)"`;
  expect(checkCmdlet(line, cloud)).toMatch(notRecognized);
  expect(checkCmdlet(line, cloud)).toMatch(/It does not exist in a cloud organisation\.$/);
  await expect(run(line, cloud)).rejects.toMatchObject({ code: 'not-available' });
});

test('every cmdlet can bind what it says of itself', () => {
  for (const cmdlet of Object.values(cmdlets)) {
    expect(Object.keys(cmdlet.parameters)).toEqual(
      expect.arrayContaining([...(cmdlet.positional === undefined ? [] : [cmdlet.positional]), ...cmdlet.required]),
    );
  }
});
