import { expect, test } from 'vitest';
import { culture } from '../../../shared/protocols/ews/fields/culture.ts';

// MS-LCID 2.2.
test.each([
  ['en-US', 0x0409],
  ['da-DK', 0x0406],
  ['es-ES', 0x0c0a],
  ['sr-Cyrl-RS', 0x281a],
  ['en-SG', 0x4809],
])('%s has the number %i', (name, number) => {
  expect([culture.write(name), culture.read(number)]).toEqual([number, name]);
  expect(culture.write(name.toLowerCase())).toBe(number);
});

test('a number of nobody is not shown, a name of nobody is refused', () => {
  expect(culture.read(0x1000)).toBeUndefined();
  expect(() => culture.write('tlh-QO')).toThrow(expect.objectContaining({ code: 'ErrorUnsupportedCulture' }));
});
