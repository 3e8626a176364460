import type { SchemaError } from './errors.ts';
import { offsetOf, placeOf } from './places.ts';

/**
 * Where .NET's validator says that a violation lies: lines and positions count from 1, a tag's position is that of its name.
 * Two published answers show it, on the pages "FindConversation operation" and "GetServiceConfiguration operation": a bad
 * attribute is told at its own name, a bad text at the name of the end tag. `source` is the document that was parsed; where
 * it does not have the element there, because it was not parsed from this text, the start tag of the error is told.
 */
export function findSpot(source: string, { line, column, spot }: SchemaError): { readonly line: number; readonly position: number } {
  // Elements that nobody parsed have no place.
  const start = { line, position: column > 0 ? column + 1 : column };
  if (spot === undefined || column === 0) return start;
  const from = offsetOf(source, { line, column });
  tag.lastIndex = from;
  const opening = tag.exec(source);
  if (opening === null || opening.index !== from || /^<[/!?]/.test(opening[0])) return start;
  const inside = from + opening[0].length;
  const found =
    spot.is === 'attribute'
      ? attributeOffset(opening[0], from, spot.name)
      : opening[0].endsWith('/>')
        ? undefined
        : spot.is === 'text'
          ? textOffset(source, inside)
          : endOffset(source, inside);
  if (found === undefined) return start;
  const at = placeOf(source, found);
  return { line: at.line, position: at.column };
}

/** A tag, or what is none though it begins like one. */
const tag = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?:[^"'<>]|"[^"]*"|'[^']*')*>/g;
const attribute = /([^\s=/"'<>]+)\s*=\s*(?:"[^"]*"|'[^']*')/g;

function attributeOffset(opening: string, from: number, name: string): number | undefined {
  for (const match of opening.matchAll(attribute)) {
    const [, written = ''] = match;
    if (written === name || written.endsWith(`:${name}`)) return from + match.index;
  }
  return undefined;
}

/** The first words that are the element's own, with the white space before them. */
function textOffset(source: string, inside: number): number | undefined {
  let depth = 0;
  let at = inside;
  tag.lastIndex = inside;
  for (let match = tag.exec(source); match !== null && depth >= 0; match = tag.exec(source)) {
    if (depth === 0 && source.slice(at, match.index).trim() !== '') return at;
    if (depth === 0 && match[0].startsWith('<![CDATA[')) return match.index;
    depth += step(match[0]);
    at = tag.lastIndex;
  }
  return undefined;
}

/** The name of the end tag. */
function endOffset(source: string, inside: number): number | undefined {
  let depth = 0;
  tag.lastIndex = inside;
  for (let match = tag.exec(source); match !== null; match = tag.exec(source)) {
    depth += step(match[0]);
    if (depth < 0) return match.index + '</'.length;
  }
  return undefined;
}

/** By how much a tag changes the depth. */
function step(found: string): -1 | 0 | 1 {
  if (found.startsWith('</')) return -1;
  return found.endsWith('/>') || /^<[!?]/.test(found) ? 0 : 1;
}
