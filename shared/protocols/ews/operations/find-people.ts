import { type Content, many, maybe, one, sequence, some, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { restriction } from '../restriction.ts';
import { personaShape } from '../shapes.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { persona } from '../types/personas.ts';
import { guidText, integer, text, truth } from '../types/simple.ts';
import { indexedPageView, sortOrder } from '../views.ts';

const contextProperty = sequence({ Key: one(types, text), Value: one(types, text) }, 'ContextPropertyType');

/** Observed: exchangelib sends a Traversal, which the schema does not have, and Exchange Online takes it (its tests). */
function withoutTraversal<T>(content: Content<T>): Content<T> {
  return { ...content, decode: (of) => content.decode({ ...of, attributes: of.attributes.filter(({ name }) => name !== 'Traversal') }) };
}

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/findpeople-operation
 * The answer is a response message itself.
 */
export const findPeople = contract({
  name: 'FindPeople',
  request: withoutTraversal(
    sequence({
      PersonaShape: maybe(messages, personaShape),
      IndexedPageItemView: one(messages, indexedPageView),
      Restriction: maybe(messages, restriction),
      AggregationRestriction: maybe(messages, restriction),
      SortOrder: maybe(messages, sortOrder),
      ParentFolderId: maybe(messages, targetFolderId),
      QueryString: maybe(messages, text),
      SearchPeopleSuggestionIndex: maybe(messages, truth),
      TopicQueryString: maybe(messages, text),
      Context: maybe(messages, sequence({ ContextProperty: some(types, contextProperty) }, 'ArrayOfContextProperty')),
      QuerySources: maybe(messages, unwrapped('Source', sequence({ Source: some(types, text) }, 'ArrayOfPeopleQuerySource'))),
    }),
  ),
  response: responseMessage({
    People: maybe(messages, unwrapped('Persona', sequence({ Persona: many(types, persona) }, 'ArrayOfPeopleType'))),
    TotalNumberOfPeopleInView: maybe(messages, integer),
    FirstMatchingRowIndex: maybe(messages, integer),
    FirstLoadedRowIndex: maybe(messages, integer),
    TransactionId: maybe(messages, guidText),
  }),
});
