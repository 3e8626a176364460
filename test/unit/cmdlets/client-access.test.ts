import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const one = async (line: string) => {
  const [shown, ...others] = await lab.run(line);
  expect(others).toEqual([]);
  return shown;
};

test.each([
  ['WebServices', 'EWS (Default Web Site)', 'https://mail.contoso.test/EWS/Exchange.asmx'],
  ['Autodiscover', 'Autodiscover (Default Web Site)', null],
  ['Oab', 'OAB (Default Web Site)', 'https://mail.contoso.test/OAB'],
  ['ActiveSync', 'Microsoft-Server-ActiveSync (Default Web Site)', null],
  ['Owa', 'owa (Default Web Site)', 'https://mail.contoso.test/owa/'],
  ['Ecp', 'ecp (Default Web Site)', 'https://mail.contoso.test/ecp/'],
  ['Mapi', 'mapi (Default Web Site)', null],
  ['PowerShell', 'PowerShell (Default Web Site)', null],
])('the %s virtual directory is as Setup leaves it until it is changed', async (noun, Name, url) => {
  const get = `Get-${noun}VirtualDirectory`;
  const Server = 'EX-SE-01';
  const before = await one(get);
  expect(before).toMatchObject({ Name, Server, InternalUrl: url, ExternalUrl: url, Identity: `${Server}\\${Name}` });
  const set = `Set-${noun}VirtualDirectory -Identity "ex-se-01\\${Name.toUpperCase()}"`;
  await lab.run(`${set} –InternalUrl  https://nlb.nwtraders.test/x -ExternalUrl $null`);
  const after = { ...before, InternalUrl: 'https://nlb.nwtraders.test/x', ExternalUrl: null };
  expect(await one(get)).toEqual(after);
  const word = Name.split(' ')[0];
  for (const identity of [`"${word}*"`, `ex-se-01\\${word}*`, `"${Name}" -ADPropertiesOnly:$false`])
    expect(await one(`${get} ${identity}`)).toEqual(after);
});

test('properties besides the addresses', async () => {
  await lab.run(
    'Set-WebServicesVirtualDirectory EWS* -MRSProxyEnabled $true -InternalNLBBypassUrl https://ex-se-01.contoso.test/ews/exchange.asmx',
  );
  expect(await one('Get-WebServicesVirtualDirectory')).toMatchObject({
    MRSProxyEnabled: true,
    InternalNLBBypassUrl: 'https://ex-se-01.contoso.test/ews/exchange.asmx',
  });
  await lab.run('Set-OabVirtualDirectory OAB* -PollInterval 60 -RequireSSL $false');
  expect(await one('Get-OabVirtualDirectory')).toMatchObject({ PollInterval: 60, RequireSSL: false });
  await lab.run('Set-OwaVirtualDirectory owa* -LogonFormat username -DefaultDomain contoso.test');
  expect(await one('Get-OwaVirtualDirectory')).toMatchObject({ LogonFormat: 'UserName', DefaultDomain: 'contoso.test' });
  await lab.run('Set-MapiVirtualDirectory mapi* -IISAuthenticationMethods Negotiate,OAuth');
  expect(await one('Get-MapiVirtualDirectory')).toMatchObject({ IISAuthenticationMethods: ['Negotiate', 'OAuth'] });
});

test('what IIS keeps is left out where only the directory is read', async () => {
  const shown = await one('Get-WebServicesVirtualDirectory -Server ex-se-01.contoso.test -ADPropertiesOnly');
  expect(Object.keys(shown ?? {})).toEqual([
    ...['Name', 'InternalNLBBypassUrl', 'MRSProxyEnabled', 'MRSProxyMaxConnections', 'Server', 'InternalUrl', 'ExternalUrl', 'Identity'],
  ]);
});

