import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import { matcher } from '../../../shared/domain/mailbox/restriction.ts';
import type { ItemParts } from '../../../shared/domain/mailbox/words.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';

/** A Wednesday. */
const now = Date.UTC(2026, 10, 4, 9);
const day = 86_400_000;

interface Item {
  readonly properties: Readonly<Record<PropertyKey, PropertyValue>>;
  readonly parts: ItemParts;
}

const none: ItemParts = { recipients: [], attachments: [] };

function item(properties: Readonly<Record<PropertyKey, PropertyValue>>, parts: Partial<ItemParts> = {}): Item {
  return { properties, parts: { ...none, ...parts } };
}

function fits(query: string, { properties, parts }: Item): boolean {
  const { restriction } = readQueryString(query, now);
  if (restriction === undefined) return true;
  return matcher<Item>(
    restriction,
    (one, key) => one.properties[key],
    () => false,
    () => parts,
  )({ properties, parts });
}

const to = (name: string, address: string, kind = 'to'): ItemParts['recipients'][number] => ({ kind, name, address });
const project = item(
  {
    [tags.messageClass]: 'IPM.Note',
    [tags.subject]: 'December sales Projections',
    [tags.bodyHtml]: '<p>Please send the <b>plan</b>&amp; figures</p><script>hidden()</script>',
    [tags.sentRepresentingName]: 'Sadie Daniels',
    [tags.sentRepresentingSmtpAddress]: 'sadie@hotmail.test',
    [tags.messageDeliveryTime]: now - day,
    [tags.clientSubmitTime]: Date.UTC(2013, 11, 10, 23, 59),
    [tags.messageSize]: 7_500,
    [tags.importance]: 2,
    [tags.read]: false,
    [tags.hasAttachments]: true,
    [tags.flagStatus]: 2,
    [named.keywords]: ['Project Rowan', 'red'],
  },
  {
    recipients: [to('Hope Gross', 'hope@contoso.test'), to('Mack', 'mack@contoso.test', 'cc'), to('', 'ann@contoso.test', 'bcc')],
    attachments: [{ name: 'report 2013.docx' }],
  },
);

describe('what Microsoft documents', () => {
  test.each<[query: string, fits: boolean]>([
    ['subject:project', true],
    ['subject:"project"', false],
    ['subject:"projections"', true],
    ['SUBJECT:DECEMBER', true],
    ['subject:ecember', false],
    ['sales plan', true],
    ['sales banana', false],
    ['subject:(sales plan)', false],
    ['subject:sales plan', true],
    ['subject:"sales proj"*', true],
    ['subject:"dec sales"*', true],
    ['subject:"dec proj"*', false],
    ['subject:"sales projections"', true],
    ['subject:"projections sales"', false],
    ['body:figures', true],
    ['content:figures', true],
    ['body:hidden', false],
    ['body:strong', false],
    ['attachment:report', true],
    ['attachment:docx', true],
    ['to:"Hope Gross"', true],
    ['to:mack', false],
    ['cc:mack', true],
    ['bcc:ann', true],
    ['participants:ann', true],
    ['participants:sadie', false],
    ['from:sadie', true],
    ['from:"@hotmail.test"', true],
    ['from:"@hotmail"', true],
    ['category:rowan', true],
    ['importance:high', true],
    ['importance:low', false],
    ['kind:email', true],
    ['kind:meetings', false],
    ['hasattachment:true', true],
    ['has attachment:true', true],
    ['has:attachment:true', true],
    ['isread:FALSE', true],
    ['isflagged:true', true],
    ['size:>5000', true],
    ['size:>=7500', true],
    ['size:7500', true],
    ['size:<7500', false],
    ['size:7000..8000', true],
    ['sent:12/10/2013', true],
    ['sent:December 10, 2013', true],
    ['sent:12/11/2013', false],
    ['sent:>12/9/2013', true],
    ['sent:>12/10/2013', false],
    ['sent:>=12/10/2013', true],
    ['sent:<=12/10/2013', true],
    ['sent:<12/10/2013', false],
    ['sent:12/1/2013..12/31/2013', true],
    ['sent:12/11/2013..today', false],
    ['received:yesterday', true],
    ['received:today', false],
    ['received:this week', true],
    ['received:last week', false],
    ['received:November', true],
    ['received:Tuesday', true],
    ['received:Wednesday', false],
    ['received:11/3', true],
    ['received:past month', true],
    ['received:coming year', false],
    ['received:NOT today', true],
    ['project AND from:"Sadie Daniels"', true],
    ['subject:(project AND plan)', false],
    ['subject:meeting OR to:"Hope Gross"', true],
    ['from:("Sadie Daniels" OR "Hope Gross")', true],
    ['from:("Mack" OR "Hope Gross")', false],
    ['from:"Mack" OR "Hope Gross"', true],
    ['NOT from:"Ronnie Sturgis"', true],
    ['body:(figures - proposal)', true],
    ['body:(figures -plan)', false],
    ['figures+plan', false],
    ['figures + plan', true],
    ['figures Or plan', false],
  ])('%s: %s', (query, expected) => {
    expect(fits(query, project)).toBe(expected);
  });
});

