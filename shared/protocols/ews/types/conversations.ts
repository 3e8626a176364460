import { many, maybe, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { baseItemIds, itemId } from './item-ids.ts';
import { flagStatus, importanceChoices, strings } from './item-parts.ts';
import { instant, integer, octets, text, truth } from './simple.ts';

/** MailboxSearchLocationType. */
export const mailboxScope = simple(enumeration('MailboxSearchLocationType', ['PrimaryOnly', 'ArchiveOnly', 'All']));

const itemClasses = unwrapped('ItemClass', sequence({ ItemClass: many(types, text) }, 'ArrayOfItemClassType'));

/** ConversationType: of what lies in the folder, and under Global of what lies in the mailbox. Only what is filled here. */
export const conversation = sequence(
  {
    ConversationId: maybe(types, itemId),
    ConversationTopic: maybe(types, text),
    UniqueRecipients: maybe(types, strings),
    GlobalUniqueRecipients: maybe(types, strings),
    UniqueUnreadSenders: maybe(types, strings),
    GlobalUniqueUnreadSenders: maybe(types, strings),
    UniqueSenders: maybe(types, strings),
    GlobalUniqueSenders: maybe(types, strings),
    LastDeliveryTime: maybe(types, instant),
    GlobalLastDeliveryTime: maybe(types, instant),
    Categories: maybe(types, strings),
    GlobalCategories: maybe(types, strings),
    FlagStatus: maybe(types, simple(flagStatus)),
    GlobalFlagStatus: maybe(types, simple(flagStatus)),
    HasAttachments: maybe(types, truth),
    GlobalHasAttachments: maybe(types, truth),
    MessageCount: maybe(types, integer),
    GlobalMessageCount: maybe(types, integer),
    UnreadCount: maybe(types, integer),
    GlobalUnreadCount: maybe(types, integer),
    Size: maybe(types, integer),
    GlobalSize: maybe(types, integer),
    ItemClasses: maybe(types, itemClasses),
    GlobalItemClasses: maybe(types, itemClasses),
    Importance: maybe(types, simple(importanceChoices)),
    GlobalImportance: maybe(types, simple(importanceChoices)),
    ItemIds: maybe(types, baseItemIds),
    GlobalItemIds: maybe(types, baseItemIds),
    LastModifiedTime: maybe(types, instant),
    InstanceKey: maybe(types, octets),
    Preview: maybe(types, text),
    MailboxScope: maybe(types, mailboxScope),
    DraftItemIds: maybe(types, baseItemIds),
  },
  'ConversationType',
);
