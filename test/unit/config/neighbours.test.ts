import { expect, test } from 'vitest';
import { readConfig } from '../../../services/config.ts';
import { isWithin } from '../../../services/distribution-flags.ts';
import { openNames } from '../../../services/names.ts';
import { buildHostMap } from '../../../shared/domain/organization/host-map.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { openStore } from '../../../shared/store/database.ts';

test('a neighbour is told by its address alone', () => {
  const isNeighbour = isWithin(['172.16.0.0/12', 'fd00::/64']);
  const asked = ['172.16.0.1', '172.31.255.255', 'fd00::2', '172.32.0.1', '127.0.0.1', 'fd00:0:0:1::2', '::1', 'mail.contoso.test', ''];
  expect(asked.filter(isNeighbour)).toEqual(['172.16.0.1', '172.31.255.255', 'fd00::2']);
  expect(isWithin([])('172.16.0.1')).toBe(false);
});

test.each([
  '0.0.0.0/0',
  '172.16.0.0/11',
  '8.8.8.8/32',
  '169.254.169.254/32',
  '10.0.0.0',
  '10.0.0.0/33',
  'fd00::/129',
  '::/0',
  'mail.test/32',
  '',
])('a neighbour is in a private network, and not in %j', (network) => {
  expect(() => readConfig([`--neighbours=172.16.0.0/12,${network}`], {}, { workingDir: '/nowhere', terminal: false })).toThrow(
    `--neighbours: ${JSON.stringify(network)} is no network within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7`,
  );
});

test('a listener that somebody names may be on this machine or on that of a neighbour, and at no control port', async () => {
  const store = await openStore({ location: ':memory:' });
  const registry = openRegistry(store);
  const clock = { now: () => 0 as Instant };
  const network = { addresses: ['127.0.0.1'], refused: [] };
  const hosts = buildHostMap({ organizations: [], listeners: new Map() });
  const machine = { controlPort: 4460, isNeighbour: isWithin(['172.16.0.0/12']) };
  const { resolve, resolveListener } = openNames(
    registry,
    network,
    clock,
    () => hosts,
    machine,
    async () => {},
  );
  for (const address of ['127.0.0.1', '172.18.0.1']) {
    expect(await resolveListener(address, 1_143)).toEqual({ address, port: 1_143 });
    expect(await resolveListener(address, 4_460)).toBe('refused');
    expect(await resolve(address, 1_143)).not.toHaveProperty('address');
  }
  expect(await resolveListener('10.0.0.1', 1_143)).toBe('unknown');
  expect(await resolveListener('listener.example', 1_143)).toBe('unknown');
  registry.close();
  await store.close();
});
