import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { nonEmptyString, text } from '../types/simple.ts';
import { photoType } from './get-user-photo.ts';

/**
 * The answer is a response message itself, as that of GetUserPhoto: the Managed API reads it so (OfficeDev/ews-managed-api,
 * SetUserPhotoRequest). The published schema has ResponseMessages there, and none of its messages is this operation's.
 */
export const setUserPhoto = contract({
  name: 'SetUserPhoto',
  request: sequence({
    Email: one(messages, simple(nonEmptyString)),
    Content: one(messages, text),
    TypeRequested: maybe(messages, simple(photoType)),
  }),
  response: responseMessage({}),
});
