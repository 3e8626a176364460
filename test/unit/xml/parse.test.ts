import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { attribute, child, elements, text } from '../../../shared/xml/element.ts';
import { XmlSyntaxError } from '../../../shared/xml/errors.ts';
import { type ParseLimits, parseXml } from '../../../shared/xml/parse.ts';
import { bare } from './tree.ts';

const plain = (name: string, ...children: (string | object)[]) => ({ namespace: '', name, attributes: [], children });

describe('parseXml', () => {
  test.each<[string, string, object]>([
    ['text', '<a>b</a>', plain('a', 'b')],
    ['an empty element', '<a></a>', plain('a')],
    ['elements in document order', '<a><c/><b/><c>1</c></a>', plain('a', plain('c'), plain('b'), plain('c', '1'))],
    ['white space between elements as layout', '<a>\n  <b/>\n</a>', plain('a', plain('b'))],
    ['white space alone as text', '<a> \n </a>', plain('a', ' \n ')],
    ['white space around text', '<a> b </a>', plain('a', ' b ')],
    ['character data', '<a><![CDATA[<b>&amp;]]></a>', plain('a', '<b>&amp;')],
    ['the five entities', '<a>&lt;&gt;&amp;&quot;&apos;</a>', plain('a', '<>&"\'')],
    ['character references', '<a>&#65;&#x1F600;</a>', plain('a', 'A😀')],
    [
      'comments and instructions as nothing',
      '<?xml version="1.0"?><!-- a --><?b c?><a><!-- d --><?e f?><b/></a><!-- g -->',
      plain('a', plain('b')),
    ],
    ['line ends as line feeds', '<a>1\r\n2\r3</a>', plain('a', '1\n2\n3')],
    ['a carriage return that was asked for', '<a>1&#13;2</a>', plain('a', '1\r2')],
    [
      'namespaces, resolved',
      '<p:a xmlns:p="urn:x" xmlns="urn:y"><b/><p:c xmlns:p="urn:z"/></p:a>',
      {
        namespace: 'urn:x',
        name: 'a',
        attributes: [],
        children: [
          { namespace: 'urn:y', name: 'b', attributes: [], children: [] },
          { namespace: 'urn:z', name: 'c', attributes: [], children: [] },
        ],
      },
    ],
    [
      'attributes without declarations',
      '<a xmlns="urn:y" xmlns:p="urn:x" b="1" p:c="2" xml:lang="en"/>',
      {
        namespace: 'urn:y',
        name: 'a',
        attributes: [
          { namespace: '', name: 'b', value: '1' },
          { namespace: 'urn:x', name: 'c', value: '2' },
          { namespace: 'http://www.w3.org/XML/1998/namespace', name: 'lang', value: 'en' },
        ],
        children: [],
      },
    ],
    [
      'what an element declares, for itself and those inside it',
      '<a xmlns="urn:y"><b xmlns="urn:x" xmlns:p="urn:p"><c xmlns=""/><p:d/></b><e/></a>',
      {
        ...plain(
          'a',
          {
            ...plain('b', plain('c'), { ...plain('d'), namespace: 'urn:p' }),
            namespace: 'urn:x',
          },
          { ...plain('e'), namespace: 'urn:y' },
        ),
        namespace: 'urn:y',
      },
    ],
    [
      'names that objects have a use for',
      '<a><__proto__>1</__proto__><constructor/><hasOwnProperty/></a>',
      plain('a', plain('__proto__', '1'), plain('constructor'), plain('hasOwnProperty')),
    ],
    ['a byte order mark', '\ufeff<a/>', plain('a')],
  ])('reads %s', (_, source, expected) => {
    expect(bare(parseXml(source))).toEqual(expected);
    expect(bare(parseXml(Buffer.from(source)))).toEqual(expected);
  });

  test('reads UTF-16 with a byte order mark', () => {
    const littleEndian = Buffer.from('\ufeff<a>é日</a>', 'utf16le');
    expect(text(parseXml(littleEndian))).toBe('é日');
    expect(text(parseXml(Buffer.from(littleEndian).swap16()))).toBe('é日');
  });

  test('knows where each element began', () => {
    const root = parseXml('<a>\n  <b/>\n  <p:c xmlns:p="urn:x"\n     d="1"><e/></p:c></a>');
    const [b, c] = elements(root);
    expect(root).toMatchObject({ line: 1, column: 1 });
    expect(b).toMatchObject({ line: 2, column: 3 });
    expect(c).toMatchObject({ line: 3, column: 3 });
    expect(c === undefined ? [] : elements(c)[0]).toMatchObject({ line: 4, column: 12 });
  });

  test.each<[string, string, string]>([
    ['between tags', '<b>TEXT</b>', 'TEXT'],
    ['in lines', '<b>TEXT\nTEXT\n</b>', 'TEXT\nTEXT\n'],
    ['beside a greater-than sign', '<b>1 > 0 TEXT</b>', '1 > 0 TEXT'],
    ['with entities', '<b>TEXT&amp;TEXT&#65;</b>', 'TEXT&TEXTA'],
    ['as character data', '<b><![CDATA[>TEXT]]>TEXT</b>', '>TEXTTEXT'],
    ['around comments', '<b><!-- >TEXT -->TEXT<!-- -->TEXT</b>', 'TEXTTEXT'],
    ['after an instruction', '<b><?d >TEXT?>TEXT</b>', 'TEXT'],
    ['after a value', '<b c=">TEXT">TEXT</b>', 'TEXT'],
    ['around elements', '<b>TEXT<c>TEXT</c>TEXT</b>', 'TEXTTEXT'],
  ])('reads long text %s', (_, source, expected) => {
    const of = (short: string, length: number): string => short.replaceAll('TEXT', 'QUJD'.repeat(length));
    for (const length of [1, 1_000]) expect(text(parseXml(of(source, length))) === of(expected, length)).toBe(true);
    expect(bare(parseXml(of(source, 1_000)))).toEqual(JSON.parse(of(JSON.stringify(bare(parseXml(source))), 1_000)));
  });

  test('knows where elements began after long text', () => {
    const long = 'QUJD'.repeat(1_000);
    const [, c, d] = elements(parseXml(`<a><b>${long}</b><c>${long}\n${long}\n12</c><d/></a>`));
    expect(c).toMatchObject({ line: 1, column: 4_011 });
    expect(d).toMatchObject({ line: 3, column: 7 });
  });

  test.each<[string, string]>([
    ['before the root', '<?b c?>TEXT<a/>'],
    ['after the root', '<a/>TEXT<!-- d -->'],
    ['in a tag', '<a TEXT<b/></a>'],
    ['in a value that never ends', '<a b=">TEXT<c/>'],
    ['with an ampersand', '<a>TEXT & TEXT</a>'],
    ['at the end', '<a><b>TEXT'],
  ])('refuses long text %s as short text', (_, source) => {
    const messageOf = (length: number): string => {
      try {
        parseXml(source.replaceAll('TEXT', 'A'.repeat(length)));
      } catch (error) {
        if (error instanceof XmlSyntaxError) return error.message;
      }
      return 'no refusal';
    };
    expect(messageOf(5_000)).toBe(messageOf(5));
    expect(messageOf(5)).not.toBe('no refusal');
  });

  test.each([60, 70, 200])('reads %i prefixes and more inside', (count) => {
    const declared = (word: string): string => Array.from({ length: count }, (_, at) => ` xmlns:${word}${at}="urn:${word}${at}"`).join('');
    const root = parseXml(`<a${declared('p')}><b${declared('q')} xmlns:p1="urn:other"><p0:c/><q0:c/><p1:c/></b><p1:c/></a>`);
    const [inner, after] = elements(root);
    expect(inner === undefined ? [] : elements(inner).map(({ namespace }) => namespace)).toEqual(['urn:p0', 'urn:q0', 'urn:other']);
    expect(after?.namespace).toBe('urn:p1');
  });

  test('what is read keeps nothing in memory that is only given back at a full collection', async () => {
    const program = fileURLToPath(import.meta.resolve('./old-memory.ts'));
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=1', '--initial-old-space-size=2000', program]);
    // It was 14,000, of messages of 1,000 characters.
    expect(Number(stdout)).toBeLessThan(500);
  });

  test('what the parser has is found without looking it up', async () => {
    const program = fileURLToPath(import.meta.resolve('./parser-shape.ts'));
    const { stdout } = await promisify(execFile)(process.execPath, ['--allow-natives-syntax', program]);
    expect(stdout).toBe('true');
  });

  test('reads on after a document that is refused in its middle', () => {
    for (const broken of ['<a><b>', '<a><b x="1" x="2"/></a>', '<a>&x;</a>', '<!DOCTYPE a><a/>', '<a><b></a>', ''])
      expect(() => parseXml(broken)).toThrow(XmlSyntaxError);
    expect(() => parseXml('<a><b><c/></b></a>', { maxDepth: 2 })).toThrow('nested deeper');
    expect(parseXml('<a><b>text</b></a>')).toEqual(parseXml(Buffer.from('<a><b>text</b></a>')));
    expect(elements(parseXml('<a><b>text</b></a>')).map(({ name }) => name)).toEqual(['b']);
  });

  test('has what looks into elements', () => {
    const root = parseXml('<a x="1"><b xmlns="urn:x">2<c/>3</b><b>4</b></a>');
    expect(attribute(root, 'x')).toBe('1');
    expect(attribute(root, 'y')).toBeUndefined();
    expect(child(root, '', 'b')?.children).toEqual(['4']);
    expect(child(root, 'urn:x', 'c')).toBeUndefined();
    const mixed = child(root, 'urn:x', 'b');
    expect(mixed === undefined ? '' : text(mixed)).toBe('23');
  });
});

