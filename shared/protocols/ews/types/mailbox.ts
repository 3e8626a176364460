import { many, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { itemId } from './item-ids.ts';
import { nonEmptyText, text } from './simple.ts';

// Addresses.

export const mailboxKind = enumeration('MailboxTypeType', [
  'Unknown',
  'OneOff',
  'Mailbox',
  'PublicDL',
  'PrivateDL',
  'Contact',
  'PublicFolder',
  'GroupMailbox',
  'ImplicitContact',
]);

export const emailAddress = sequence(
  {
    Name: maybe(types, text),
    EmailAddress: maybe(types, nonEmptyText),
    RoutingType: maybe(types, nonEmptyText),
    MailboxType: maybe(types, simple(mailboxKind)),
    ItemId: maybe(types, itemId),
    OriginalDisplayName: maybe(types, text),
  },
  'EmailAddressType',
);

export const singleRecipient = sequence(
  {
    Mailbox: one(types, emailAddress),
  },
  'SingleRecipientType',
);

export const recipients = sequence(
  {
    Mailbox: many(types, emailAddress),
  },
  'ArrayOfRecipientsType',
);
