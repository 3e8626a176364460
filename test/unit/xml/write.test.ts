import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { bare, tree } from './tree.ts';

describe('writeXml', () => {
  test.each<[string, XmlElement, string]>([
    ['nothing inside', element('', 'a'), '<a/>'],
    ['text', element('', 'a', ['b']), '<a>b</a>'],
    ['an attribute', element('', 'a', [], { b: 'c', d: undefined }), '<a b="c"/>'],
    ['siblings in order', element('', 'a', [element('', 'c'), element('', 'b'), element('', 'c')]), '<a><c/><b/><c/></a>'],
    ['an invented prefix', element('urn:x', 'a', [element('urn:x', 'b')]), '<n1:a xmlns:n1="urn:x"><n1:b/></n1:a>'],
    ['text escaped', element('', 'a', ['<&>"\'\r\n\t']), '<a>&lt;&amp;&gt;"\'&#xD;\n\t</a>'],
    ['plain text as it is', { ...element('', 'a', ['QUI='], { b: '<' }), isPlain: true }, '<a b="&lt;">QUI=</a>'],
    ['attributes escaped', element('', 'a', [], { b: '<&>"\'\r\n\t' }), '<a b="&lt;&amp;&gt;&quot;\'&#xD;&#xA;&#x9;"/>'],
    ['characters that XML has not', element('', 'a', ['x\u0000\u0008\u000b\ufffe\ud800y\udc00']), '<a>xy</a>'],
    ['characters beyond the first plane', element('', 'a', ['👩‍🚀']), '<a>👩‍🚀</a>'],
    [
      'xml:lang',
      { ...element('', 'a'), attributes: [{ namespace: 'http://www.w3.org/XML/1998/namespace', name: 'lang', value: 'en' }] },
      '<a xml:lang="en"/>',
    ],
    [
      'declarations on demand',
      { ...element('', 'a', [element('urn:x', 'b')]), declares: [['t', 'urn:x']] },
      '<a xmlns:t="urn:x"><t:b/></a>',
    ],
    [
      'the first of two prefixes',
      {
        ...element('urn:x', 'a', [element('urn:x', 'b')]),
        declares: [
          ['h', 'urn:x'],
          ['', 'urn:x'],
        ],
      },
      '<h:a xmlns:h="urn:x" xmlns="urn:x"><h:b/></h:a>',
    ],
  ])('%s', (_, root, expected) => {
    expect(writeXml(root)).toBe(expected);
  });

  test('takes prefixes from the table, an empty one being the default namespace', () => {
    const root = element('urn:a', 'a', [element('urn:b', 'b', [element('', 'c')]), element('urn:a', 'd')]);
    expect(writeXml(root, { prefixes: { 'urn:a': '', 'urn:b': 'p' }, declaration: true })).toBe(
      '<?xml version="1.0" encoding="utf-8"?><a xmlns="urn:a"><p:b xmlns:p="urn:b"><c xmlns=""/></p:b><d/></a>',
    );
  });

  test('binds a prefix anew where an inner element takes it away', () => {
    const root: XmlElement = {
      ...element('urn:a', 'a', [{ ...element('urn:b', 'b', [element('urn:a', 'c')]), declares: [['p', 'urn:b']] }]),
      declares: [['p', 'urn:a']],
    };
    const written = writeXml(root);
    expect(bare(parseXml(written))).toEqual(bare(root));
  });

  test('what is written is what is read', () => {
    const options = fc.constantFrom(
      {},
      { declaration: true },
      { prefixes: { 'urn:one': 'o', 'urn:two': '' } },
      { prefixes: { 'urn:one': '', 'urn:two': 't', 'http://schemas.example/three?a=1&b="2"': 'e' } },
    );
    fc.assert(
      fc.property(tree, options, (root, how) => {
        expect(bare(parseXml(writeXml(root, how)))).toEqual(bare(root));
      }),
      { numRuns: 400 },
    );
  });

  test('what is kept is written the same, under the same bindings and under others', () => {
    const keep = (node: XmlElement): XmlElement => ({
      ...node,
      children: node.children.map((child) => (typeof child === 'string' ? child : keep(child))),
      keep: true,
    });
    const options = fc.array(fc.constantFrom({}, { prefixes: { 'urn:one': 'o', 'urn:two': '' } }, { prefixes: { 'urn:one': 'x' } }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(tree, options, (root, documents) => {
        const kept = keep(root);
        for (const how of documents) {
          const around = (inner: XmlElement): XmlElement => element('urn:one', 'around', [inner, inner]);
          expect(writeXml(around(kept), how)).toBe(writeXml(around(root), how));
        }
      }),
    );
  });
});
