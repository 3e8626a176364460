import { expect, test } from 'vitest';
import { FolderHandles } from '../../../shared/bridges/migration/folder-handles.ts';

function counted() {
  const calls: string[] = [];
  let given = 0;
  const open = (entryId: string): Promise<number> => {
    given += 1;
    calls.push(`open ${entryId} as ${given}`);
    return Promise.resolve(given);
  };
  const close = (handle: number): Promise<void> => {
    calls.push(`close ${handle}`);
    return handle === 13 ? Promise.reject(new Error('the session is over')) : Promise.resolve();
  };
  return { calls, handles: new FolderHandles(open, close) };
}

test('a folder is opened once for uses that follow each other', async () => {
  const { calls, handles } = counted();
  const used = [];
  for (const entryId of ['a', 'b', 'a', 'b']) used.push(await handles.use(entryId, (handle) => Promise.resolve(handle)));
  expect([used, calls]).toEqual([
    [1, 2, 1, 2],
    ['open a as 1', 'open b as 2'],
  ]);
});

test('two uses at once have a handle each, of which one is kept', async () => {
  const { calls, handles } = counted();
  const [one, other] = [await handles.take('a'), await handles.take('a')];
  await handles.giveBack('a', one, true);
  await handles.giveBack('a', other, true);
  expect([await handles.take('a'), calls]).toEqual([1, ['open a as 1', 'open a as 2', 'close 2']]);
});

test('what has failed is not used again, and its failure is told', async () => {
  const { calls, handles } = counted();
  await expect(handles.use('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  await handles.giveBack('a', 13, false);
  expect([await handles.take('a'), calls]).toEqual([2, ['open a as 1', 'close 1', 'close 13', 'open a as 2']]);
});

test('few are kept: those that were used last', async () => {
  const { calls, handles } = counted();
  const folders = Array.from({ length: 66 }, (_, index) => `folder ${index}`);
  for (const entryId of [...folders.slice(0, 64), 'folder 0', ...folders.slice(64)]) await handles.use(entryId, () => Promise.resolve());
  expect(calls.filter((call) => call.startsWith('close'))).toEqual(['close 2', 'close 3']);
});
