import { attr, many, maybe, maybeAttr, one, sequence, simple } from '../../../xml/codec.ts';
import { boolean, enumeration, listOf, string } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { emailAddress } from './mailbox.ts';
import { outOfOfficeMailTip } from './out-of-office.ts';
import { integer, text, truth } from './simple.ts';

// What is told of recipients before a message is sent.

const mailTipType = enumeration('', [
  'All',
  'OutOfOfficeMessage',
  'MailboxFullStatus',
  'CustomMailTip',
  'ExternalMemberCount',
  'TotalMemberCount',
  'MaxMessageSize',
  'DeliveryRestriction',
  'ModerationStatus',
  'InvalidRecipient',
  'Scope',
  'RecipientSuggestions',
  'PreferAccessibleContent',
]);
export type MailTipType = (typeof mailTipType.enumeration)[number];
export const mailTipTypes = listOf('MailTipTypes', mailTipType);

/** What is known of one recipient. `PendingMailTips`: what could not be found out in time. */
export const mailTips = sequence(
  {
    RecipientAddress: one(types, emailAddress),
    PendingMailTips: one(types, simple(mailTipTypes)),
    OutOfOffice: maybe(types, outOfOfficeMailTip),
    MailboxFull: maybe(types, truth),
    CustomMailTip: maybe(types, text),
    TotalMemberCount: maybe(types, integer),
    ExternalMemberCount: maybe(types, integer),
    MaxMessageSize: maybe(types, integer),
    DeliveryRestricted: maybe(types, truth),
    IsModerated: maybe(types, truth),
    InvalidRecipient: maybe(types, truth),
    Scope: maybe(types, integer),
  },
  'MailTips',
);

const smtpDomain = sequence({ Name: attr(string), IncludeSubdomains: maybeAttr(boolean) }, 'SmtpDomain');

export const smtpDomainList = sequence({ Domain: many(types, smtpDomain) }, 'SmtpDomainList');

/** What clients need to know of MailTips as such. */
export const mailTipsConfiguration = sequence(
  {
    MailTipsEnabled: one(types, truth),
    MaxRecipientsPerGetMailTipsRequest: one(types, integer),
    MaxMessageSize: one(types, integer),
    LargeAudienceThreshold: one(types, integer),
    ShowExternalRecipientCount: one(types, truth),
    InternalDomains: one(types, smtpDomainList),
    PolicyTipsEnabled: one(types, truth),
    LargeAudienceCap: one(types, integer),
  },
  'MailTipsServiceConfiguration',
);