describe('what is not understood', () => {
  test.each(['', '   ', '()', 'subject:', '"', 'NOT', '(((', ')))', '*', 'AND AND'])('%j says nothing', (query) => {
    expect(readQueryString(query, now).restriction).toBeUndefined();
  });

  test.each(['received:banana', 'banana:x', 'sent:13/45/2013', 'size:large', 'isread:perhaps'])('%s is words', (query) => {
    const [, wanted = ''] = query.split(':');
    expect(fits(query, item({ [tags.subject]: `a ${wanted} b ${query}` }))).toBe(true);
    expect(fits(query, item({ [tags.subject]: 'nothing' }))).toBe(false);
  });

  test('a parenthesis that nothing opened or closed changes nothing', () => {
    for (const query of ['sales)', '(sales', 'subject:(sales', 'sales ) figures', '"sales'])
      expect([query, fits(query, project)]).toEqual([query, true]);
  });
});

test('terms are those that may be there', () => {
  expect(readQueryString('subject:sales NOT banana from:(a OR "b c") -d received:today', now).terms).toEqual([
    { part: 'subject', text: 'sales' },
    { part: 'from', text: 'a' },
    { part: 'from', text: 'b c' },
  ]);
});

describe('hostile queries', () => {
  test.each([
    ['deep', '('.repeat(5_000)],
    ['negated', 'NOT '.repeat(1_000)],
    ['keywords of keywords', 'from:'.repeat(1_000)],
    ['many words', 'a '.repeat(4_000)],
    ['many alternatives', 'a OR '.repeat(1_600)],
    ['long', 'a'.repeat(100_000)],
  ])('%s: refused', (_, query) => {
    expect(() => readQueryString(query, now)).toThrow(expect.objectContaining({ code: 'query-too-complex' }));
  });

  test('a long word is refused where it would be searched for', () => {
    expect(() => fits('a'.repeat(300), project)).toThrow(expect.objectContaining({ code: 'query-too-large' }));
  });

  test('what looks like a pattern is text', () => {
    for (const query of ['sale.', '[a-z]+', '%', '\\d+', 'a{1,9}', '^sales']) expect([query, fits(query, project)]).toEqual([query, false]);
  });

  test('repetitive texts in repetitive values are told quickly', () => {
    const value = item({ [tags.body]: 'a'.repeat(1_000_000), [tags.subject]: 'a '.repeat(100_000) });
    const startedMs = performance.now();
    for (const query of [`${'a'.repeat(250)}b`, `"${'a '.repeat(18)}b"*`, `"${'a '.repeat(18)}b"`]) expect(fits(query, value)).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('anything is read, and nothing else than a refusal comes of it', () => {
    const token = fc.constantFrom(
      '(',
      ')',
      '"',
      '*',
      ':',
      'OR',
      'AND',
      'NOT',
      '-',
      '+',
      'from:',
      'received:',
      'today',
      '..',
      '1/1',
      ' ',
      'a',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.array(token, { maxLength: 30 }).map((all) => all.join('')),
        ),
        (query) => {
          fits(query, project);
        },
      ),
    );
  });
});

