import type { EwsCall } from '../context.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import type { Photo, PhotoSize } from './photo.ts';

/**
 * The photograph that another organisation has of somebody whose mailbox lies there; undefined: it tells none, and the one in
 * the directory here is shown. No way to another organisation is known for photographs.
 */
export async function askElsewhere(_call: EwsCall, _place: PlaceElsewhere, _size: PhotoSize): Promise<Photo | undefined> {
  return undefined;
}
