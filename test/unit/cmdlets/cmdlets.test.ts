import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCmdlet, cmdlets, runCmdlet } from '../../../shared/cmdlets/index.ts';
import { acme, cloud, type Lab, openLab } from '../access/lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab([acme, cloud], []);
});
afterEach(() => lab.close());

const run = (line: string, organization = acme) => lab.store.transaction((tx) => runCmdlet({ tx, organization, at: 5 }, line));

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
  ['New-OrganizationRelationship x', 'unknown-cmdlet', /New-OrganizationRelationship is not supported$/],
  ['Set-WebServiceVirtualDirectory x', 'unknown-cmdlet', /did you mean Set-WebServicesVirtualDirectory\?$/],
  ['Set-WebServicesVirtualDirectory "EWS (Default Web Site)"', 'bad-parameter', /-BasicAuthentication is missing$/],
  ['Set-WebServicesVirtualDirectory -BasicAuthentication $true', 'bad-parameter', /-Identity is missing$/],
  ['Set-WebServicesVirtualDirectory x -BasicAuthentication yes', 'bad-parameter', /takes \$true or \$false$/],
  ['Set-WebServicesVirtualDirectory $true -BasicAuthentication $true', 'bad-parameter', /-Identity takes a text$/],
  ['Set-WebServicesVirtualDirectory x y -BasicAuthentication $true', 'bad-parameter', /"y" belongs to no parameter$/],
  ['Set-WebServicesVirtualDirectory x -Identity y -BasicAuthentication $true', 'bad-parameter', /-Identity is given twice$/],
  ['Set-WebServicesVirtualDirectory x -ExternalUrl https://a.test', 'bad-parameter', /has no parameter -ExternalUrl here$/],
])('%s is refused before it runs', async (line, code, detail) => {
  expect(checkCmdlet(line, acme)).toMatch(detail);
  await expect(run(line)).rejects.toMatchObject({ code });
});

test('an object that does not exist is refused when the line runs', async () => {
  const line = 'Set-WebServicesVirtualDirectory "OTHER\\EWS (Default Web Site)" -BasicAuthentication $false';
  expect(checkCmdlet(line, acme)).toBeUndefined();
  await expect(run(line)).rejects.toMatchObject({ code: 'object-not-found' });
});

test('the cloud has no cmdlets for virtual directories', async () => {
  const line = 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false';
  expect(checkCmdlet(line, cloud)).toMatch(/does not exist in a cloud organisation$/);
  await expect(run(line, cloud)).rejects.toMatchObject({ code: 'not-available' });
});

test('every cmdlet can bind what it says of itself', () => {
  for (const cmdlet of Object.values(cmdlets)) {
    expect(Object.keys(cmdlet.parameters)).toEqual(expect.arrayContaining([cmdlet.positional, ...cmdlet.required]));
  }
});
