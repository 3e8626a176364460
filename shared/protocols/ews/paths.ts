import { attr, type Content, sequence, type Tagged } from '../../xml/codec.ts';
import { enumeration, string } from '../../xml/simple-types.ts';
import { extendedFieldUri } from './extended-property.ts';
import { dictionaryUris, fieldUris } from './field-uris.ts';

const fieldUri = sequence({ FieldURI: attr(enumeration('UnindexedFieldURIType', fieldUris)) }, 'PathToUnindexedFieldType');
const indexedFieldUri = sequence(
  { FieldURI: attr(enumeration('DictionaryURIType', dictionaryUris)), FieldIndex: attr(string) },
  'PathToIndexedFieldType',
);

/** The three ways to name a property, as alternatives of a choice (the schema's Path substitution group). */
export const paths = { FieldURI: fieldUri, IndexedFieldURI: indexedFieldUri, ExtendedFieldURI: extendedFieldUri } as const;

/** A property as a client names it. */
export type Path = Tagged<typeof paths>;

/** The content of one kind of path, for a path that stands alone (MessageXml of a refused property). */
export function pathContent(kind: Path['is']): Content<unknown> {
  return paths[kind];
}
