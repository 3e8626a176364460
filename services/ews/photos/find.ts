import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { recipientPlace } from '../recipient-place.ts';
import { photoElsewhere } from './elsewhere.ts';
import { type Photo, type PhotoSize, photoAt, photoIn } from './photo.ts';

/**
 * The photograph behind an address, for anybody of the organisation: of a mailbox elsewhere the one over there, else the one in
 * the directory here, which is inferred. Refuses with ErrorItemNotFound, or as the other organisation did.
 */
export async function findPhoto(call: EwsCall, address: string, size: PhotoSize): Promise<Photo> {
  const { context, organization } = call;
  const place = await recipientPlace(context.directory(organization.name), organization, { Address: address });
  const { read } = context.store;
  if (place.is !== 'elsewhere') return photoAt(read, place, size);
  const told = await photoElsewhere(call, place, size);
  if (told === undefined || !('class' in told)) return told ?? photoAt(read, place, size);
  const known = await photoIn(read, place, size);
  if (known !== undefined) return known;
  throw ewsRefusal(told.ResponseCode, { text: told.MessageText, detail: told.MessageText });
}
