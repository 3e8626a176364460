import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { namedProperty, propertySets } from '../../kernel/mapi.ts';
import { putBlob, readBlob } from '../../store/blob.ts';
import type { Executor } from '../../store/database.ts';
import type { Recipient } from '../directory/recipient.ts';
import { readRecipients, updateRecipient } from '../directory/recipients.ts';
import { mailboxRefusal } from './errors.ts';
import { updateFolder } from './folder-writes.ts';
import { requireFolder } from './folders.ts';
import { jpegSize } from './jpeg.ts';
import { folderProperty } from './property-reader.ts';

/** What the attribute thumbnailPhoto takes, in octets ("GAL Photos", Exchange Team Blog). */
export const largestThumbnail = 102_400;

/** In the root of the mailbox (page of Set-UserPhoto): a hash, or '' for one that was removed. */
export const photoProperty = namedProperty(propertySets.PublicStrings, 'UserPhoto', 'String');
/** Among the details of a recipient. */
const attribute = 'thumbnailPhoto';

/**
 * The hash of a user's photograph; undefined: there is none. Smaller ones are made from that of the mailbox; that
 * of the directory stands for the smallest size, and wherever the mailbox has none (Microsoft's page "Get user photos by using EWS"). One that was removed from the mailbox is not looked for in the
 * directory (page of Remove-UserPhoto).
 *
 * @param mailbox the user's, where it lies here
 * @param isSmallest `HR48x48` is wanted
 */
export async function photoOf(
  executor: Executor,
  user: Pick<Recipient, 'details'>,
  mailbox: Guid | null,
  isSmallest: boolean,
): Promise<string | undefined> {
  const thumbnail = user.details[attribute];
  const own = mailbox === null ? undefined : folderProperty(await requireFolder(executor, mailbox, 'root'), photoProperty);
  if (typeof own !== 'string') return thumbnail;
  if (own === '') return undefined;
  return isSmallest ? (thumbnail ?? own) : own;
}

/** The hash of the picture that the directory has of somebody. */
export function thumbnailOf({ details }: Pick<Recipient, 'details'>): string | undefined {
  return details[attribute];
}

/** Keeps a picture that another mailbox had, and answers its hash. */
export function keepPicture(tx: Executor, picture: Uint8Array): Promise<string> {
  return putBlob(tx, picture);
}

/** A picture that is kept, by its hash. `thumbprint` tells pictures apart. */
export async function readPicture(executor: Executor, hash: string): Promise<{ readonly octets: Buffer; readonly thumbprint: number }> {
  const octets = present(await readBlob(executor, hash), `the picture ${hash}`);
  return { octets, thumbprint: Number.parseInt(hash.slice(0, 8), 16) | 0 };
}

/** Keeps a photograph in the mailbox and in the directory. Refuses with `picture-invalid` and `picture-too-large`. */
export async function setPhoto(tx: Executor, user: Recipient, mailbox: Guid, picture: Uint8Array, at: Instant): Promise<void> {
  await setThumbnail(tx, user, picture, at);
  await setProperty(tx, mailbox, await putBlob(tx, picture), at);
}

/**
 * Removes a photograph from the mailbox and from the directory.
 *
 * @param forgets afterwards a picture of the directory is shown again, if it gets one
 */
export async function removePhoto(tx: Executor, user: Recipient, mailbox: Guid, forgets: boolean, at: Instant): Promise<void> {
  await writeThumbnail(tx, user, undefined, at);
  await setProperty(tx, mailbox, forgets ? undefined : '', at);
}

/** Keeps a picture of at most so many octets in the directory alone. Refuses like {@link setPhoto}. */
export async function setThumbnail(
  tx: Executor,
  user: Recipient,
  picture: Uint8Array,
  at: Instant,
  largest = largestThumbnail,
): Promise<void> {
  if (picture.length > largest) throw mailboxRefusal('picture-too-large', `${picture.length} octets, at most ${largest}`);
  if (jpegSize(picture) === undefined) throw mailboxRefusal('picture-invalid', 'no JPEG picture');
  await writeThumbnail(tx, user, await putBlob(tx, picture), at);
}

async function writeThumbnail(tx: Executor, { organization, guid }: Recipient, hash: string | undefined, at: Instant): Promise<void> {
  const [user] = await readRecipients(tx, organization, [guid]);
  if (user === undefined) return;
  const { [attribute]: before, ...details } = user.details;
  if (before === hash) return;
  await updateRecipient(tx, { ...user, details: hash === undefined ? details : { ...details, [attribute]: hash } }, at);
}

async function setProperty(tx: Executor, mailbox: Guid, value: string | undefined, at: Instant): Promise<void> {
  const { counter } = await requireFolder(tx, mailbox, 'root');
  const changes = value === undefined ? { remove: [photoProperty] } : { set: { [photoProperty]: value } };
  await updateFolder(tx, mailbox, counter, changes, 'any', at);
}
