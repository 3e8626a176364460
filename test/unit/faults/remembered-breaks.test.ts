import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConfigurationImage, changesBetween, withoutChange } from '../../../shared/domain/directory/configuration-image.ts';
import { liftBreak, type RememberedBreak } from '../../../shared/faults/remembered-breaks.ts';

/** An object as cmdlets keep it, in one of two places. */
const value = fc.record({
  name: fc.constant('x'),
  value: fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.record({ d: fc.nat(2), e: fc.nat(2) }) }),
});
const image = fc.record({ one: fc.option(value, { nil: undefined }), two: value });
type Objects = typeof image extends fc.Arbitrary<infer T> ? T : never;

function imageOf({ one, two }: Objects): ConfigurationImage {
  return new Map([
    ...(one === undefined ? [] : [['["object","contoso","Kind","one"]', one] as const]),
    ['["object","contoso","Kind","two"]', two] as const,
  ]);
}

function breakOf(id: string, order: number, before: ConfigurationImage, after: ConfigurationImage): RememberedBreak {
  const nothing = { variant: 'x', since: 0, steps: [], mended: [], watched: [], skews: [], faults: [], undo: [] };
  return { ...nothing, id, order, changes: changesBetween(before, after) };
}

/** What is left when a break is taken back. */
function without(now: ConfigurationImage, changes: RememberedBreak['changes']): ConfigurationImage {
  const next = new Map(now);
  for (const change of changes) {
    const left = withoutChange(next.get(change.key), change);
    if (left === undefined) next.delete(change.key);
    else next.set(change.key, left);
  }
  return next;
}

test('whichever of several breaks goes first, in the end all is as it was', () => {
  fc.assert(
    fc.property(fc.array(image, { minLength: 2, maxLength: 5 }), fc.infiniteStream(fc.nat(100)), (states, chance) => {
      const images = states.map(imageOf);
      let breaks = images.slice(1).map((after, index) => breakOf(`b${index}`, index + 1, images[index] as ConfigurationImage, after));
      let now = images.at(-1) as ConfigurationImage;
      while (breaks.length > 0) {
        const one = breaks[(chance.next().value ?? 0) % breaks.length] as RememberedBreak;
        const { changes, others } = liftBreak(one, breaks);
        now = without(now, changes);
        breaks = breaks.filter(({ id }) => id !== one.id).map((other) => others.find(({ id }) => id === other.id) ?? other);
      }
      expect(changesBetween(images[0] as ConfigurationImage, now)).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

test('a clock that two breaks have put wrong is the later one’s until that goes too', () => {
  const nothing = new Map();
  const first = { ...breakOf('first', 1, nothing, nothing), skews: [{ of: 'contoso', before: 0, after: 60 }] };
  const second = { ...breakOf('second', 2, nothing, nothing), skews: [{ of: 'contoso', before: 60, after: -60 }] };
  expect(liftBreak(second, [first, second]).skews).toEqual(second.skews);
  const lifted = liftBreak(first, [first, second]);
  expect(lifted.skews).toEqual([]);
  expect(lifted.others).toMatchObject([{ id: 'second', skews: [{ before: 0, after: -60 }] }]);
});
