import { expect, test } from 'vitest';
import { elements } from '../../../shared/xml/element.ts';
import { SchemaError, type SchemaSpot } from '../../../shared/xml/errors.ts';
import { findSpot } from '../../../shared/xml/find-spot.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

const limits = { maxBytes: 10_000, maxDepth: 20, maxElements: 100 };

/** Where .NET's reader stands: `^` marks the place, `x` is the element that is complained of. */
function marked(text: string): { readonly source: string; readonly expected: { readonly line: number; readonly position: number } } {
  const before = text.slice(0, text.indexOf('^'));
  return {
    source: text.replace('^', ''),
    expected: { line: before.split('\n').length, position: before.length - before.lastIndexOf('\n') },
  };
}

test.each<[string, string, SchemaSpot | undefined]>([
  ['a start tag', '<r>\n  <^x a="1"/>\n</r>', undefined],
  ['an attribute', '<r>\n  <x ^a="1"/>\n</r>', { is: 'attribute', name: 'a' }],
  ['an attribute on a line of its own', '<r><x b="a=\'1\'"\n  ^a="1">text</x></r>', { is: 'attribute', name: 'a' }],
  ['an attribute with a prefix', '<r xmlns:p="urn:p"><x ^p:a="1"/></r>', { is: 'attribute', name: 'a' }],
  ['an attribute in single quotes behind a bracket', "<r><x b='>' ^a='1'/></r>", { is: 'attribute', name: 'a' }],
  ['the end of a text', '<r><x>word</^x></r>', { is: 'end' }],
  ['the end behind children of the same name', '<r><x><x/><y><x></x></y>\n</^x></r>', { is: 'end' }],
  ['the end behind what looks like one', '<r><x><!-- </x> --><![CDATA[</x>]]><?y </x>?></^x></r>', { is: 'end' }],
  ['the end of an empty element: its start', '<r><^x/></r>', { is: 'end' }],
  ['a text before all children', '<r><x>^ word<y/></x></r>', { is: 'text' }],
  ['a text behind a child that has one', '<r><x><y>own</y>^\nword</x></r>', { is: 'text' }],
  ['a text that is a section', '<r><x><y/>^<![CDATA[word]]></x></r>', { is: 'text' }],
])('%s', (_, text, spot) => {
  const { source, expected } = marked(text);
  const [at = {}] = elements(parseXml(source, limits));
  expect(findSpot(source, new SchemaError('', at, spot))).toEqual(expected);
});

test.each<SchemaSpot>([{ is: 'end' }, { is: 'text' }, { is: 'attribute', name: 'a' }])(
  'of another text than the one that was parsed, or of an element that never was: the start tag (%o)',
  (spot) => {
    expect(findSpot('<other/>', new SchemaError('', { line: 3, column: 7 }, spot))).toEqual({ line: 3, position: 8 });
    expect(findSpot('<other/>', new SchemaError('', {}, spot))).toEqual({ line: 0, position: 0 });
  },
);