test.each([
  ['Get-WebServicesVirtualDirectory -Server mbx1', 'object-not-found', /object 'mbx1' couldn't be found .* is EX-SE-01\.$/],
  [
    'Set-OabVirtualDirectory "mbx1\\OAB (Default Web Site)" -InternalUrl https://a.test/OAB',
    'object-not-found',
    /"EX-SE-01\\OAB \(Default/,
  ],
  ['Set-WebServicesVirtualDirectory EWS* -ExternalUrl mail.contoso.test', 'bad-parameter', /absolute http or https address/],
  ['Set-WebServicesVirtualDirectory EWS* -ExternalUrl https://u:p@mail.contoso.test', 'bad-parameter', /absolute http or https address/],
  ['Set-OwaVirtualDirectory owa* -LogonFormat Card', 'bad-parameter', /FullDomain or PrincipalName or UserName/],
  ['Set-OutlookAnywhere Rpc* -SSLOffloading $true', 'object-not-found', /'Rpc\*'/],
  ['Enable-OutlookAnywhere -ExternalHostname https://nlb.test', 'bad-parameter', /takes a host name/],
  ['Enable-OutlookAnywhere -ExternalHostname nlb.test -ClientAuthenticationMethod Digest', 'bad-parameter', /Basic or Ntlm or Negotiate/],
  [
    'Enable-OutlookAnywhere -ExternalHostname nlb.test -DefaultAuthenticationMethod Basic -IISAuthenticationMethods Ntlm',
    'bad-parameter',
    /^Parameter set cannot be resolved/,
  ],
  ['Get-ClientAccessServer mbx1', 'object-not-found', /object 'mbx1'/],
  ['Set-ClientAccessService EX-SE-01 -IsOutOfService $true', 'bad-parameter', /matches parameter name 'IsOutOfService'/],
  ['Get-ExchangeServer mbx1', 'object-not-found', /object 'mbx1'/],
])('%s is refused', async (line, code, detail) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
});

test('Outlook Anywhere is enabled, set, disabled and enabled again', async () => {
  const enabled = {
    ExternalHostname: 'nlb.nwtraders.test',
    ExternalClientAuthenticationMethod: 'Ntlm',
    InternalHostname: 'mail.contoso.test',
  };
  expect(await one('Get-OutlookAnywhere')).toMatchObject({
    ExternalHostname: 'mail.contoso.test',
    Identity: 'EX-SE-01\\Rpc (Default Web Site)',
  });
  const enable = 'Enable-OutlookAnywhere -Server ex-se-01 -ExternalHostname “nlb.nwtraders.test” -ClientAuthenticationMethod “NTLM”';
  expect(await one(enable)).toMatchObject(enabled);
  await lab.run('Set-OutlookAnywhere "EX-SE-01\\rpc (default web site)" -InternalHostname $null -ExternalClientsRequireSsl $false');
  const set = { ...enabled, InternalHostname: null, ExternalClientsRequireSsl: false };
  expect(await one('Get-OutlookAnywhere -Server EX-SE-01')).toMatchObject(set);
  await lab.run('Disable-OutlookAnywhere EX-SE-01'.replace(' EX', ' -Server EX'));
  expect(await lab.run('Get-OutlookAnywhere')).toEqual([]);
  await expect(lab.run('Set-OutlookAnywhere "Rpc (Default Web Site)" -SSLOffloading $true')).rejects.toMatchObject({
    code: 'object-not-found',
  });
  const again = 'Enable-OutlookAnywhere -ExternalHostname a.test -DefaultAuthenticationMethod Negotiate';
  expect(await one(again)).toMatchObject({
    ...{ ExternalHostname: 'a.test', ExternalClientAuthenticationMethod: 'Negotiate', InternalClientAuthenticationMethod: 'Negotiate' },
    IISAuthenticationMethods: ['Negotiate'],
  });
});

test('the client access service of the server, by both of its names', async () => {
  await lab.run(
    'Set-ClientAccessServer -Identity "ex-se-01" –AutodiscoverServiceInternalURI https://nlb.nwtraders.test/autodiscover/autodiscover.xml',
  );
  await lab.run('Set-ClientAccessServer EX-SE-01 -IsOutofService $True');
  await lab.run('Set-ClientAccessService EX-SE-01 -AutoDiscoverSiteScope Site1,Site2');
  const expected = {
    Name: 'EX-SE-01',
    Fqdn: 'EX-SE-01.contoso.test',
    AutoDiscoverServiceCN: 'EX-SE-01',
    AutoDiscoverServiceInternalUri: 'https://nlb.nwtraders.test/autodiscover/autodiscover.xml',
    AutoDiscoverSiteScope: ['Site1', 'Site2'],
    IsOutOfService: true,
    Identity: 'EX-SE-01',
  };
  expect(await one('Get-ClientAccessServer -Identity ex-se-01')).toEqual(expected);
  expect(await one('Get-ClientAccessService')).toEqual(expected);
  expect(await one('Get-ExchangeServer ex-se-01')).toMatchObject({
    ...{ Name: 'EX-SE-01', Fqdn: 'EX-SE-01.contoso.test', AdminDisplayVersion: 'Version 15.2 (Build 2562.17)', ServerRole: 'Mailbox' },
  });
});
