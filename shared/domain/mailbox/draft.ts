import type { PropertyBag } from '../../kernel/mapi.ts';

/** An item that is to be created: all that a mailbox keeps of it, except what the mailbox itself decides. */
export interface ItemDraft {
  /** Message class: `IPM.Note`, `IPM.Appointment` ... */
  readonly class: string;
  /** Properties that the mailbox computes (size, display names of recipients, article number ...) are passed over. */
  readonly properties: PropertyBag;
  readonly recipients: readonly RecipientDraft[];
  readonly attachments: readonly AttachmentDraft[];
  /** The message as it was received or handed in, to be given back unchanged as long as the item is not changed. */
  readonly mime?: Uint8Array | undefined;
  /** Folder associated information: hidden from ordinary views. */
  readonly associated?: boolean | undefined;
}

export type RecipientKind = 'to' | 'cc' | 'bcc' | 'reply-to';

export interface RecipientDraft {
  readonly kind: RecipientKind;
  readonly name: string;
  readonly address: string;
  /** `SMTP`, `EX`, `MAPIPDL` ... */
  readonly routingType: string;
  /** What it has besides: whether and how an attendee has answered. */
  readonly properties?: PropertyBag | undefined;
}

export type AttachmentDraft = FileAttachmentDraft | ItemAttachmentDraft | ReferenceAttachmentDraft;

interface AttachmentFacts {
  readonly name: string;
  readonly contentType?: string | undefined;
  readonly contentId?: string | undefined;
  readonly contentLocation?: string | undefined;
  readonly isInline: boolean;
}

export interface FileAttachmentDraft extends AttachmentFacts {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  /** The picture of a contact (PidTagAttachmentContactPhoto). */
  readonly isContactPhoto?: boolean | undefined;
}

export interface ItemAttachmentDraft extends AttachmentFacts {
  readonly kind: 'item';
  readonly item: ItemDraft;
  /**
   * The message of an exception of a series (MS-OXOCAL 2.2.10.1). It is hidden: nobody sees it among the attachments, and it is
   * inline, so that the series does not count as an item with attachments.
   */
  readonly isException?: boolean | undefined;
}

/** A file that lies elsewhere: what is known of it. */
export interface ReferenceAttachmentDraft extends AttachmentFacts {
  readonly kind: 'reference';
  readonly reference: ReferenceFacts;
}

/** Where a file lies and what may be done with it there; nothing of it is ever looked up. */
export interface ReferenceFacts {
  readonly longPathName?: string | undefined;
  readonly providerType?: string | undefined;
  readonly providerEndpointUrl?: string | undefined;
  readonly thumbnailUrl?: string | undefined;
  readonly previewUrl?: string | undefined;
  readonly permissionType?: number | undefined;
  readonly originalPermissionType?: number | undefined;
  readonly isFolder?: boolean | undefined;
}
