import { maybe, one, sequence, simple, some } from '../../../xml/codec.ts';
import { types } from '../namespaces.ts';
import { itemId } from './item-ids.ts';
import { strings } from './item-parts.ts';
import { mailboxKind } from './mailbox.ts';
import { integer, nonEmptyText, text, truth } from './simple.ts';

// Mentions, hashtags and likes: parts of items that only Exchange Online fills.

const emailAddressExtended = sequence(
  {
    Name: maybe(types, text),
    EmailAddress: maybe(types, nonEmptyText),
    RoutingType: maybe(types, nonEmptyText),
    MailboxType: maybe(types, simple(mailboxKind)),
    ItemId: maybe(types, itemId),
    OriginalDisplayName: maybe(types, text),
    ExternalObjectId: maybe(types, text),
    PrimaryEmailAddress: maybe(types, nonEmptyText),
  },
  'EmailAddressExtendedType',
);

export const mentionsPreview = sequence(
  {
    IsMentioned: one(types, truth),
  },
  'MentionsPreviewType',
);

const mentionAction = sequence(
  {
    Id: one(types, text),
    CreatedBy: one(types, emailAddressExtended),
    CreatedDateTime: maybe(types, text),
    ServerCreatedDateTime: maybe(types, text),
    DeepLink: maybe(types, text),
    Application: maybe(types, text),
    Mentioned: one(types, emailAddressExtended),
    MentionText: maybe(types, text),
    ClientReference: maybe(types, text),
  },
  'MentionActionType',
);

export const mentionActions = sequence(
  {
    MentionAction: some(types, mentionAction),
  },
  'NonEmptyArrayOfMentionActionsType',
);

const appliedHashtag = sequence(
  {
    Id: one(types, text),
    CreatedBy: one(types, emailAddressExtended),
    CreatedDateTime: maybe(types, text),
    ServerCreatedDateTime: maybe(types, text),
    DeepLink: maybe(types, text),
    Application: maybe(types, text),
    Tag: one(types, text),
    IsAutoTagged: one(types, truth),
    IsInlined: one(types, truth),
  },
  'AppliedHashtagType',
);

export const appliedHashtags = sequence(
  {
    AppliedHashtag: some(types, appliedHashtag),
  },
  'NonEmptyArrayOfAppliedHashtagType',
);

export const appliedHashtagsPreview = sequence(
  {
    Hashtags: one(types, strings),
  },
  'AppliedHashtagsPreviewType',
);

const like = sequence(
  {
    Id: one(types, text),
    CreatedBy: one(types, emailAddressExtended),
    CreatedDateTime: maybe(types, text),
    ServerCreatedDateTime: maybe(types, text),
    DeepLink: maybe(types, text),
    Application: maybe(types, text),
  },
  'LikeType',
);

export const likes = sequence(
  {
    Like: some(types, like),
  },
  'NonEmptyArrayOfLikeType',
);

export const likesPreview = sequence(
  {
    LikeCount: one(types, integer),
  },
  'LikesPreviewType',
);
