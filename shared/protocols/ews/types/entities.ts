import { many, maybe, sequence, simple, some } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { instant, text } from './simple.ts';

// What Exchange extracts from bodies: EntityExtractionResult.

const emailPosition = enumeration('EmailPositionType', ['LatestReply', 'Other', 'Subject', 'Signature']);

const addressEntity = sequence(
  {
    Position: many(types, simple(emailPosition)),
    Address: maybe(types, text),
  },
  'AddressEntityType',
);

const addressEntities = sequence(
  {
    AddressEntity: many(types, addressEntity),
  },
  'ArrayOfAddressEntitiesType',
);

const emailUser = sequence(
  {
    Name: maybe(types, text),
    UserId: maybe(types, text),
  },
  'EmailUserType',
);

const emailUsers = sequence(
  {
    EmailUser: many(types, emailUser),
  },
  'ArrayOfEmailUsersType',
);

const meetingSuggestion = sequence(
  {
    Position: many(types, simple(emailPosition)),
    Attendees: maybe(types, emailUsers),
    Location: maybe(types, text),
    Subject: maybe(types, text),
    MeetingString: maybe(types, text),
    StartTime: maybe(types, instant),
    EndTime: maybe(types, instant),
  },
  'MeetingSuggestionType',
);

const meetingSuggestions = sequence(
  {
    MeetingSuggestion: some(types, meetingSuggestion),
  },
  'ArrayOfMeetingSuggestionsType',
);

const taskSuggestion = sequence(
  {
    Position: many(types, simple(emailPosition)),
    TaskString: maybe(types, text),
    Assignees: maybe(types, emailUsers),
  },
  'TaskSuggestionType',
);

const taskSuggestions = sequence(
  {
    TaskSuggestion: some(types, taskSuggestion),
  },
  'ArrayOfTaskSuggestionsType',
);

const emailAddressEntity = sequence(
  {
    Position: many(types, simple(emailPosition)),
    EmailAddress: maybe(types, text),
  },
  'EmailAddressEntityType',
);

const emailAddressEntities = sequence(
  {
    EmailAddressEntity: many(types, emailAddressEntity),
  },
  'ArrayOfEmailAddressEntitiesType',
);

const extractedPhone = sequence(
  {
    OriginalPhoneString: maybe(types, text),
    PhoneString: maybe(types, text),
    Type: maybe(types, text),
  },
  'PhoneType',
);

const extractedPhones = sequence(
  {
    Phone: many(types, extractedPhone),
  },
  'ArrayOfPhonesType',
);

const extractedUrls = sequence(
  {
    Url: many(types, text),
  },
  'ArrayOfUrlsType',
);

const extractedEmailAddresses = sequence(
  {
    EmailAddress: many(types, text),
  },
  'ArrayOfExtractedEmailAddresses',
);

const extractedAddresses = sequence(
  {
    Address: many(types, text),
  },
  'ArrayOfAddressesType',
);

const extractedContact = sequence(
  {
    Position: many(types, simple(emailPosition)),
    PersonName: maybe(types, text),
    BusinessName: maybe(types, text),
    PhoneNumbers: maybe(types, extractedPhones),
    Urls: maybe(types, extractedUrls),
    EmailAddresses: maybe(types, extractedEmailAddresses),
    Addresses: maybe(types, extractedAddresses),
    ContactString: maybe(types, text),
  },
  'ContactType',
);

const extractedContacts = sequence(
  {
    Contact: many(types, extractedContact),
  },
  'ArrayOfContactsType',
);

const urlEntity = sequence(
  {
    Position: many(types, simple(emailPosition)),
    Url: maybe(types, text),
  },
  'UrlEntityType',
);

const urlEntities = sequence(
  {
    UrlEntity: many(types, urlEntity),
  },
  'ArrayOfUrlEntitiesType',
);

const phoneEntity = sequence(
  {
    Position: many(types, simple(emailPosition)),
    OriginalPhoneString: maybe(types, text),
    PhoneString: maybe(types, text),
    Type: maybe(types, text),
  },
  'PhoneEntityType',
);

const phoneEntities = sequence(
  {
    Phone: many(types, phoneEntity),
  },
  'ArrayOfPhoneEntitiesType',
);

const parcelDeliveryEntity = sequence(
  {
    Carrier: maybe(types, text),
    TrackingNumber: maybe(types, text),
    TrackingUrl: maybe(types, text),
    ExpectedArrivalFrom: maybe(types, text),
    ExpectedArrivalUntil: maybe(types, text),
    Product: maybe(types, text),
    ProductUrl: maybe(types, text),
    ProductImage: maybe(types, text),
    ProductSku: maybe(types, text),
    ProductDescription: maybe(types, text),
    ProductBrand: maybe(types, text),
    ProductColor: maybe(types, text),
    OrderNumber: maybe(types, text),
    Seller: maybe(types, text),
    OrderStatus: maybe(types, text),
    AddressName: maybe(types, text),
    StreetAddress: maybe(types, text),
    AddressLocality: maybe(types, text),
    AddressRegion: maybe(types, text),
    AddressCountry: maybe(types, text),
    PostalCode: maybe(types, text),
  },
  'ParcelDeliveryEntityType',
);

const parcelDeliveryEntities = sequence(
  {
    ParcelDelivery: many(types, parcelDeliveryEntity),
  },
  'ArrayOfParcelDeliveryEntitiesType',
);

const flightEntity = sequence(
  {
    FlightNumber: maybe(types, text),
    AirlineIataCode: maybe(types, text),
    DepartureTime: maybe(types, text),
    WindowsTimeZoneName: maybe(types, text),
    DepartureAirportIataCode: maybe(types, text),
    ArrivalAirportIataCode: maybe(types, text),
  },
  'FlightEntityType',
);

const flights = sequence(
  {
    Flight: many(types, flightEntity),
  },
  'ArrayOfFlightsType',
);

const flightReservationEntity = sequence(
  {
    ReservationId: maybe(types, text),
    ReservationStatus: maybe(types, text),
    UnderName: maybe(types, text),
    BrokerName: maybe(types, text),
    BrokerPhone: maybe(types, text),
    Flights: maybe(types, flights),
  },
  'FlightReservationEntityType',
);

const flightReservations = sequence(
  {
    FlightReservation: many(types, flightReservationEntity),
  },
  'ArrayOfFlightReservationsType',
);

const senderAddInEntity = sequence(
  {
    ExtensionId: maybe(types, text),
  },
  'SenderAddInEntityType',
);

const senderAddIns = sequence(
  {
    'Microsoft.OutlookServices.SenderApp': many(types, senderAddInEntity),
  },
  'ArrayOfSenderAddInsType',
);

export const entityExtractionResult = sequence(
  {
    Addresses: maybe(types, addressEntities),
    MeetingSuggestions: maybe(types, meetingSuggestions),
    TaskSuggestions: maybe(types, taskSuggestions),
    EmailAddresses: maybe(types, emailAddressEntities),
    Contacts: maybe(types, extractedContacts),
    Urls: maybe(types, urlEntities),
    PhoneNumbers: maybe(types, phoneEntities),
    ParcelDeliveries: maybe(types, parcelDeliveryEntities),
    FlightReservations: maybe(types, flightReservations),
    SenderAddIns: maybe(types, senderAddIns),
  },
  'EntityExtractionResultType',
);
