import { storable } from './storable.ts';

/**
 * The form of a text in which it is searched and compared: compatibility forms made equal (NFKC), case removed. Both
 * databases compare the result bytewise, so neither its own case rules nor its locale matter. Folding twice changes
 * nothing.
 *
 * JavaScript has no case folding (Unicode 3.13, toCasefold); it is made of the mappings it has. Lower case first, for
 * the capital `ẞ`, which has no other upper case than itself; upper case, which spells out what folds to several letters
 * (`ß` to `SS`); lower case again, whose one rule of context is undone (a final sigma is a sigma). The dotless `ı`
 * therefore equals `i`. Accents are kept.
 */
export function fold(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  const folded = storable(text).normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return folded.normalize('NFKC');
}

/** The longest text, in characters, that a column in an index takes. Exchange's own bounds (255 for a subject) are lower. */
export const keyLength = 600;

/** {@link fold}, cut to what a column in an index takes. */
export function foldKey(text: string): string {
  const folded = fold(text);
  return folded.length <= keyLength ? folded : folded.slice(0, keyLength).replace(/[\ud800-\udbff]$/, '');
}

/** ASCII without NUL, which is not storable. */
const asciiOnly = /^[\x01-\x7f]*$/;
