import { attr, maybeAttr, sequence, some, textContent } from '../../../xml/codec.ts';
import { boolean, enumeration, string } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';

// Bodies, MIME content and Internet headers.

const bodyKind = enumeration('BodyTypeType', ['HTML', 'Text']);

export const body = sequence(
  {
    text: textContent(string),
    BodyType: attr(bodyKind),
    IsTruncated: maybeAttr(boolean),
  },
  'BodyType',
);

export const mimeContent = sequence(
  {
    text: textContent(string),
    CharacterSet: maybeAttr(string),
  },
  'MimeContentType',
);

const internetHeader = sequence(
  {
    text: textContent(string),
    HeaderName: attr(string),
  },
  'InternetHeaderType',
);

export const internetHeaders = sequence(
  {
    InternetMessageHeader: some(types, internetHeader),
  },
  'NonEmptyArrayOfInternetHeadersType',
);
