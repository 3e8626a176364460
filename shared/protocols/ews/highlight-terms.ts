import { many, one, sequence, unwrapped } from '../../xml/codec.ts';
import { types } from './namespaces.ts';
import { text } from './types/simple.ts';

const term = sequence({ Scope: one(types, text), Value: one(types, text) }, 'HighlightTermType');
/** ArrayOfHighlightTermsType: what a client is to highlight of the items that a query string has found. */
export const highlightTerms = unwrapped('Term', sequence({ Term: many(types, term) }, 'ArrayOfHighlightTermsType'));
