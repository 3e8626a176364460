import { expect, test } from 'vitest';
import { expandedGroup } from '../../../shared/bridges/access/expanded-group.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

/** Names of groups and of their members. */
type Groups = Readonly<Record<string, readonly string[]>>;

async function expand(groups: Groups, name: string) {
  const recipientOf = (one: string) =>
    ({
      guid: namedGuid(one),
      alias: one,
      type: one in groups ? 'MailUniversalDistributionGroup' : 'UserMailbox',
      members: (groups[one] ?? []).map((member) => namedGuid(member)),
    }) as Partial<Recipient> as Recipient;
  const names = [...new Set([...Object.keys(groups), ...Object.values(groups).flat()])];
  const byGuid = new Map(names.map((one) => [namedGuid(one), one]));
  const directory = {
    members: (group: Recipient) => Promise.resolve(group.members.map((guid) => recipientOf(present(byGuid.get(guid), guid)))),
  } as Partial<Directory> as Directory;
  const found = await expandedGroup(directory, recipientOf(name));
  return found === undefined ? undefined : { members: found.members.map(({ alias }) => alias), unexpanded: found.unexpanded };
}

const people = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `p${from + index}`);

test('groups in groups are expanded, and everybody counts once', async () => {
  const groups = { all: ['ann', 'team', 'board'], team: ['bob', 'ann', 'board'], board: ['cat', 'all'] };
  expect(await expand(groups, 'all')).toEqual({ members: ['ann', 'bob', 'cat'], unexpanded: 0 });
});

test('a hundred members are expanded, one more is too many', async () => {
  expect((await expand({ all: people(0, 100) }, 'all'))?.members).toHaveLength(100);
  expect(await expand({ all: people(0, 101) }, 'all')).toBeUndefined();
});

test('a group in it that makes it too large is one of whom nothing is known', async () => {
  const groups = { all: ['small', 'large', 'huge', ...people(0, 60)], small: people(50, 90), large: people(80, 120), huge: people(0, 101) };
  const found = await expand(groups, 'all');
  expect([found?.members.length, found?.unexpanded]).toEqual([90, 2]);
});
