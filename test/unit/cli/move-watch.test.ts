import { expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { surround } from './surrounding.ts';

const here = surround();

/** One question after the other is answered by one row after the other; the last one stays. */
function moves(...rows: readonly Readonly<Record<string, string | number>>[]): void {
  let asked = 0;
  here.lab.shell = (line, { who }) => {
    if (line === 'Get-MoveRequest') return [{ RequestGuid: 'a' }];
    expect(line).toBe('Get-MoveRequestStatistics $who');
    expect(['a', 'mary']).toContain(who);
    const row = rows[Math.min(asked, rows.length - 1)];
    asked += 1;
    return [{ Alias: 'mary', TotalMailboxItemCount: 5_000, TotalArchiveItemCount: null, ...row }];
  };
}

const copying = { Status: 'InProgress', StatusDetail: 'CopyingMessages', PercentComplete: 50 };
const half = { ...copying, ItemsTransferred: 2_340, BytesTransferred: '12.3 MB (12,897,485 bytes)' };
const done = {
  Status: 'Completed',
  StatusDetail: 'Completed',
  PercentComplete: 100,
  ItemsTransferred: 5_000,
  BytesTransferred: '26 MB (27,262,976 bytes)',
};
const watch = ['move', 'watch', 'mary', '--every', '0s'];

test('a terminal shows a bar that is drawn again over itself, cut to its width', async () => {
  moves(half, half, done);
  const { code, out } = await here.coexist(watch, { terminal: true, columns: () => 200 });
  expect(code).toBe(0);
  const frames = out.split('\u001b[1A');
  expect(frames).toHaveLength(3);
  expect(frames[0]).toBe('\r\u001b[2Kmary  [############------------]   50 %  InProgress CopyingMessages  2,340/5,000 items  12.3 MB\n');
  expect(frames[1]).toMatch(/12\.3 MB {2}0 B\/s {2}0 items\/s\n$/);
  expect(frames[2]).toBe('\r\u001b[2Kmary  [########################]  100 %  Completed  5,000/5,000 items  26.0 MB\n');
  moves(done);
  const narrow = await here.coexist(watch, { terminal: true, columns: () => 30 });
  expect(narrow.out).toBe('\r\u001b[2Kmary  [######################\n');
});

test('elsewhere there is a line for each turn, and JSON for machines', async () => {
  moves(half, half, { ...half, PercentComplete: 60, ItemsTransferred: 3_000 }, done);
  const { code, out } = await here.coexist(watch);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'mary  50 %  InProgress CopyingMessages  2,340/5,000 items  12.3 MB',
    expect.stringMatching(/^mary {2}60 % {2}InProgress CopyingMessages {2}3,000\/5,000 items {2}12\.3 MB {2}0 B\/s {2}[\d,]+ items\/s$/),
    'mary  100 %  Completed  5,000/5,000 items  26.0 MB',
    '',
  ]);
  moves(done);
  const json = await here.coexist(['move', 'watch', '--json'], { terminal: true });
  expect(JSON.parse(json.out)).toEqual({
    ...{ name: 'mary', status: 'Completed', detail: 'Completed', percent: 100, items: 5_000, totalItems: 5_000 },
    ...{ bytes: 27_262_976, perSecond: null },
  });
});

test.each([
  ['Completed', 0],
  ['CompletedWithWarning', 0],
  ['Synced', 0],
  ['AutoSuspended', 0],
  ['Suspended', 0],
  ['Failed', 1],
])('a move that is %s is watched no longer', async (Status, code) => {
  moves({ ...half, Status, FailureType: 'TooManyBadItemsPermanentException' });
  const answer = await here.coexist(watch);
  expect(answer.code).toBe(code);
  if (code === 1) expect(answer.out).toContain('Failed TooManyBadItemsPermanentException');
});

test('people of a batch are watched whatever it carries; who goes meanwhile is left out', async () => {
  let asked = 0;
  here.lab.shell = (line, { who }) => {
    if (line.startsWith('Get-MigrationUser ')) return [{ Identity: 'ann@contoso.test' }, { Identity: 'bob@contoso.test' }];
    asked += 1;
    if (who === 'bob@contoso.test')
      throw new Refusal('object-not-found', { detail: "No migration batch has the user 'bob@contoso.test'." });
    const Status = asked > 2 ? 'IncrementalFailed' : 'Syncing';
    return [
      { Identity: who as string, Status, PercentageComplete: 25, SyncedItemCount: 7, TotalItemsInSourceMailboxCount: 9, Error: null },
    ];
  };
  expect(await here.coexist(['move', 'watch', '--batch', 'wave1', '--every', '0s'])).toEqual({
    ...{ code: 1, err: '' },
    out: 'ann@contoso.test  25 %  Syncing  7/9 items  0 B\nann@contoso.test  25 %  IncrementalFailed  7/9 items  0 B\n',
  });
});

test('a request that is removed while it is watched ends that well; one that never was does not, and nothing at all is told', async () => {
  const gone = new Refusal('object-not-found', { detail: "There is no move request for 'mary'." });
  let asked = 0;
  here.lab.shell = () => {
    asked += 1;
    if (asked > 1) throw gone;
    return [{ Alias: 'mary', ...half }];
  };
  expect((await here.coexist(watch)).code).toBe(0);
  expect(await here.coexist(watch)).toMatchObject({ code: 1, err: expect.stringContaining('There is no move request') });
  here.lab.shell = () => [];
  expect(await here.coexist(['move', 'watch'])).toEqual({ code: 5, out: '', err: 'coexist: nothing moves\n' });
  expect(await here.coexist(['move', 'watch', 'mary', '--batch', 'wave1'])).toMatchObject({ code: 2 });
});
