import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { child, element, octetsElement, text, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml, writeXmlOctets } from '../../../shared/xml/write.ts';

const limits = { maxBytes: 8_000_000 };
const read = (document: string | Uint8Array): XmlElement => parseXml(Buffer.from(document), limits, { longOctets: true });
const octetsOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, index) => (index * index) >> 3));
const long = octetsOf(5_000).toString('base64');

/** Everything of an element but how it holds its octets. */
const seen = ({ octets: _, children, ...rest }: XmlElement): object => ({
  ...rest,
  children: children.map((part) => (typeof part === 'string' ? part : seen(part))),
});

test('octets of any length are written and read without a text between', () => {
  const lengths = fc.oneof(fc.nat(4), fc.integer({ min: 3_060, max: 3_090 }), fc.integer({ min: 24_570, max: 24_590 }), fc.nat(200_000));
  fc.assert(
    fc.property(fc.array(lengths, { maxLength: 4 }), fc.string(), (sizes, note) => {
      const root = element('urn:x', 'a', [...sizes.map((size) => octetsElement('urn:x', 'b', octetsOf(size))), element('', 'c', [note])]);
      const document = writeXmlOctets(root, { declaration: true });
      expect(document.equals(Buffer.from(writeXml(root, { declaration: true })))).toBe(true);
      const [one, other] = [read(document), parseXml(document, limits)];
      expect(seen(one)).toEqual(seen(other));
      for (const [index, size] of sizes.entries()) {
        const found = one.children[index] as XmlElement;
        if (size > 3 * 1_023) expect(found.octets?.equals(octetsOf(size))).toBe(true);
        else expect([found.octets, text(found)]).toEqual([undefined, octetsOf(size).toString('base64')]);
      }
    }),
    { seed: inject('seed'), numRuns: 60 },
  );
});

test('of octets that are written no text is made', () => {
  const octets = octetsElement('', 'b', octetsOf(5_000));
  const get = (): never => {
    throw new Error('a text was asked for');
  };
  const root = element('', 'a', [Object.defineProperty(octets, 'children', { get })]);
  expect(writeXmlOctets(root).toString()).toBe(`<a><b>${long}</b></a>`);
});

test('of octets that are read as text one text is made', () => {
  const octets = octetsOf(5_000);
  let made = 0;
  octets.toString = (...how) => {
    made += 1;
    return Buffer.prototype.toString.apply(octets, how);
  };
  expect([text(octetsElement('', 'b', octets)), made]).toEqual([long, 1]);
});

describe('what is no octets alone is text as ever', () => {
  test.each<[string, string]>([
    ['a comment before', `<a><!-- > -->${long}</a>`],
    ['a comment behind', `<a>${long}<!-- -->QUJD</a>`],
    ['character data behind', `<a>${long}<![CDATA[x]]></a>`],
    ['character data before', `<a><![CDATA[x]]>${long}</a>`],
    ['an element behind', `<a>${long}<b/></a>`],
    ['an element before', `<a><b/>${long}</a>`],
    ['twice, with an instruction between', `<a>${long}<?b c?>${long}</a>`],
    ['within character data', `<a><![CDATA[<x>${long}</x>]]></a>`],
    ['within a comment', `<a><!--<x>${long}</x>--></a>`],
    ['within a value', `<a b='>${long}'>x</a>`],
    ['a line within', `<a>${long.slice(0, 3_000)}\r\n${long.slice(3_000)}</a>`],
    ['a space before', `<a> ${long}   </a>`],
    ['the alphabet of addresses', `<a>${`-${long.slice(1)}`}</a>`],
    ['an entity', `<a>${long}&#65;</a>`],
    ['a letter too many', `<a>${long}Q</a>`],
    ['padding within', `<a>${long.slice(0, 4_000)}====${long.slice(4_004)}</a>`],
    ['bits that stand for nothing', `<a>${octetsOf(5_002).toString('base64').slice(0, -4)}QQF=</a>`],
    ['letters that are none', `<a>${'ä'.repeat(4_000)}</a>`],
    ['another > before', `<a>x>${long}</a>`],
  ])('%s', (_, document) => {
    const found = read(document);
    expect(found.octets).toBeUndefined();
    expect(seen(found)).toEqual(seen(parseXml(document)));
  });
});

test('an element is the same to whoever asks for its text, wherever it stands, and is found in its line', () => {
  const document = `<a>\n  <b>${long}</b><c/>\n</a>`;
  const root = read(document);
  const found = child(root, '', 'b');
  expect([found?.octets?.length, text(found ?? root), found?.children]).toEqual([5_000, long, [long]]);
  expect(seen(root)).toEqual(seen(parseXml(document)));
  expect(writeXml(root)).toBe(writeXml(parseXml(document)));
  expect(writeXmlOctets({ ...element('', 'x', [root]), keep: true }).toString()).toBe(`<x>${writeXml(root)}</x>`);
});

test.each([
  ['text outside of the root', `<a/>${long}`],
  ['no end', `<a>${long}`],
  ['another end', `<a>${long}</b>`],
  ['a value without an end', `<a b="${long}`],
  ['a character that is none, with its line', `<a>\n<b>${long}</b>\n\u0001</a>`],
])('%s is refused as it is without octets', (_, document) => {
  const failure = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };
  const refusal = failure(() => parseXml(Buffer.from(document)));
  expect(refusal).toBeInstanceOf(Error);
  expect(failure(() => read(document))).toEqual(refusal);
});

test('octets that are no characters are refused', () => {
  expect(() => read(Buffer.concat([Buffer.from(`<a><b>${long}</b>`), Buffer.from([0xc3]), Buffer.from('</a>')]))).toThrow('encoding');
});
