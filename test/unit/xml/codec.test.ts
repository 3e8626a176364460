import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as codec from '../../../shared/xml/codec.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { boolean, enumeration, int, string } from '../../../shared/xml/simple-types.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const { attr, either, many, manyOf, maybe, maybeAttr, maybeBeside, one, oneBeside, sequence, simple, some, textContent } = codec;
const ns = 'urn:n';
const text = simple(string);
const number = simple(int);

interface Node {
  readonly name: string;
  readonly Node: readonly Node[];
}
const node: codec.Content<Node> = sequence(
  {
    name: attr(string),
    Node: many(
      ns,
      codec.recursive('NodeType', () => node),
    ),
  },
  'NodeType',
);

const sample = sequence(
  {
    Id: attr(string),
    Kind: maybeAttr(enumeration('KindType', ['Big', 'Small'])),
    Name: one(ns, text),
    Count: maybe(ns, number),
    Tag: many(ns, text),
    Line: some(ns, sequence({ text: textContent(string), Number: attr(int) })),
    where: either(ns, { Here: text, There: sequence({ X: one(ns, number) }) }),
    else: manyOf(ns, { A: number, B: simple(boolean) }),
    Head: maybe(ns, text),
    Neck: oneBeside(ns, 'Head', text),
    Hat: maybeBeside(ns, 'Head', text),
    Tree: maybe(ns, node),
  },
  'SampleType',
);
type Sample = ReturnType<typeof sample.decode>;

const read = (inner: string, attributes = 'Id="i"') => sample.decode(parseXml(`<s xmlns="urn:n" ${attributes}>${inner}</s>`));
const least = '<Name/><Line Number="1"/><Here/>';

