import { many, maybe, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getroomlists-operation
 * The answer is a response message itself.
 */
export const getRoomLists = contract({
  name: 'GetRoomLists',
  request: sequence({}),
  response: responseMessage({
    RoomLists: maybe(messages, sequence({ Address: many(types, emailAddress) }, 'ArrayOfEmailAddressesType')),
  }),
});
