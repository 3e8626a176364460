import { expect, test } from 'vitest';
import { surround } from './surrounding.ts';

const here = surround();

test('era shows the eras of the tenants and sets one', async () => {
  expect(await here.coexist(['era'])).toEqual({ code: 0, out: 'contoso-cloud  2019  as it was\n', err: '' });
  expect(await here.coexist(['era', 'contoso-cloud', '2026-10'])).toMatchObject({ code: 0, out: 'contoso-cloud  2026-10  as it was\n' });
  expect(JSON.parse((await here.coexist(['era', '--json'])).out)).toEqual({
    eras: { 'contoso-cloud': { era: '2026-10', title: 'as it was' } },
  });
  expect((await here.coexist(['status'])).out).toContain(', era 2026-10,');
});

test.each([
  [['era', 'contoso-cloud'], 'say the tenant and its new era, or neither'],
  [['era', 'contoso-cloud', '2017'], 'body.era: '],
  [['era', 'nobody', '2019'], 'no organisation nobody'],
  [['era', 'contoso-cloud', '2019', 'now'], 'too many arguments'],
])('%j is bad usage', async (argv, message) => {
  expect(await here.coexist(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
});

test('era has its help', async () => {
  expect((await here.coexist(['era', '--help'])).out).toMatch(/Examples:\n(?: {2}.+\n)*/);
});
