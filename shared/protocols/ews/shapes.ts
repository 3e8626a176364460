import { maybe, one, sequence, simple, someOf, unwrapped } from '../../xml/codec.ts';
import { enumeration } from '../../xml/simple-types.ts';
import { types } from './namespaces.ts';
import { paths } from './paths.ts';
import { integer, text, truth } from './types/simple.ts';

/** DefaultShapeNamesType. PcxPeopleSearch is answered as IdOnly by servers without people search. */
export const baseShape = enumeration('DefaultShapeNamesType', ['IdOnly', 'Default', 'AllProperties', 'PcxPeopleSearch']);
export type BaseShape = (typeof baseShape)['enumeration'][number];

const bodyType = simple(enumeration('BodyTypeResponseType', ['Best', 'HTML', 'Text']));

/** NonEmptyArrayOfPathsToElementType: a list of paths. */
export const pathList = unwrapped('paths', sequence({ paths: someOf(types, paths) }, 'NonEmptyArrayOfPathsToElementType'));

/** What GetFolder and its like are to return of a folder. */
export const folderShape = sequence(
  { BaseShape: one(types, simple(baseShape)), AdditionalProperties: maybe(types, pathList) },
  'FolderResponseShapeType',
);

/** What GetItem and its like are to return of an item. */
export const itemShape = sequence(
  {
    BaseShape: one(types, simple(baseShape)),
    IncludeMimeContent: maybe(types, truth),
    BodyType: maybe(types, bodyType),
    UniqueBodyType: maybe(types, bodyType),
    NormalizedBodyType: maybe(types, bodyType),
    FilterHtmlContent: maybe(types, truth),
    ConvertHtmlCodePageToUTF8: maybe(types, truth),
    InlineImageUrlTemplate: maybe(types, text),
    BlockExternalImages: maybe(types, truth),
    AddBlankTargetToLinks: maybe(types, truth),
    MaximumBodySize: maybe(types, integer),
    AdditionalProperties: maybe(types, pathList),
  },
  'ItemResponseShapeType',
);

/** What GetAttachment is to return of an item attachment. */
export const attachmentShape = sequence(
  {
    IncludeMimeContent: maybe(types, truth),
    BodyType: maybe(types, bodyType),
    FilterHtmlContent: maybe(types, truth),
    AdditionalProperties: maybe(types, pathList),
  },
  'AttachmentResponseShapeType',
);

/** What FindConversation is to return of a conversation. */
export const conversationShape = sequence(
  { BaseShape: one(types, simple(baseShape)), AdditionalProperties: maybe(types, pathList) },
  'ConversationResponseShapeType',
);

/** What FindPeople is to return of a persona. */
export const personaShape = sequence(
  { BaseShape: one(types, simple(baseShape)), AdditionalProperties: maybe(types, pathList) },
  'PersonaResponseShapeType',
);
