import type { PropertyKey, PropertyValue } from '../../../kernel/mapi.ts';
import type { Content } from '../../../xml/codec.ts';

/**
 * One field of an item or folder: the schema's element, the FieldURI that names it, and where its value comes from.
 * Reading, UpdateItem, restrictions and sort orders all go through these rows.
 */
export interface FieldRow<T = unknown> {
  /** `item:Subject`; '' when the schema gives it no FieldURI. */
  readonly uri: string;
  readonly element: string;
  readonly wire: Content<T>;
  /** Place in the schema's sequence. */
  readonly order: number;
  /** The property that the field shows, with both directions of the view. */
  readonly property?: PropertyKey;
  /** Undefined when the stored value has no form on the wire. */
  toWire?(stored: PropertyValue): T | undefined;
  toStored?(value: T): PropertyValue;
  /**
   * What must be computed instead; beside a property, which then is what the field is searched by. A row with neither is known
   * but never filled.
   */
  readonly special?: SpecialView;
  /** Whether CreateItem and UpdateItem accept it (else ErrorInvalidPropertySet). */
  readonly writable: boolean;
  /** Whether BaseShape AllProperties contains it; Default is told per class (`classes.ts`). */
  readonly inAllProperties: boolean;
  /** Whether FindItem or FindFolder can return it: bodies and recipients need GetItem. */
  readonly inFind: boolean;
}

/** Fields that are no plain property; the service computes each. */
export type SpecialView =
  | 'AdjacentMeetingCount'
  | 'AdjacentMeetings'
  | 'ApprovalRequestData'
  | 'AssociatedCalendarItemId'
  | 'Attachments'
  | 'BccRecipients'
  | 'Body'
  | 'CalendarItemType'
  | 'ChangeHighlights'
  | 'CcRecipients'
  | 'CompleteName'
  | 'ConflictingMeetingCount'
  | 'ConflictingMeetings'
  | 'ContactSource'
  | 'ConversationId'
  | 'DeletedOccurrences'
  | 'DistinguishedFolderId'
  | 'Duration'
  | 'EffectiveRights'
  | 'EmailAddresses'
  | 'EndTimeZone'
  | 'EndTimeZoneId'
  | 'EndWallClock'
  | 'EnhancedLocation'
  | 'FirstOccurrence'
  | 'Flag'
  | 'FolderId'
  | 'From'
  | 'HasBeenProcessed'
  | 'IconIndex'
  | 'ImAddresses'
  | 'InstanceKey'
  | 'InternetMessageHeaders'
  | 'IsDelegated'
  | 'IsOrganizer'
  | 'IsOutOfDate'
  | 'IsRecurring'
  | 'ItemId'
  | 'MeetingTimeZone'
  | 'LastOccurrence'
  | 'Members'
  | 'MimeContent'
  | 'ModifiedOccurrences'
  | 'NormalizedBody'
  | 'OptionalAttendees'
  | 'Organizer'
  | 'OriginalStart'
  | 'ParentFolderId'
  | 'PermissionSet'
  | 'PhoneNumbers'
  | 'PhysicalAddresses'
  | 'PolicyTag'
  | 'ArchiveTag'
  | 'Preview'
  | 'ReceivedBy'
  | 'ReceivedRepresenting'
  | 'Recurrence'
  | 'RecurrenceId'
  | 'ReplyTo'
  | 'RequiredAttendees'
  | 'Resources'
  | 'ResponseObjects'
  | 'SearchParameters'
  | 'Sender'
  | 'SharingEffectiveRights'
  | 'StartTimeZone'
  | 'StartTimeZoneId'
  | 'StartWallClock'
  | 'StoreEntryId'
  | 'TaskRecurrence'
  | 'TextBody'
  | 'ToRecipients'
  | 'UID'
  | 'UniqueBody'
  | 'WebClientEditFormQueryString'
  | 'VotingInformation'
  | 'WebClientReadFormQueryString';