describe('hostile documents', () => {
  const billionLaughs = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(10)}"><!ENTITY c "&b;&b;">]><a>&c;</a>`;
  test.each<[string, string | Uint8Array, RegExp, Partial<ParseLimits>?]>([
    ['nothing', '', /Root element is missing/],
    ['white space', ' \n ', /Root element is missing|Unexpected end/],
    ['no markup', 'hello', /./],
    ['an HTML page', '<html><body><p>no<br></body></html>', /./],
    ['a document type', '<!DOCTYPE a><a/>', /DTD is prohibited/],
    ['a document type after white space', '\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /DTD is prohibited/],
    ['entities that grow', billionLaughs, /DTD is prohibited/],
    ['an entity of nobody', '<a>&nbsp;</a>', /./],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "http://169.254.169.254/">]><a>&x;</a>', /DTD is prohibited/],
    ['an end that never comes', '<a><b>', /./],
    ['a tag cut short', '<a><b', /./],
    ['an attribute cut short', '<a b="', /./],
    ['crossed tags', '<a><b></a></b>', /./],
    ['an end without a beginning', '</a>', /./],
    ['two roots', '<a/><b/>', /multiple root elements/],
    ['text after the root', '<a/>text', /./],
    ['an attribute without quotes', '<a b=c/>', /./],
    ['an attribute without a value', '<a b/>', /./],
    ['an attribute twice', '<a b="1" b="2"/>', /duplicate/],
    ['an attribute twice by two prefixes', '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>', /duplicate/],
    ['a control character', '<a>\u0001</a>', /0x01/],
    ['a reference to a control character', '<a>&#1;</a>', /./],
    ['a reference to a control character in an attribute', '<a><b c="&#x0;"/></a>', /./],
    ['a reference beyond all characters', '<a>&#x110000;</a>', /./],
    ['a prefix of nobody', '<p:a/>', /./],
    ['a prefix that every object has', '<constructor:a/>', /'constructor' is an undeclared prefix/],
    ['an entity that every object has', '<a>&constructor;</a>', /undeclared entity 'constructor'/],
    ['a prefix after its element', '<a><b xmlns:p="urn:x"/><p:c/></a>', /'p' is an undeclared prefix/],
    ['a prefix that stands for another namespace', '<a xmlns:xml="urn:x"/>', /Xml prefix must be bound/],
    ['a bare ampersand', '<a>a & b</a>', /./],
    ['character data outside', '<![CDATA[x]]><a/>', /./],
    ['a comment that never ends', '<a><!-- </a>', /./],
    ['octets that are no UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xc0, 0x3c, 0x2f, 0x61, 0x3e]), /encoding/],
    ['half a character', Buffer.concat([Buffer.from('<a>'), Buffer.from('é').subarray(0, 1), Buffer.from('</a>')]), /encoding/],
    ['zeros', Buffer.alloc(64), /./],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00]), /./],
    ['too many octets', `<a>${'x'.repeat(1000)}</a>`, /larger than 500 bytes/, { maxBytes: 500 }],
    ['too many attributes', `<a${Array.from({ length: 300_000 }, (_, number) => ` a${number}=""`).join('')}/>`, /more than 256 attributes/],
    ['too many levels', '<a>'.repeat(65) + '</a>'.repeat(65), /nested deeper than 64/],
    ['very many levels', '<a>'.repeat(200_000), /nested deeper than 64/],
    ['too many elements', `<a>${'<b/>'.repeat(100)}</a>`, /more than 50 elements/, { maxElements: 50 }],
  ])('%s', (_, source, message, limits) => {
    const attempt = () => parseXml(source, limits);
    expect(attempt).toThrow(XmlSyntaxError);
    expect(attempt).toThrow(message);
  });

  test.each<[string, string, string, number, number]>([
    ['an ampersand', '<a>\n<b>Q &amp; A, R & D</b><c>x;</c></a>', 'An error occurred while parsing EntityName.', 2, 18],
    ['an ampersand in a value', '<a b="R&D"/>', 'An error occurred while parsing EntityName.', 1, 9],
    ['an entity', '<a><![CDATA[&x;]]><!--&x;--><?b &x;?>&nbsp;</a>', "Reference to undeclared entity 'nbsp'.", 1, 39],
    ['a prefix', '<a>\n  <p:b/></a>', "'p' is an undeclared prefix.", 2, 8],
    ['an end', '<a>\n  <b:c xmlns:b="urn:b">\n</a>', "The 'b:c' start tag on line 2 position 4 does not match the end tag of 'a'.", 3, 4],
    ['no end', '<a><b><c/>', 'Unexpected end of file has occurred. The following elements are not closed: b, a.', 1, 10],
    ['text before the root', '\n {"a": "b>c",\n"d": 1}\n', 'Data at the root level is invalid.', 2, 2],
    ['text after the root', '<a/>\n\n x\n', 'Data at the root level is invalid.', 3, 2],
    ['character data outside', '<?b?><![CDATA[x]]><a/>', 'Data at the root level is invalid.', 1, 6],
    ['an end without a beginning', '<a/></b>', 'Unexpected end tag.', 1, 8],
    ['the end of character data', '<a>]]></a>', 'The string "]]>" is disallowed in char data.', 1, 6],
    [
      'after long text',
      `<a>${'QUJD'.repeat(1_000)}\n<b>12</c></a>`,
      "The 'b' start tag on line 2 position 2 does not match the end tag of 'c'.",
      2,
      9,
    ],
    [
      'after long octets',
      `<a>${'QUJD'.repeat(2_000)}<b>12</c></a>`,
      "The 'b' start tag on line 1 position 8005 does not match the end tag of 'c'.",
      1,
      8_012,
    ],
    ['after signs of two units', '<a>👩<b>12</c></a>', "The 'b' start tag on line 1 position 7 does not match the end tag of 'c'.", 1, 14],
  ])('%s that is wrong is named where it is', (_, source, message, line, column) => {
    const attempt = () => parseXml(Buffer.from(source), {}, { longOctets: true });
    expect(attempt).toThrow(expect.objectContaining({ message, line, column }));
  });

  test('a refusal says where', () => {
    const error = (() => {
      try {
        parseXml('<a>\n  <b>\n</a>');
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(XmlSyntaxError);
    expect(error).toMatchObject({ line: 3 });
  });

  test('levels and elements within the limits pass', () => {
    expect(parseXml('<a>'.repeat(64) + '</a>'.repeat(64)).name).toBe('a');
    expect(elements(parseXml(`<a>${'<b/>'.repeat(49)}</a>`, { maxElements: 50 }))).toHaveLength(49);
  });
});
