import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { deferApp } from '../../../shared/service/deferred-app.ts';

const loaded = { close: async () => {} } as unknown as FastifyInstance;

test('a service that could not be loaded is loaded when it is asked for again, by all who wait at once', async () => {
  let attempts = 0;
  const app = deferApp(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('the database is starting');
    return loaded;
  });
  const first = await Promise.allSettled([app.load(), app.load()]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([app.load(), app.load()])).toEqual([loaded, loaded]);
  expect(attempts).toBe(2);
  await app.close();
});
