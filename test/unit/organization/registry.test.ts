import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import { openSettings } from '../../../shared/domain/organization/settings.ts';
import { allowsBasic, changeVirtualDirectory } from '../../../shared/domain/organization/virtual-directories.ts';
import { putConfigObject, removeConfigObject } from '../../../shared/store/config-objects.ts';
import { acme, cloud, type Lab, openLab } from '../access/lab.ts';

let lab: Lab;
let registry: Registry;
beforeEach(async () => {
  lab = await openLab([cloud, acme], []);
  registry = openRegistry(lab.store);
});
afterEach(async () => {
  registry.close();
  await lab.close();
});

test('organisations by name, host and domain, in the order of their world', async () => {
  const organizations = await registry.current();
  expect(organizations.all.map(({ name }) => name)).toEqual(['cloud', 'acme']);
  expect(organizations.byName('acme')).toEqual(acme);
  expect(organizations.byName('other')).toBeUndefined();
  expect(organizations.byHost('MAIL.acme.test')?.name).toBe('acme');
  expect(organizations.byHost('autodiscover.acme.mail.test')?.name).toBe('cloud');
  expect(organizations.byHost('acme.test')).toBeUndefined();
  expect(organizations.byDomain('ACME.test').map(({ name }) => name)).toEqual(['cloud', 'acme']);
  expect(organizations.byDomain('other.test')).toEqual([]);
  expect(await registry.current()).toBe(organizations);
});

test('settings follow the store, and stay one object as long as nothing changes', async () => {
  const before = await registry.settings('acme');
  expect(before.get('WebServicesVirtualDirectory', 'ews (default web site)')?.value).toEqual({
    Server: 'EX-SE-01',
    Name: 'EWS (Default Web Site)',
    BasicAuthentication: true,
    OAuthAuthentication: true,
    WSSecurityAuthentication: true,
    WindowsAuthentication: true,
    ExtendedProtectionTokenChecking: 'Allow',
  });
  expect(await registry.settings('acme')).toBe(before);
  await lab.store.transaction((tx) =>
    changeVirtualDirectory(tx, acme, 'WebServicesVirtualDirectory', { BasicAuthentication: false }, 2_000),
  );
  const after = await registry.settings('acme');
  expect(allowsBasic(acme, after, 'WebServicesVirtualDirectory')).toBe(false);
  expect(allowsBasic(acme, after, 'AutodiscoverVirtualDirectory')).toBe(true);
  expect(allowsBasic(acme, before, 'WebServicesVirtualDirectory')).toBe(true);
  expect(allowsBasic(cloud, await registry.settings('cloud'), 'WebServicesVirtualDirectory')).toBe(true);
});

test('objects come, change and go', async () => {
  const settings = openSettings(lab.store, 'acme');
  const list = async () => (await settings.current()).list('Thing').map(({ identity, version }) => `${identity} ${version}`);
  expect(await list()).toEqual([]);
  const base = { organization: 'acme', kind: 'Thing', name: 'x', value: {} };
  const [b] = await lab.store.transaction(async (tx) => [
    await putConfigObject(tx, { ...base, identity: 'b/2' }, 1),
    await putConfigObject(tx, { ...base, identity: 'a' }, 1),
  ]);
  expect(await list()).toEqual(['a 1', 'b/2 1']);
  if (b === undefined) throw new Error('not created');
  const changed = await lab.store.transaction((tx) => putConfigObject(tx, b, 2));
  expect(await list()).toEqual(['a 1', 'b/2 2']);
  await lab.store.transaction((tx) => removeConfigObject(tx, changed, 3));
  expect(await list()).toEqual(['a 1']);
  settings.close();
});

test('an organisation that does not exist has no settings', async () => {
  await expect(registry.settings('other')).rejects.toThrow('defect: there is no organisation other');
});
