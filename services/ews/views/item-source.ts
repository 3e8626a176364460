import type { HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import type { OccurrenceItem } from '../../../shared/domain/calendar/occurrence-row.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { AttachmentRow, RecipientRow } from '../../../shared/domain/mailbox/items.ts';
import type { PropertyKey } from '../../../shared/kernel/mapi.ts';
import type { ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { Neighbours } from '../calendar/neighbours.ts';
import type { OpenMailbox } from '../mailboxes.ts';

export type BodyFormat = 'Best' | 'HTML' | 'Text';

/** What a shape says of bodies. */
export interface BodyShape {
  readonly BodyType?: BodyFormat | undefined;
  readonly UniqueBodyType?: BodyFormat | undefined;
  readonly NormalizedBodyType?: BodyFormat | undefined;
  readonly FilterHtmlContent?: boolean | undefined;
  readonly InlineImageUrlTemplate?: string | undefined;
  readonly BlockExternalImages?: boolean | undefined;
  readonly AddBlankTargetToLinks?: boolean | undefined;
  readonly MaximumBodySize?: number | undefined;
}

/** An item together with what was loaded for the fields that were asked for. */
export interface ItemSource {
  readonly mailbox: OpenMailbox;
  readonly row: ItemRow;
  readonly element: ItemElement;
  readonly recipients: readonly RecipientRow[];
  readonly attachments: readonly AttachmentRow[];
  /** The appointment that a message about a meeting is about; undefined where there is none, and unless it was loaded. */
  readonly meeting?: HeldMeeting | undefined;
  /** The message as octets; empty unless it was loaded. */
  readonly mime: Buffer;
  /** What lies beside an appointment in its calendar, where it was loaded. */
  readonly neighbours?: Neighbours | undefined;
  /** How bodies are wanted. */
  readonly bodies: BodyShape;
  /** The item is one occurrence of a series, whose row this is with what is the occurrence's own. */
  readonly occurrence?: OccurrenceItem | undefined;
  /** For an item that is an attachment: the numbers that lead to it, from the item in the folder inwards. Else empty. */
  readonly within: readonly number[];
  /** For one that is attached to an occurrence of a series: the day of the pattern. */
  readonly day?: number | undefined;
}

/** What is read beside an item's row, where a field needs it. */
export type ItemPart = 'recipients' | 'attachments' | 'mime' | 'neighbours' | 'meeting';

/** A field that is no plain property: what it needs, and its value on the wire; undefined leaves it out. */
export interface SpecialField {
  readonly needs?: readonly PropertyKey[];
  readonly loads?: readonly ItemPart[];
  read(source: ItemSource): unknown;
}
