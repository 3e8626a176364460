import { afterEach, beforeEach, expect, test } from 'vitest';
import { offeredVersions, takenVersions } from '../../../shared/domain/organization/schannel-protocols.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const protocols = String.raw`HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols`;
const client = (version: string): string => `-Path "${protocols}\\${version}\\Client"`;
const offered = async (): Promise<readonly string[]> => offeredVersions(await lab.settings('contoso'));
const all = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'];

test('the registry says which versions of TLS the servers offer', async () => {
  expect(await offered()).toEqual(all);
  expect(await lab.run(`New-ItemProperty ${client('TLS 1.2')} -Name Enabled -Value 0 -PropertyType DWord`)).toMatchObject([{ Enabled: 0 }]);
  expect(await offered()).toEqual(['TLS 1.0', 'TLS 1.1', 'TLS 1.3']);
  await lab.run(`Set-ItemProperty ${client('tls 1.3')} -Name disabledbydefault -Value 1 -Type DWORD`);
  expect(await offered()).toEqual(['TLS 1.0', 'TLS 1.1']);
  expect(await lab.run(`Get-ItemProperty ${client('TLS 1.3')} -Name DisabledByDefault`)).toMatchObject([{ DisabledByDefault: 1 }]);
  await lab.run(`Set-ItemProperty ${client('TLS 1.2')} -Name Enabled -Value 1`);
  await lab.run(`Remove-ItemProperty ${client('TLS 1.3')} -Name DisabledByDefault`);
  expect(await offered()).toEqual(all);
});

test('and which they take, of those that were usual, or beyond them', async () => {
  const taken = async () => takenVersions(await lab.settings('contoso'), ['TLS 1.2', 'TLS 1.3']);
  const server = (version: string): string => client(version).replace('Client', 'Server');
  expect(await taken()).toBeUndefined();
  await lab.run(`New-ItemProperty ${server('TLS 1.0')} -Name Enabled -Value 1 -PropertyType DWord`);
  expect(await taken()).toEqual(['TLS 1.0', 'TLS 1.2', 'TLS 1.3']);
  await lab.run(`New-ItemProperty ${server('TLS 1.2')} -Name Enabled -Value 0 -PropertyType DWord`);
  await lab.run(`New-ItemProperty ${server('TLS 1.0')} -Name DisabledByDefault -Value 1 -PropertyType DWord`);
  expect(await taken()).toEqual(['TLS 1.3']);
  expect(await offered()).toEqual(all);
  expect(await lab.run(`Get-ItemProperty ${server('TLS 1.2')}`)).toMatchObject([{ Enabled: 0, PSChildName: 'Server' }]);
});

test.each([
  [`Get-ItemProperty "${protocols}\\SSL 2.0\\Client"`, /^Cannot find path '.*SSL 2\.0.*' because it does not exist\.$/],
  [`Get-ItemProperty "${protocols}\\TLS 1.2\\Both"`, /does not exist/],
  [`Get-ItemProperty ${client('TLS 1.2')} -Name Enabled`, /^Property Enabled does not exist at path /],
  [`Remove-ItemProperty ${client('TLS 1.2')} -Name Enabled`, /^Property Enabled does not exist at path /],
  [`Set-ItemProperty ${client('TLS 1.2')} -Name Ciphers -Value 1`, /-Name takes Enabled or DisabledByDefault here/],
  [`Set-ItemProperty ${client('TLS 1.2')} -Name Enabled -Value -1`, /-Value takes a number from 0 to 4294967295/],
  [`Set-ItemProperty ${client('TLS 1.2')} -Name Enabled -Value 1 -Type String`, /-Type takes DWord here/],
])('%s is refused', async (line, text) => {
  await expect(lab.run(line)).rejects.toMatchObject({ detail: expect.stringMatching(text) });
});

test('what is there is made again by force alone', async () => {
  const line = `New-ItemProperty ${client('TLS 1.2')} -Name Enabled -PropertyType DWord`;
  await lab.run(`${line} -Value 0`);
  await expect(lab.run(`${line} -Value 1`)).rejects.toMatchObject({ detail: 'The property already exists.' });
  await lab.run(`${line} -Value 1 -Force`);
  expect(await offered()).toEqual(all);
});
