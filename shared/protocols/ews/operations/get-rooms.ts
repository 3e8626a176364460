import { many, maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';

const room = sequence({ Id: maybe(types, emailAddress) }, 'RoomType');

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getrooms-operation
 * The answer is a response message itself.
 */
export const getRooms = contract({
  name: 'GetRooms',
  request: sequence({ RoomList: one(messages, emailAddress) }),
  response: responseMessage({ Rooms: maybe(messages, sequence({ Room: many(types, room) }, 'ArrayOfRoomsType')) }),
});
