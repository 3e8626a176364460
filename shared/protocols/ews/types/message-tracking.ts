import { many, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { emailAddress, recipients } from './mailbox.ts';
import { countText, instant, nonEmptyText, text, truth } from './simple.ts';

// What became of messages (MS-OXWSMTRK 3.1.4).

const trackingProperty = sequence({ Name: one(types, text), Value: maybe(types, text) }, 'TrackingPropertyType');

export const trackingProperties = sequence({ TrackingPropertyType: many(types, trackingProperty) }, 'ArrayOfTrackingPropertiesType');

export const trackingErrors = sequence(
  { ArrayOfTrackingPropertiesType: many(types, trackingProperties) },
  'ArrayOfArraysOfTrackingPropertiesType',
);

/** Texts, for administrators. */
export const trackingDiagnostics = sequence({ String: many(types, text) }, 'ArrayOfStringsType');

/** What a report tells: the last that is known of each recipient, or all of one. */
export const templateText = simple(enumeration('MessageTrackingReportTemplateType', ['Summary', 'RecipientPath']));

export const trackingSearchResults = sequence(
  {
    MessageTrackingSearchResult: many(
      types,
      sequence(
        {
          Subject: one(types, text),
          Sender: one(types, emailAddress),
          PurportedSender: maybe(types, emailAddress),
          Recipients: one(types, recipients),
          SubmittedTime: one(types, instant),
          MessageTrackingReportId: one(types, nonEmptyText),
          PreviousHopServer: maybe(types, nonEmptyText),
          FirstHopServer: maybe(types, nonEmptyText),
          Properties: maybe(types, trackingProperties),
        },
        'FindMessageTrackingSearchResultType',
      ),
    ),
  },
  'ArrayOfFindMessageTrackingSearchResultType',
);

const recipientTrackingEvent = sequence(
  {
    Date: one(types, instant),
    Recipient: one(types, emailAddress),
    DeliveryStatus: one(types, text),
    EventDescription: one(types, text),
    EventData: maybe(types, trackingDiagnostics),
    Server: one(types, nonEmptyText),
    InternalId: one(types, countText),
    BccRecipient: maybe(types, truth),
    HiddenRecipient: maybe(types, truth),
    UniquePathId: maybe(types, nonEmptyText),
    RootAddress: maybe(types, nonEmptyText),
    Properties: maybe(types, trackingProperties),
  },
  'RecipientTrackingEventType',
);

const addresses = sequence({ Address: many(types, emailAddress) }, 'ArrayOfEmailAddressesType');

export const trackingReport = sequence(
  {
    Sender: maybe(types, emailAddress),
    PurportedSender: maybe(types, emailAddress),
    Subject: maybe(types, text),
    SubmitTime: maybe(types, instant),
    OriginalRecipients: maybe(types, addresses),
    RecipientTrackingEvents: one(
      types,
      sequence({ RecipientTrackingEvent: many(types, recipientTrackingEvent) }, 'ArrayOfRecipientTrackingEventType'),
    ),
    Properties: maybe(types, trackingProperties),
  },
  'MessageTrackingReportType',
);
