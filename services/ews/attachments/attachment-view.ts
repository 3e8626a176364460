import { fileFactsOf } from '../../../shared/domain/mailbox/attachments.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { AttachmentRow } from '../../../shared/domain/mailbox/items.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** Where an attachment lies: the item in the folder, and the numbers that lead on to the item attachment it is in. */
export interface AttachmentPlace {
  readonly mailbox: OpenMailbox;
  readonly row: Pick<ItemRow, 'folder' | 'counter'>;
  readonly within: readonly number[];
  /** They are of the occurrence of the item for this day of its pattern. */
  readonly day?: number | undefined;
}

/** An attachment as an item shows it, without what is in it. */
export function viewAttachment({ mailbox, row, within, day }: AttachmentPlace, attachment: AttachmentRow): WireAttachment {
  const facts = {
    AttachmentId: { Id: mailbox.ids.attachmentId(row.folder, row.counter, attachment.number, within, day) },
    Name: attachment.name,
    ContentType: attachment.content_type ?? undefined,
    ContentId: attachment.content_id ?? undefined,
    ContentLocation: attachment.content_location ?? undefined,
    Size: attachment.size,
    LastModifiedTime: attachment.modified as Instant,
    IsInline: attachment.is_inline === 1,
  };
  if (attachment.kind === 'item') return { is: 'ItemAttachment', value: facts };
  const { isContactPhoto = false, reference } = fileFactsOf(attachment);
  if (reference === undefined) return { is: 'FileAttachment', value: { ...facts, IsContactPhoto: isContactPhoto } };
  const value = {
    ...facts,
    AttachLongPathName: reference.longPathName,
    ProviderType: reference.providerType,
    ProviderEndpointUrl: reference.providerEndpointUrl,
    AttachmentThumbnailUrl: reference.thumbnailUrl,
    AttachmentPreviewUrl: reference.previewUrl,
    PermissionType: reference.permissionType,
    OriginalPermissionType: reference.originalPermissionType,
    AttachmentIsFolder: reference.isFolder,
  };
  return { is: 'ReferenceAttachment', value };
}
