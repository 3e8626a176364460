import type { AttachmentDraft, ItemDraft } from '../../domain/mailbox/draft.ts';
import { namedGuid, parseGuid } from '../../kernel/ids.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, propertyTag, propertyTypeOf, tags } from '../../kernel/mapi.ts';

/** Years 1 to 9999, as the stream takes dates. */
const firstInstant = -62_135_596_800_000;
const lastInstant = 253_402_300_799_999;

const isWhole = (value: unknown, bits: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);

/** Whether a value of a type comes back from a FastTransfer stream as it went in; types that are not here do not always. */
const comesBack: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Short: (value) => isWhole(value, 16),
  Integer: (value) => isWhole(value, 32),
  Double: (value) => typeof value === 'number',
  ApplicationTime: (value) => typeof value === 'number',
  SystemTime: (value) => isWhole(value, 54) && (value as number) >= firstInstant && (value as number) <= lastInstant,
  Long: (value) => typeof value === 'string' && /^-?\d{1,19}$/.test(value) && String(BigInt.asIntN(64, BigInt(value))) === value,
  CLSID: (value) => typeof value === 'string' && parseGuid(value) === value,
  Binary: (value) => typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value,
};

/** Properties that the stream gives a meaning of its own, or leaves out. */
const ofTheStream: ReadonlySet<string> = new Set([tags.internetArticleNumber, tags.messageClass, propertyTag(0x1013, 'Binary')]);
const setOfTheStream = `{${namedGuid('coexist', 'transfer')}}`;
/** Tags below those of named properties and apart from the stream's markers; named properties as they can be written. */
const writable = /^(?:0x(?!40)[0-7][0-9A-F]{7}|\{[0-9a-f-]{36}\}:(?:0x[0-9A-F]{4}|=[^\0]{1,256}):[0-9A-F]{4})$/;

function isFaithful(key: PropertyKey, value: PropertyValue): boolean {
  if (!writable.test(key) || ofTheStream.has(key) || key.startsWith(setOfTheStream)) return false;
  const type = propertyTypeOf(key);
  const single = comesBack[type.replace(/Array$/, '')];
  if (single === undefined) return false;
  return type.endsWith('Array') ? Array.isArray(value) && (value as readonly unknown[]).every(single) : single(value);
}

/** What a stream does not say of an item, or of one inside it. */
export interface Beside {
  /** Properties that would not come back as they are. */
  readonly properties: PropertyBag;
  /** Those of the recipients, in their order; absent where none has any. */
  readonly recipients?: readonly (PropertyBag | null)[];
  /** Of item attachments, by place. */
  readonly inside?: Readonly<Record<number, Beside>>;
  readonly class?: '';
}

/** An item as it can go into a stream, and what is to be said of it beside that. */
export function divided(draft: ItemDraft): { readonly carried: ItemDraft; readonly beside: Beside } {
  const carried: Record<PropertyKey, PropertyValue> = {};
  const kept: Record<PropertyKey, PropertyValue> = {};
  for (const [key, value] of Object.entries(draft.properties) as [PropertyKey, PropertyValue][])
    (isFaithful(key, value) ? carried : kept)[key] = value;
  const inside: Record<number, Beside> = {};
  const attachments = draft.attachments.map((attachment, index): AttachmentDraft => {
    if (attachment.kind !== 'item') return attachment;
    const inner = divided(attachment.item);
    inside[index] = inner.beside;
    return { ...attachment, item: inner.carried };
  });
  const recipients = draft.recipients.some(({ properties }) => properties !== undefined)
    ? { recipients: draft.recipients.map(({ properties }) => properties ?? null) }
    : {};
  return {
    carried: { ...draft, properties: carried, attachments },
    beside: {
      properties: kept,
      ...recipients,
      ...(Object.keys(inside).length === 0 ? {} : { inside }),
      ...(draft.class === '' ? { class: '' as const } : {}),
    },
  };
}

/** The inverse: the item that was divided. */
export function united(carried: ItemDraft, beside: Beside): ItemDraft {
  const attachments = carried.attachments.map((attachment, index): AttachmentDraft => {
    const inner = beside.inside?.[index];
    return attachment.kind !== 'item' || inner === undefined ? attachment : { ...attachment, item: united(attachment.item, inner) };
  });
  const recipients = carried.recipients.map(({ properties: _, ...recipient }, index) => {
    const properties = beside.recipients?.[index];
    return properties == null ? recipient : { ...recipient, properties };
  });
  const properties = { ...carried.properties, ...beside.properties };
  return { ...carried, class: beside.class ?? carried.class, properties, recipients, attachments };
}
