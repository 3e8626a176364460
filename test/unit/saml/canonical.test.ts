import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { canonicalXml, pinned } from '../../../shared/protocols/saml/canonical.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const prefixes = { 'urn:a': 'a', 'urn:b': 'b', 'urn:upper': 'Z', 'urn:c?d=1;e=2': 'c' };
const spaces = ['', ...Object.keys(prefixes)];

/** libxml2, by which xmlsec1 canonicalises too. */
function byLibxml2(text: string): string {
  using document = XmlDocument.fromString(text);
  return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
}

function byXmlCrypto(text: string): string {
  const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  return new ExclusiveCanonicalization().process(root as never, {}) as unknown as string;
}

const words = fc.string({ unit: fc.constantFrom('a', 'ß', '💡', '<', '>', '&', '"', "'", '\r', '\n', '\t', ' ', ']]>'), maxLength: 8 });
const names = fc.constantFrom('x', 'Y', 'z1', '_w');
const attributes = fc.uniqueArray(
  fc.record({ namespace: fc.constantFrom(...spaces, 'http://www.w3.org/XML/1998/namespace'), name: names, value: words }),
  { selector: ({ namespace, name }) => `${namespace} ${name}`, maxLength: 4 },
);
const declares = fc.option(
  fc.uniqueArray(fc.constantFrom(['p', 'urn:a'] as const, ['', 'urn:b'] as const, ['r', 'urn:b'] as const, ['q', 'urn:unused'] as const), {
    selector: ([prefix]) => prefix,
    maxLength: 2,
  }),
);
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc
    .record({
      namespace: fc.constantFrom(...spaces),
      name: names,
      attributes,
      declared: declares,
      children: fc.array(fc.oneof({ depthSize: 'small' }, words, tie('tree')), { maxLength: 4 }),
    })
    .map(({ declared, ...node }): XmlElement => {
      // A document can bind no default namespace on an element that has none.
      const fits = (declared ?? []).filter(([prefix]) => prefix !== '' || node.namespace !== '');
      return fits.length === 0 ? node : { ...node, declares: fits };
    }),
}));

describe('the exclusive canonical form', () => {
  test('of a small document', () => {
    const node: XmlElement = {
      ...element('urn:a', 'root', ['1 < 2 & 3 > 2 "quoted"\r\n', element('urn:b', 'inner'), element('', 'none')]),
      attributes: [
        { namespace: 'urn:b', name: 'y', value: '"<&>\t\n\r' },
        { namespace: '', name: 'z', value: '' },
        { namespace: '', name: 'Z', value: '1' },
      ],
    };
    expect(canonicalXml(node, prefixes)).toBe(
      '<a:root xmlns:a="urn:a" xmlns:b="urn:b" Z="1" z="" b:y="&quot;&lt;&amp;>&#x9;&#xA;&#xD;">1 &lt; 2 &amp; 3 &gt; 2 "quoted"&#xD;\n<b:inner></b:inner><none></none></a:root>',
    );
  });

  test('a namespace without a prefix is a defect', () => {
    expect(() => canonicalXml(element('urn:unknown', 'x'), prefixes)).toThrow('no prefix is known for urn:unknown');
  });

  test('is what libxml2 makes of the document that the writer writes', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(canonicalXml(node, prefixes)).toBe(byLibxml2(writeXml(node, { prefixes })));
      }),
      { numRuns: 500 },
    );
  });

  // It sorts prefixes by locale, so they are all in small letters here. It and libxml2 leave `&` in a namespace unescaped: none has one.
  // It says `xmlns=""` again and again: no element is taken out of a default namespace.
  test('is what xml-crypto makes of it', () => {
    const lowerCase = { ...prefixes, 'urn:upper': 'zz' };
    fc.assert(
      fc.property(tree, (node) => {
        const written = writeXml(node, { prefixes: lowerCase });
        fc.pre(!written.includes('xmlns=""'));
        expect(canonicalXml(node, lowerCase)).toBe(byXmlCrypto(written));
      }),
      { numRuns: 300 },
    );
  });

  test('is its own canonical form', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = canonicalXml(node, prefixes);
        expect(byLibxml2(text)).toBe(text);
      }),
    );
  });

  test('of a pinned element is the same wherever it is placed', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const other = { 'urn:a': 'x', 'urn:b': '', 'urn:upper': 'a', 'urn:c?d=1;e=2': 'b' };
        const placed = element('urn:b', 'around', [pinned(node, prefixes)], { a: '1' });
        using document = XmlDocument.fromString(writeXml(placed, { prefixes: other }));
        const inner = document.root.firstChild;
        if (inner === null) throw new Error('the document is empty');
        expect(inner.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })).toBe(
          canonicalXml(pinned(node, prefixes), prefixes),
        );
      }),
      { numRuns: 300 },
    );
  });
});
