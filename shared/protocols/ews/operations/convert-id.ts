import { attr, type Content, maybe, maybeAttr, one, sequence, someOf, type Tagged, unwrapped } from '../../../xml/codec.ts';
import type { XmlElement } from '../../../xml/element.ts';
import { SchemaError } from '../../../xml/errors.ts';
import { boolean, enumeration, string } from '../../../xml/simple-types.ts';
import { idFormats } from '../alternate-id.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { nonEmptyString } from '../types/simple.ts';

const format = enumeration('IdFormatType', idFormats);
const alternateIds = {
  AlternateId: sequence(
    { Format: attr(format), Id: attr(string), Mailbox: attr(nonEmptyString), IsArchive: maybeAttr(boolean) },
    'AlternateIdType',
  ),
  AlternatePublicFolderId: sequence({ Format: attr(format), FolderId: attr(string) }, 'AlternatePublicFolderIdType'),
  AlternatePublicFolderItemId: sequence(
    { Format: attr(format), FolderId: attr(string), ItemId: attr(string) },
    'AlternatePublicFolderItemIdType',
  ),
} as const;
type AlternateId = Tagged<typeof alternateIds>;

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

/** The answer's element is of an abstract type: which it is stands in its xsi:type, whose prefix the document declares. */
const convertedId: Content<AlternateId> = {
  description: alternateIds.AlternateId.description,
  decode: (of) => {
    const type = of.attributes.find(({ namespace, name }) => namespace === xsi && name === 'type')?.value.replace(/^.*:/, '') ?? '';
    const is = type.replace(/Type$/, '');
    if (!(is in alternateIds)) throw new SchemaError(`The element '${of.name}' in namespace '${of.namespace}' is abstract.`, of);
    const kind = is as AlternateId['is'];
    return { is: kind, value: alternateIds[kind].decode(of) } as AlternateId;
  },
  encode: ({ is, value }, namespace, name): XmlElement => {
    const written = (alternateIds[is] as Content<unknown>).encode(value, namespace, name);
    return { ...written, attributes: [{ namespace: xsi, name: 'type', value: `t:${is}Type` }, ...written.attributes] };
  },
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation */
export const convertId = contract({
  name: 'ConvertId',
  request: sequence({
    DestinationFormat: attr(format),
    SourceIds: one(messages, unwrapped('ids', sequence({ ids: someOf(types, alternateIds) }, 'NonEmptyArrayOfAlternateIdsType'))),
  }),
  response: responseMessages('ConvertIdResponseMessage', responseMessage({ AlternateId: maybe(messages, convertedId) })),
});
