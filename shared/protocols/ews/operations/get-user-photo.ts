import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { octets, text, truth } from '../types/simple.ts';

/** The two with an N are those of pictures behind a profile. */
export const photoSize = enumeration('UserPhotoSizeType', [
  ...(['HR48x48', 'HR64x64', 'HR96x96', 'HR120x120', 'HR240x240', 'HR360x360'] as const),
  ...(['HR432x432', 'HR504x504', 'HR648x648', 'HR1024xN', 'HR1920xN'] as const),
]);
export const photoType = enumeration('UserPhotoTypeType', ['UserPhoto', 'ProfileHeaderPhoto']);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserphoto-operation
 * The answer is a response message itself.
 */
export const getUserPhoto = contract({
  name: 'GetUserPhoto',
  request: sequence({
    Email: one(messages, text),
    SizeRequested: one(messages, simple(photoSize)),
    TypeRequested: maybe(messages, simple(photoType)),
  }),
  response: responseMessage({ HasChanged: one(messages, truth), PictureData: maybe(messages, octets) }, { HasChanged: false }),
});
