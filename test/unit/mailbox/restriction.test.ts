import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ContainsRestriction,
  compareScalars,
  matcher,
  type Restriction,
  restrictionKeys,
} from '../../../shared/domain/mailbox/restriction.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';

type Row = Readonly<Record<PropertyKey, PropertyValue>>;
const fits = (restriction: Restriction, row: Row): boolean =>
  matcher<Row>(
    restriction,
    (one, key) => one[key],
    (key) => key === tags.internetMessageId,
  )(row);

describe('comparisons', () => {
  const compare = (property: PropertyKey, operator: '=' | '!=' | '<' | '<=' | '>' | '>=', value: PropertyValue): Restriction => ({
    kind: 'compare',
    property,
    operator,
    with: { value },
  });
  const row: Row = {
    [tags.subject]: 'Grüße',
    [tags.importance]: 2,
    [tags.read]: true,
    [named.keywords]: ['Red', 'blue'],
    [tags.internetMessageId]: '<A@x>',
  };

  test.each<[Restriction, boolean]>([
    [compare(tags.subject, '=', 'GRÜSSE'), true],
    [compare(tags.subject, '!=', 'grüße'), false],
    [compare(tags.subject, '<', 'h'), true],
    [compare(tags.subject, '>', 'h'), false],
    [compare(tags.importance, '>=', 2), true],
    [compare(tags.importance, '<', 2), false],
    [compare(tags.importance, '=', '2'), false],
    [compare(tags.read, '=', true), true],
    [compare(named.keywords, '=', 'BLUE'), true],
    [compare(named.keywords, '=', 'green'), false],
    [compare(tags.internetMessageId, '=', '<A@x>'), true],
    [compare(tags.internetMessageId, '=', '<a@x>'), false],
    [compare(tags.body, '=', ''), false],
    [compare(tags.body, '!=', 'x'), false],
    [{ kind: 'not', of: compare(tags.body, '=', 'x') }, true],
    [{ kind: 'compare', property: tags.subject, operator: '=', with: { property: tags.subject } }, true],
    [{ kind: 'compare', property: tags.subject, operator: '=', with: { property: tags.body } }, false],
    [{ kind: 'exists', property: tags.body }, false],
    [{ kind: 'exists', property: tags.subject }, true],
    [{ kind: 'excludes', property: tags.importance, mask: 1 }, true],
    [{ kind: 'excludes', property: tags.importance, mask: 3 }, false],
    [{ kind: 'excludes', property: tags.body, mask: 1 }, false],
    [{ kind: 'and', of: [] }, true],
    [{ kind: 'or', of: [] }, false],
    [
      {
        kind: 'or',
        of: [
          { kind: 'exists', property: tags.body },
          { kind: 'and', of: [{ kind: 'exists', property: tags.subject }] },
        ],
      },
      true,
    ],
  ])('%j: %s', (restriction, expected) => {
    expect(fits(restriction, row)).toBe(expected);
  });
});

describe('texts that contain others', () => {
  type Mode = ContainsRestriction['mode'];
  test.each<[Mode, string, string, boolean, boolean, boolean]>([
    ['full-string', 'Hello', 'hello', true, false, true],
    ['full-string', 'Hello', 'hello', false, false, false],
    ['full-string', 'Hello you', 'hello', true, false, false],
    ['prefix', 'Hello you', 'HELLO', true, false, true],
    ['prefix', 'Oh hello', 'hello', true, false, false],
    ['substring', 'Straße', 'RASS', true, false, true],
    ['substring', 'crème brûlée', 'creme brulee', true, true, true],
    ['substring', 'crème', 'creme', true, false, false],
    ['substring', 'Crème', 'creme', false, true, false],
    ['prefix-on-words', 'the quick fox', 'qui', true, false, true],
    ['prefix-on-words', 'the quick fox', 'uick', true, false, false],
    ['prefix-on-words', 'a😀b', '😀', true, false, true],
    ['exact-phrase', 'the quick fox', 'quick fox', true, false, true],
    ['exact-phrase', 'the quickest fox', 'quick', true, false, false],
    ['exact-phrase', 'unquick, quick', 'quick', true, false, true],
    ['exact-phrase', '北京大学', '京', true, false, false],
    ['exact-phrase', '', '', true, false, true],
    ['exact-phrase', `${'a'.repeat(300_000)} `, 'a'.repeat(900), true, false, false],
    ['prefix-on-words', 'x😀y', '😀y', true, false, true],
  ])('%s of %.40j in %.40j', (mode, value, text, ignoreCase, ignoreNonSpacing, expected) => {
    expect(fits({ kind: 'contains', property: tags.subject, text, mode, ignoreCase, ignoreNonSpacing }, { [tags.subject]: value })).toBe(
      expected,
    );
  });

  test('of several values, one is enough; other types contain nothing', () => {
    const restriction = {
      kind: 'contains',
      property: named.keywords,
      text: 'ed',
      mode: 'substring',
      ignoreCase: true,
      ignoreNonSpacing: false,
    } as const;
    expect(fits(restriction, { [named.keywords]: ['blue', 'RED'] })).toBe(true);
    expect(fits({ ...restriction, property: tags.importance, text: '2' }, { [tags.importance]: 2 })).toBe(false);
  });
});

test('a very long text is not searched for', () => {
  const restriction = {
    kind: 'contains',
    property: tags.body,
    text: 'x'.repeat(1001),
    mode: 'substring',
    ignoreCase: true,
    ignoreNonSpacing: false,
  } as const;
  expect(() => fits(restriction, { [tags.body]: 'x' })).toThrow(expect.objectContaining({ code: 'query-too-large' }));
});

test('texts are ordered as their octets are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'), maxLength: 4 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareScalars(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
  );
});

test('the properties that a restriction looks at', () => {
  const restriction: Restriction = {
    kind: 'not',
    of: {
      kind: 'and',
      of: [
        { kind: 'exists', property: tags.body },
        { kind: 'compare', property: tags.subject, operator: '=', with: { property: tags.comment } },
      ],
    },
  };
  expect(restrictionKeys(restriction)).toEqual([tags.body, tags.subject, tags.comment]);
});
