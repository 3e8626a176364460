import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressRange, isInRange } from '../../../shared/domain/mailflow/address-range.ts';
import { chooseReceiveConnector } from '../../../shared/domain/mailflow/receive-choice.ts';
import { allConnectors, type ReceiveConnector, removedMark } from '../../../shared/domain/mailflow/receive-connectors.ts';

test.each([
  ['10.0.0.5', ['10.0.0.5', '::ffff:10.0.0.5'], ['10.0.0.4', '10.0.0.6', '']],
  ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
  ['192.0.2.77/25', ['192.0.2.0', '192.0.2.127'], ['192.0.2.128']],
  ['10.0.0.1-10.0.0.9', ['10.0.0.1', '10.0.0.9'], ['10.0.0.0', '10.0.0.10']],
  ['0.0.0.0-255.255.255.255', ['0.0.0.0', '255.255.255.255'], ['::', '2001:db8::1']],
  ['2001:db8::/32', ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'], ['2001:db9::', '10.0.0.1']],
  ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::', '10.0.0.1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], ['x']],
])('%s', (text, within, without) => {
  const range = addressRange(text);
  if (range === undefined) throw new Error('no range');
  for (const address of within) expect([address, isInRange(address, range)]).toEqual([address, true]);
  for (const address of without) expect([address, isInRange(address, range)]).toEqual([address, false]);
});

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.0/33',
  '10.0.0.0/x',
  '10.0.0.9-10.0.0.1',
  '1::2::3',
  ':::',
  '1:2:3:4:5:6:7',
  'fe80::1%eth0',
  '::1.2.3',
])('%j is no range', (text) => {
  expect(addressRange(text)).toBeUndefined();
});

test('what is an IPv6 address, is a range of its own', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const range = addressRange(address);
      expect(isIPv6(address)).toBe(true);
      expect(range !== undefined && isInRange(address, range) && range.first === range.last).toBe(true);
    }),
  );
});

const connector = (name: string, ranges: readonly string[], bindings = ['0.0.0.0:25']): ReceiveConnector =>
  ({ name, ranges, bindings }) as unknown as ReceiveConnector;

test.each([
  ['10.0.0.5', 25, 'one'],
  ['10.0.0.6', 25, 'net'],
  ['192.0.2.1', 25, 'all'],
  ['10.0.0.5', 587, 'clients'],
  ['2001:db8::1', 25, undefined],
])('%s to port %d is taken by %s', (remoteAddress, port, expected) => {
  const connectors = [
    connector('all', ['0.0.0.0-255.255.255.255']),
    connector('elsewhere', ['10.0.0.5'], ['10.9.9.9:25']),
    connector('net', ['10.0.0.0/8']),
    connector('one', ['192.0.2.9', '10.0.0.5'], ['127.0.0.1:25']),
    connector('clients', ['0.0.0.0/0'], ['[::]:587']),
  ];
  expect(chooseReceiveConnector(connectors, { remoteAddress, localAddress: '127.0.0.1', port })?.name).toBe(expected);
});

test('connectors of setup are there until they are removed, with what has been changed about them', () => {
  const setups = [
    { Name: 'Front', Banner: 'a', Fqdn: 'b' },
    { Name: 'Client', Banner: 'c' },
  ];
  const kept = [{ Name: 'front', Fqdn: 'changed' }, { Name: 'Client', [removedMark]: true }, { Name: 'Own' }];
  expect(allConnectors(setups, kept)).toEqual([{ Name: 'front', Banner: 'a', Fqdn: 'changed' }, { Name: 'Own' }]);
});
