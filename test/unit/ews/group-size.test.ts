import { expect, test } from 'vitest';
import { groupSize } from '../../../services/ews/mail-tips/group-size.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';

type Person = Pick<Recipient, 'guid' | 'primaryAddress' | 'members'>;

const person = (address: string, members: readonly string[] = []): Person => ({
  guid: namedGuid(address),
  primaryAddress: address,
  members: members.map((member) => namedGuid(member)),
});

async function sizeOf(group: string, people: readonly Person[]) {
  const byGuid = new Map<Guid, Person>(people.map((one) => [one.guid, one]));
  const directory = {
    members: async ({ members }: Person) => members.flatMap((guid) => byGuid.get(guid) ?? []),
  } as unknown as Directory;
  return groupSize(directory, { domains: ['contoso.test'] }, byGuid.get(namedGuid(group)) as Recipient);
}

const inside = person('mary@contoso.test');
const outside = person('pat@fabrikam.test');

test.each([
  ['nobody', [], { total: 0, external: 0 }],
  ['one of each', [inside.primaryAddress, outside.primaryAddress], { total: 2, external: 1 }],
  ['a group within, which counts as one', ['inner@contoso.test', inside.primaryAddress], { total: 2, external: 1 }],
  ['itself', ['outer@contoso.test'], { total: 1, external: 0 }],
  ['somebody who is gone', ['gone@contoso.test'], { total: 0, external: 0 }],
] as const)('%s', async (_, members, size) => {
  const people = [
    inside,
    outside,
    person('outer@contoso.test', members),
    person('inner@contoso.test', ['deep@contoso.test', inside.primaryAddress]),
    person('deep@contoso.test', ['inner@contoso.test', outside.primaryAddress, outside.primaryAddress]),
  ];
  expect(await sizeOf('outer@contoso.test', people)).toEqual(size);
});

test('more than is looked at: the outside is not counted', async () => {
  const many = Array.from({ length: 10_001 }, (_, index) => person(`user${index}@contoso.test`));
  const group = person(
    'all@contoso.test',
    many.map(({ primaryAddress }) => primaryAddress),
  );
  expect(await sizeOf('all@contoso.test', [...many, group])).toEqual({ total: 10_001, external: undefined });
});
