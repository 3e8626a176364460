import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type RetentionTag, retentionTagsOf } from '../../../shared/domain/organization/retention.ts';
import { type Guid, guidFromBytes, guidToBytes } from '../../../shared/kernel/ids.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, propertyTag, tags } from '../../../shared/kernel/mapi.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';

/** Where one of the two tags lies with what follows from it (MS-OXCMSG 2.2.1.58), and which bit of the flags says that a user gave it. */
export interface TagPlace {
  readonly tag: PropertyKey;
  readonly bit: number;
  /** Days. */
  readonly period: PropertyKey;
  readonly date: PropertyKey;
}

export const tagPlaces = {
  PolicyTag: { tag: tags.policyTag, bit: 0x01, period: propertyTag(0x301a, 'Integer'), date: tags.retentionDate },
  ArchiveTag: { tag: tags.archiveTag, bit: 0x10, period: propertyTag(0x301e, 'Integer'), date: propertyTag(0x301f, 'SystemTime') },
} as const satisfies Readonly<Record<string, TagPlace>>;
export type TagName = keyof typeof tagPlaces;

/** A tag as requests and answers write it. */
export interface WireTag {
  readonly text: string;
  readonly IsExplicit: boolean;
}

/** The tag that an item or a folder has; undefined: none. */
export function shownTag(name: TagName, property: (key: PropertyKey) => PropertyValue | undefined): WireTag | undefined {
  const { tag, bit } = tagPlaces[name];
  const kept = property(tag);
  const octets = typeof kept === 'string' ? Buffer.from(kept, 'base64') : undefined;
  if (octets?.length !== 16) return undefined;
  return { text: guidFromBytes(octets), IsExplicit: (Number(property(tags.retentionFlags) ?? 0) & bit) !== 0 };
}

/** What giving a tag writes; of an item, from whose `start` the days count, also when they are over. */
export function tagProperties(
  name: TagName,
  { RetentionId, AgeLimitForRetention: days, RetentionEnabled }: RetentionTag,
  start?: number,
): PropertyBag {
  const { tag, period, date } = tagPlaces[name];
  const counted = RetentionEnabled && days !== null ? days : undefined;
  return {
    [tag]: guidToBytes(RetentionId).toString('base64'),
    ...(counted === undefined ? {} : { [period]: counted }),
    ...(counted === undefined || start === undefined ? {} : { [date]: start + counted * 86_400_000 }),
  };
}

/**
 * The tag that a request gives to an item or a folder: a personal one of the mailbox's policy. Refuses with the codes that
 * Microsoft's page "ResponseCode" names; that a GUID of zeros is ErrorInvalidRetentionTagIdGuid, and which comes first, is inferred.
 */
export async function requireTag(
  executor: Executor,
  owner: Recipient,
  name: TagName,
  { text, IsExplicit }: WireTag,
): Promise<RetentionTag> {
  const id = text.toLowerCase() as Guid;
  if (!IsExplicit) throw ewsRefusal('ErrorInvalidRetentionTagInheritance', { detail: id });
  if (/^[0-]+$/.test(id)) throw ewsRefusal('ErrorInvalidRetentionTagIdGuid', { detail: id });
  const given = await retentionTagsOf(executor, owner);
  if (given.length === 0) throw ewsRefusal('ErrorInvalidRetentionTagNone', { detail: owner.primaryAddress });
  const tag = given.find(({ RetentionId }) => RetentionId === id);
  if (tag?.Type !== 'Personal') throw ewsRefusal('ErrorInvalidRetentionTagInvisible', { detail: id });
  if ((tag.RetentionAction === 'MoveToArchive') !== (name === 'ArchiveTag'))
    throw ewsRefusal('ErrorInvalidRetentionTagTypeMismatch', { detail: `${tag.Name}: ${tag.RetentionAction}` });
  return tag;
}
