import { photoOf, readPicture } from '../../../shared/domain/mailbox/photos.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserPhoto as contract } from '../../../shared/protocols/ews/operations/get-user-photo.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';
import type { RecipientPlace } from '../recipient-place.ts';
import { pictureIn } from './smaller.ts';

export type PhotoRequest = RequestOf<typeof contract>;
export type PhotoAnswer = ResponseOf<typeof contract>;
export type PhotoSize = PhotoRequest['SizeRequested'];

/** A photograph; the tag changes with it. */
export interface Photo {
  readonly octets: Buffer;
  readonly tag: string;
}

/** The photograph of whoever an address stands for. Refuses with ErrorItemNotFound where there is none. */
export async function photoAt(read: Executor, place: RecipientPlace, size: PhotoSize): Promise<Photo> {
  const photo = await photoIn(read, place, size);
  if (photo === undefined) throw ewsRefusal('ErrorItemNotFound', { detail: 'nobody, or nobody with a photograph' });
  return photo;
}

/** The same; undefined where there is none. */
export async function photoIn(read: Executor, place: RecipientPlace, size: PhotoSize): Promise<Photo | undefined> {
  const [user, mailbox] =
    place.is === 'local' ? [place.owner, place.mailbox] : [place.is === 'elsewhere' ? place.recipient : undefined, null];
  const hash = user === undefined ? undefined : await photoOf(read, user, mailbox, size === 'HR48x48');
  if (hash === undefined) return undefined;
  const { octets } = await readPicture(read, hash);
  return { octets: await pictureIn(hash, octets, size), tag: tagOf(hash) };
}

/** By the hash of a picture, in hexadecimal. */
export function tagOf(hash: string): string {
  return hash.slice(0, 32);
}