/** What a table says of a field beside its element's content. */
export interface FieldFacts {
  /** When it is not `<prefix>:<element>`; null: none. */
  readonly uri?: string | null;
  readonly writable?: boolean;
  /** False when only asking for it returns it. */
  readonly inAllProperties?: boolean;
  readonly inFind?: boolean;
}

/** A row before its table has given it a name and a place. */
export type FieldDraft<T> = Omit<FieldRow<T>, 'uri' | 'element' | 'order'> & { readonly uri?: string | null };

const settled = ({ uri, writable = false, inAllProperties = true, inFind = true }: FieldFacts) => ({
  ...(uri === undefined ? {} : { uri }),
  writable,
  inAllProperties,
  inFind,
});

/** A field that shows a property. Without `view` the stored value is the value on the wire. */
export function stored<T>(
  wire: Content<T>,
  property: PropertyKey,
  facts: FieldFacts = {},
  view?: { read(value: PropertyValue): T | undefined; write(value: T): PropertyValue },
): FieldDraft<T> {
  const { read, write } = view ?? { read: (value: PropertyValue) => value as T, write: (value: T) => value as PropertyValue };
  return { wire, property, toWire: read, toStored: write, ...settled(facts) };
}

/** A field that is computed. */
export function special<T>(view: SpecialView, wire: Content<T>, facts: FieldFacts = {}): FieldDraft<T> {
  return { wire, special: view, ...settled(facts) };
}

/** A field that is understood and never filled. */
export function unfilled<T>(wire: Content<T>, facts: FieldFacts = {}): FieldDraft<T> {
  return { wire, ...settled({ inAllProperties: false, inFind: false, ...facts }) };
}

/** View of an integer property whose values are numbered words. */
export function numbered<const Words extends string>(
  words: readonly Words[],
): { read(value: PropertyValue): Words | undefined; write(value: Words): PropertyValue } {
  return { read: (value) => words[Number(value)], write: (value) => words.indexOf(value) };
}

/** View of one bit of an integer property; it cannot be written through the bit alone. */
export function bit(mask: number): { read(value: PropertyValue): boolean; write(value: boolean): PropertyValue } {
  return { read: (value) => (Number(value) & mask) !== 0, write: (value) => (value ? mask : 0) };
}

/** View of a text that is cut off when it is written: at so many UTF-16 units, between characters. */
export function shortened(most: number): { read(value: PropertyValue): string; write(value: string): PropertyValue } {
  return { read: String, write: (value) => value.slice(0, most).replace(/[\ud800-\udbff]$/, '') };
}

/** View of a binary property: base64 text in the store, octets on the wire. */
export const binary = {
  read: (value: PropertyValue): Buffer => Buffer.from(String(value), 'base64'),
  write: (value: Buffer): PropertyValue => value.toString('base64'),
};

/** View of a property of many texts. */
export const textList = {
  read: (value: PropertyValue): { readonly String: readonly string[] } => ({ String: value as readonly string[] }),
  write: (value: { readonly String: readonly string[] }): PropertyValue => value.String,
};

type Rows<Drafts> = { readonly [Element in keyof Drafts]: Drafts[Element] extends FieldDraft<infer T> ? FieldRow<T> : never };

/** Names and numbers the rows of one type, in the order of its sequence. `first` is past the last of its base type. */
export function fieldTable<Drafts extends Readonly<Record<string, FieldDraft<unknown>>>>(
  prefix: string,
  first: number,
  drafts: Drafts,
): Rows<Drafts> {
  const rows: Record<string, unknown> = {};
  let order = first;
  for (const [element, draft] of Object.entries(drafts)) {
    const { uri, ...rest } = draft;
    rows[element] = { ...rest, uri: uri === null ? '' : (uri ?? `${prefix}:${element}`), element, order };
    order += 1;
  }
  return rows as Rows<Drafts>;
}
