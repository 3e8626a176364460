import { expect, test } from 'vitest';
import { operations } from '../../../services/mrsproxy/operations/index.ts';
import { contract, NOT_IMPLEMENTED } from '../../../shared/protocols/mrs/contract.ts';
import { hasCapability, productCapabilities, readCapabilities, writeVersion } from '../../../shared/protocols/mrs/version.ts';

test('every operation has a handler, and what is not here is said once', () => {
  expect(Object.keys(operations).sort()).toEqual(Object.keys(contract).sort());
  expect(NOT_IMPLEMENTED.filter((name) => Object.hasOwn(contract, name))).toEqual([]);
  expect(new Set(NOT_IMPLEMENTED).size).toBe(NOT_IMPLEMENTED.length);
});

test('versions print as in every report', () => {
  const capabilities = readCapabilities('3FFFFF');
  expect(writeVersion({ product: [15, 1, 1979, 3], computerName: 'EX01', capabilities })).toBe('15.1.1979.3 caps:3FFFFF');
  expect([...capabilities]).toEqual([0xff, 0xff, 0x3f]);
});

test.each([
  ['exchange-2010', 'postMoveCleanup', true],
  ['exchange-2010', 'simpleExport', true],
  ['exchange-2010', 'tenantHint', false],
  ['exchange-2010', 'containerOperations', false],
  ['exchange-se', 'tenantHint', true],
  ['exchange-se', 'createFolder3', true],
  ['exchange-online', 'containerOperations', true],
] as const)('%s: %s %s', (product, capability, expected) => {
  expect(hasCapability({ capabilities: readCapabilities(productCapabilities[product]) }, capability)).toBe(expected);
});