/** A query together with what it means, told without the code under test. */
interface Meant {
  readonly query: string;
  readonly fits: (one: Item) => boolean;
}

describe('a random query finds what a plain look at every item does', () => {
  const wordsOf = (value: PropertyValue | undefined): readonly string[] =>
    (String(value ?? '').match(/[a-z]+/gi) ?? []).map((one) => one.toLowerCase());
  const vocabulary = fc.constantFrom('alpha', 'alp', 'beta', 'gamma', 'be');
  const subject = (one: Item): readonly string[] => wordsOf(one.properties[tags.subject]);
  const anyPart = (one: Item): readonly (readonly string[])[] => [
    subject(one),
    wordsOf(one.properties[tags.body]),
    ...one.parts.recipients.map(({ name }) => wordsOf(name)),
  ];
  const leaf: fc.Arbitrary<Meant> = fc.oneof(
    vocabulary.map((word) => ({ query: word, fits: (one: Item) => anyPart(one).some((all) => all.some((each) => each.startsWith(word))) })),
    vocabulary.map((word) => ({ query: `"${word}"`, fits: (one: Item) => anyPart(one).some((all) => all.includes(word)) })),
    vocabulary.map((word) => ({ query: `subject:${word}`, fits: (one: Item) => subject(one).some((each) => each.startsWith(word)) })),
    vocabulary.map((word) => ({
      query: `cc:"${word}"`,
      fits: (one: Item) => one.parts.recipients.some(({ kind, name }) => kind === 'cc' && wordsOf(name).includes(word)),
    })),
    fc.nat(3).map((size) => ({ query: `size:>=${size}`, fits: (one: Item) => Number(one.properties[tags.messageSize]) >= size })),
    fc.nat(3).map((ago) => {
      const start = Math.floor(now / day) * day - ago * day;
      const date = new Date(start).toISOString().slice(0, 10);
      const received = (one: Item): number => Number(one.properties[tags.messageDeliveryTime]);
      return { query: `received:${date}`, fits: (one: Item) => received(one) >= start && received(one) < start + day };
    }),
  );
  const meant = fc.letrec<{ node: Meant }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('node'), tie('node'), fc.constantFrom(' ', ' AND ', ' + ')).map(([one, other, between]) => ({
        query: `(${one.query})${between}(${other.query})`,
        fits: (each: Item) => one.fits(each) && other.fits(each),
      })),
      fc
        .tuple(tie('node'), tie('node'))
        .map(([one, other]) => ({ query: `(${one.query} OR ${other.query})`, fits: (each: Item) => one.fits(each) || other.fits(each) })),
      fc.tuple(tie('node'), fc.constantFrom('NOT ', '-')).map(([one, not]) => ({
        query: `${not}(${one.query})`,
        fits: (each: Item) => !one.fits(each),
      })),
    ),
  })).node;
  const text = fc.array(vocabulary, { maxLength: 4 }).map((all) => all.join(' '));
  const items = fc.record({ subject: text, body: text, to: text, cc: text, size: fc.nat(4), ago: fc.nat(5 * day) }).map((one) =>
    item(
      {
        [tags.subject]: one.subject,
        [tags.body]: one.body,
        [tags.messageSize]: one.size,
        [tags.messageDeliveryTime]: now - one.ago,
      },
      { recipients: [to(one.to, ''), to(one.cc, '', 'cc')] },
    ),
  );

  test('whatever is nested in what', () => {
    fc.assert(
      fc.property(meant, fc.array(items, { minLength: 1, maxLength: 6 }), (wanted, all) => {
        expect([wanted.query, all.map((one) => fits(wanted.query, one))]).toEqual([wanted.query, all.map(wanted.fits)]);
      }),
      { numRuns: 500 },
    );
  });
});
