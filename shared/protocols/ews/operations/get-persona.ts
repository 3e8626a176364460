import { maybe, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { pathList } from '../shapes.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { itemId } from '../types/item-ids.ts';
import { emailAddress } from '../types/mailbox.ts';
import { persona } from '../types/personas.ts';
import { text } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpersona-operation
 * The answer is a response message itself, by a name of its own. The schema wants a Persona in every one of them; a refusal
 * has none, as on that page.
 */
export const getPersona = contract({
  name: 'GetPersona',
  responseElement: 'GetPersonaResponseMessage',
  request: sequence({
    PersonaId: maybe(messages, itemId),
    EmailAddress: maybe(messages, emailAddress),
    ParentFolderId: maybe(messages, targetFolderId),
    ItemLinkId: maybe(messages, text),
    AdditionalProperties: maybe(messages, pathList),
  }),
  response: responseMessage({ Persona: maybe(messages, persona) }),
});
