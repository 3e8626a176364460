import { expect, test } from 'vitest';
import { collectStories } from '../../../services/runner/collect.ts';
import { storiesInContainers } from '../../support/stories-in-containers.ts';

test('every story that ships is told against containers, but for those that a table names with their reason', () => {
  const told = storiesInContainers();
  const ids = (place: Parameters<typeof told.get>[0]): readonly string[] => (told.get(place) ?? []).map(({ id }) => id);
  expect(ids('from a container of the network')).toEqual(['clients/ews-javascript-api']);
  const all = collectStories([], import.meta.dirname).map(({ id }) => id);
  expect([...told.values()].flat().length).toBe(all.length);
  expect(ids('from the machine of the engine').length).toBe(all.length - 1);
});
