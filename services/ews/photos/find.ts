import type { EwsCall } from '../context.ts';
import { recipientPlace } from '../recipient-place.ts';
import { askElsewhere } from './elsewhere.ts';
import { type Photo, type PhotoSize, photoAt } from './photo.ts';

/** The photograph behind an address, for anybody of the organisation. Refuses with ErrorItemNotFound. */
export async function findPhoto(call: EwsCall, address: string, size: PhotoSize): Promise<Photo> {
  const { context, organization } = call;
  const place = await recipientPlace(context.directory(organization.name), organization, { Address: address });
  const told = place.is === 'elsewhere' ? await askElsewhere(call, place, size) : undefined;
  return told ?? photoAt(context.store.read, place, size);
}
