import { manyOf, maybe, maybeEither, sequence, someOf, type Tagged, unwrapped } from '../../../xml/codec.ts';
import { itemReferences } from '../item-references.ts';
import { types } from '../namespaces.ts';
import { attachmentId } from './item-ids.ts';
import { instant, integer, octets, text, truth } from './simple.ts';

// Attachments; the items in them are items like any other.

const common = {
  AttachmentId: maybe(types, attachmentId),
  Name: maybe(types, text),
  ContentType: maybe(types, text),
  ContentId: maybe(types, text),
  ContentLocation: maybe(types, text),
  AttachmentOriginalUrl: maybe(types, text),
  Size: maybe(types, integer),
  LastModifiedTime: maybe(types, instant),
  IsInline: maybe(types, truth),
};

// All but distribution lists.
const { DistributionList: _unattachable, ...attachedItems } = itemReferences;

const fileAttachment = sequence(
  {
    ...common,
    IsContactPhoto: maybe(types, truth),
    Content: maybe(types, octets),
  },
  'FileAttachmentType',
);

const referenceAttachment = sequence(
  {
    ...common,
    AttachLongPathName: maybe(types, text),
    ProviderType: maybe(types, text),
    ProviderEndpointUrl: maybe(types, text),
    AttachmentThumbnailUrl: maybe(types, text),
    AttachmentPreviewUrl: maybe(types, text),
    PermissionType: maybe(types, integer),
    OriginalPermissionType: maybe(types, integer),
    AttachmentIsFolder: maybe(types, truth),
  },
  'ReferenceAttachmentType',
);

const itemAttachment = sequence(
  {
    ...common,
    item: maybeEither(types, attachedItems),
  },
  'ItemAttachmentType',
);

const kinds = { ItemAttachment: itemAttachment, FileAttachment: fileAttachment, ReferenceAttachment: referenceAttachment } as const;

/** NonEmptyArrayOfAttachmentsType. */
export const attachments = unwrapped('attachments', sequence({ attachments: someOf(types, kinds) }, 'NonEmptyArrayOfAttachmentsType'));

/** ArrayOfAttachmentsType. */
export const attachmentList = unwrapped('attachments', sequence({ attachments: manyOf(types, kinds) }, 'ArrayOfAttachmentsType'));

/** One attachment on the wire. */
export type WireAttachment = Tagged<typeof kinds>;
