import type { FileAttachmentDraft, ReferenceAttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';

/** The draft of a file, or of a reference to one. */
export function plainAttachmentDraft(
  wire: Extract<WireAttachment, { is: 'FileAttachment' | 'ReferenceAttachment' }>,
): FileAttachmentDraft | ReferenceAttachmentDraft {
  const facts = attachmentFacts(wire.value);
  if (wire.is === 'FileAttachment') {
    const { Content = Buffer.alloc(0), IsContactPhoto } = wire.value;
    return { ...facts, kind: 'file', bytes: Content, isContactPhoto: IsContactPhoto };
  }
  const { value } = wire;
  const reference = {
    longPathName: value.AttachLongPathName,
    providerType: value.ProviderType,
    providerEndpointUrl: value.ProviderEndpointUrl,
    thumbnailUrl: value.AttachmentThumbnailUrl,
    previewUrl: value.AttachmentPreviewUrl,
    permissionType: value.PermissionType,
    originalPermissionType: value.OriginalPermissionType,
    isFolder: value.AttachmentIsFolder,
  };
  return { ...facts, kind: 'reference', reference };
}

/** What every attachment has. */
export function attachmentFacts({ Name = '', ContentType, ContentId, ContentLocation, IsInline }: WireAttachment['value']) {
  return {
    name: Name,
    contentType: ContentType,
    contentId: ContentId,
    contentLocation: ContentLocation,
    isInline: IsInline === true,
  };
}