function refusal(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('reads what is there and leaves out what is not', () => {
  expect(read(least)).toEqual({ Id: 'i', Name: '', Tag: [], Line: [{ text: '', Number: 1 }], where: { is: 'Here', value: '' }, else: [] });
  expect(
    read(
      '<Name> n </Name><Count>2</Count><Tag>a</Tag><Tag>b</Tag><Line Number="1">x</Line><Line Number="2"/><There><X>3</X></There><A>1</A><B>true</B><A>2</A>' +
        '<Head>h</Head><Neck>k</Neck><Tree name="r"><Node name="s"/></Tree>',
      'Id="i" Kind="Big"',
    ),
  ).toEqual({
    Id: 'i',
    Kind: 'Big',
    Name: ' n ',
    Count: 2,
    Tag: ['a', 'b'],
    Line: [
      { text: 'x', Number: 1 },
      { text: '', Number: 2 },
    ],
    where: { is: 'There', value: { X: 3 } },
    else: [
      { is: 'A', value: 1 },
      { is: 'B', value: true },
      { is: 'A', value: 2 },
    ],
    Head: 'h',
    Neck: 'k',
    Tree: { name: 'r', Node: [{ name: 's', Node: [] }] },
  });
});

test('what stands for XML itself is not looked at', () => {
  expect(read(least, 'Id="i" xml:lang="en" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="SampleType"').Id).toBe('i');
});

describe('refuses in the words of .NET', () => {
  const expected = (names: string) => `List of possible elements expected: '${names}' in namespace 'urn:n'.`;
  test.each<[string, string, string, string?]>([
    [
      'an unknown element',
      `<Nome/>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'Nome' in namespace 'urn:n'. ${expected('Name')}`,
    ],
    [
      'an element of another namespace',
      `<Name xmlns="urn:m"/>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'Name' in namespace 'urn:m'. ${expected('Name')}`,
    ],
    [
      'the wrong order',
      `<Name/><Line Number="1"/><Tag/>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'Tag' in namespace 'urn:n'. ${expected('Line, Here, There')}`,
    ],
    [
      'one too many',
      `<Name/><Name/>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'Name' in namespace 'urn:n'. ${expected('Count, Tag, Line')}`,
    ],
    [
      'two of a choice',
      `<Name/><Line Number="1"/><Here/><There><X>1</X></There>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'There' in namespace 'urn:n'. ${expected('A, B, Head, Tree')}`,
    ],
    ['too little', `<Name/>`, `The element 's' in namespace 'urn:n' has incomplete content. ${expected('Count, Tag, Line')}`],
    [
      'none of a choice',
      `<Name/><Line Number="1"/>`,
      `The element 's' in namespace 'urn:n' has incomplete content. ${expected('Line, Here, There')}`,
    ],
    ['one without its companion', `${least}<Head/>`, `The element 's' in namespace 'urn:n' has incomplete content. ${expected('Neck')}`],
    [
      'a companion alone',
      `${least}<Hat/>`,
      `The element 's' in namespace 'urn:n' has invalid child element 'Hat' in namespace 'urn:n'. ${expected('A, B, Head, Tree')}`,
    ],
    ['text among elements', `${least}words`, `The element 's' in namespace 'urn:n' cannot contain text. ${expected('A, B, Head, Tree')}`],
    [
      'elements in text',
      `<Name><b/></Name>`,
      "The element 'urn:n:Name' cannot contain child element 'urn:n:b' because the parent element's content model is text only.",
    ],
    [
      'a bad value',
      `<Name/><Count>two</Count>`,
      "The 'urn:n:Count' element is invalid - The value 'two' is invalid according to its datatype 'http://www.w3.org/2001/XMLSchema:int' - The string 'two' is not a valid Int32 value.",
    ],
    [
      'a bad word',
      least,
      "The 'Kind' attribute is invalid - The value 'Huge' is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:KindType' - The Enumeration constraint failed.",
      'Id="i" Kind="Huge"',
    ],
    ['a missing attribute', least, "The required attribute 'Id' is missing.", ''],
    ['an unknown attribute', least, "The 'Ident' attribute is not declared.", 'Id="i" Ident="j"'],
    ['a foreign attribute', least, "The 'urn:m:Id' attribute is not declared.", 'Id="i" xmlns:m="urn:m" m:Id="j"'],
    ['an attribute on plain text', `<Name a="b"/>`, "The 'a' attribute is not declared."],
    [
      'something inside something',
      `<Name/><Line Number="1"/><There><Y/></There>`,
      `The element 'There' in namespace 'urn:n' has invalid child element 'Y' in namespace 'urn:n'. ${expected('X')}`,
    ],
  ])('%s', (_, inner, message, attributes) => {
    expect(refusal(() => read(inner, attributes))).toMatchObject({ name: 'SchemaError', message });
  });

  test('and says where', () => {
    const thrown = refusal(() => sample.decode(parseXml('<s xmlns="urn:n" Id="i">\n  <Name/>\n    <Nope/>\n</s>')));
    expect(thrown).toMatchObject({ name: 'SchemaError', line: 3, column: 5 });
  });
});

describe('the same value in both directions', () => {
  const words = fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .map((value) => value.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udfff]/g, ''));
  const trees: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
    node: fc.record({ name: words, Node: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('node'), { maxLength: 2 })) }),
  })).node;
  const values: fc.Arbitrary<Sample> = fc
    .record(
      {
        Id: words,
        Kind: fc.constantFrom('Big' as const, 'Small' as const),
        Name: words,
        Count: fc.integer(),
        Tag: fc.array(words, { maxLength: 3 }),
        Line: fc.array(fc.record({ text: words, Number: fc.integer() }), { minLength: 1, maxLength: 3 }),
        where: fc.oneof(
          fc.record({ is: fc.constant('Here' as const), value: words }),
          fc.record({ is: fc.constant('There' as const), value: fc.record({ X: fc.integer() }) }),
        ),
        else: fc.array(
          fc.oneof(
            fc.record({ is: fc.constant('A' as const), value: fc.integer() }),
            fc.record({ is: fc.constant('B' as const), value: fc.boolean() }),
          ),
          { maxLength: 3 },
        ),
        Head: words,
        Tree: trees,
      },
      { requiredKeys: ['Id', 'Name', 'Tag', 'Line', 'where', 'else'] },
    )
    .map((value) => (value.Head === undefined ? value : { ...value, Neck: 'k' }));

  test('through text', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(sample.decode(parseXml(writeXml(sample.encode(value, ns, 's'))))).toEqual(value);
      }),
    );
  });
});

test('a choice that is none of its alternatives is a defect', () => {
  const value = { ...read(least), where: { is: 'Nowhere', value: '' } } as unknown as Sample;
  expect(() => sample.encode(value, ns, 's')).toThrow('defect: Nowhere is not an alternative of where');
});

test('converted and unwrapped content show the value in another way', () => {
  const names = codec.unwrapped('Name', sequence({ Name: some(ns, text) }));
  const joined = codec.converted(
    names,
    (list) => list.join(' '),
    (sentence) => sentence.split(' '),
  );
  const root = parseXml('<s xmlns="urn:n"><Name>a</Name><Name>b</Name></s>');
  expect(names.decode(root)).toEqual(['a', 'b']);
  expect(joined.decode(root)).toBe('a b');
  expect(writeXml(joined.encode('c d', ns, 's'), { prefixes: { [ns]: '' } })).toBe('<s xmlns="urn:n"><Name>c</Name><Name>d</Name></s>');
});

test('any content is taken as it is', () => {
  const root = parseXml('<s xmlns="urn:n" a="1"><b/></s>');
  expect(codec.anyContent.decode(root)).toBe(root);
  expect(codec.anyContent.encode(root, ns, 'other')).toMatchObject({ name: 'other', children: root.children });
});
