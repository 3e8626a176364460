import { expect, test } from 'vitest';
import { wakeWithWork } from '../../../services/woken-worker.ts';
import { openStore } from '../../../shared/store/database.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { contoso } from '../../support/organizations.ts';

test.each(['isLeft', 'load', 'start'] as const)('work that was left is found though the database was away: %s', async (step) => {
  const store = await openStore({ location: ':memory:' });
  const started = Promise.withResolvers<void>();
  const defects: unknown[] = [];
  const away = <R>(name: string, work: () => R): (() => R) => (name === step ? awayAtFirst(work) : work);
  const start = away('start', () => started.resolve());
  const load = away('load', () => {});
  const isLeft = away('isLeft', () => true);
  const worker = wakeWithWork({
    ...{ store, organizations: [contoso], scopeOf: (name) => name, timers: { fire: async () => {} } },
    isLeft: async () => isLeft(),
    async load() {
      load();
      return { start: async () => start(), stop: async () => {}, settled: async () => {}, fire: async () => {} };
    },
    onDefect: (error) => void defects.push(error),
  });
  worker.begin();
  await started.promise;
  expect(defects).toEqual([]);
  await worker.stop();
  await store.close();
});
