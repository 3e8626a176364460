import type { Guid } from './ids.ts';

/**
 * MAPI property types by the names EWS gives them (MapiPropertyTypeType), with their codes (MS-OXCDATA 2.11.1).
 * A multi-valued type is its base with bit 0x1000.
 */
export const propertyTypes = {
  Short: 0x0002,
  Integer: 0x0003,
  Float: 0x0004,
  Double: 0x0005,
  Currency: 0x0006,
  ApplicationTime: 0x0007,
  Error: 0x000a,
  Boolean: 0x000b,
  Object: 0x000d,
  Long: 0x0014,
  String: 0x001f,
  SystemTime: 0x0040,
  CLSID: 0x0048,
  Binary: 0x0102,
  ShortArray: 0x1002,
  IntegerArray: 0x1003,
  FloatArray: 0x1004,
  DoubleArray: 0x1005,
  CurrencyArray: 0x1006,
  ApplicationTimeArray: 0x1007,
  ObjectArray: 0x100d,
  LongArray: 0x1014,
  StringArray: 0x101f,
  SystemTimeArray: 0x1040,
  CLSIDArray: 0x1048,
  BinaryArray: 0x1102,
} as const;
export type PropertyType = keyof typeof propertyTypes;

/** Property sets that EWS knows by name (DistinguishedPropertySetType), MS-OXPROPS 1.3.2. */
export const propertySets = {
  Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
  Appointment: '00062002-0000-0000-c000-000000000046',
  Common: '00062008-0000-0000-c000-000000000046',
  PublicStrings: '00020329-0000-0000-c000-000000000046',
  Address: '00062004-0000-0000-c000-000000000046',
  InternetHeaders: '00020386-0000-0000-c000-000000000046',
  CalendarAssistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
  UnifiedMessaging: '4442858e-a9e3-4e80-b900-317a210cc15b',
  Task: '00062003-0000-0000-c000-000000000046',
  Sharing: '00062040-0000-0000-c000-000000000046',
} as const;
export type PropertySetName = keyof typeof propertySets;

declare const propertyKey: unique symbol;
/**
 * A property as the store names it: `0x0037001F` for a tag, `{set}:0x8530:0003` for a numbered and
 * `{set}:=Keywords:101F` for a named property. The type is part of the key, as in MAPI.
 */
export type PropertyKey = string & { readonly [propertyKey]: true };

/**
 * A value as the store keeps it: text, number, boolean; dates are integer milliseconds since 1970 (UTC), binary is
 * base64, 64-bit integers and currency are decimal text, GUIDs are lower-case text; arrays hold the same.
 */
export type PropertyValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

/** The properties of one item or folder. */
export type PropertyBag = Readonly<Record<PropertyKey, PropertyValue>>;

/** The key of a tagged property: `propertyTag(0x0037, 'String')` is `0x0037001F`. */
export function propertyTag(id: number, type: PropertyType): PropertyKey {
  return `0x${hex4(id)}${hex4(propertyTypes[type])}` as PropertyKey;
}

/** The key of a property in a named set, by number or by name. */
export function namedProperty(
  set: Guid | (typeof propertySets)[PropertySetName],
  idOrName: number | string,
  type: PropertyType,
): PropertyKey {
  const middle = typeof idOrName === 'number' ? `0x${hex4(idOrName)}` : `=${idOrName}`;
  return `{${set}}:${middle}:${hex4(propertyTypes[type])}` as PropertyKey;
}

const typeNames = new Map<number, PropertyType>(Object.entries(propertyTypes).map(([name, code]) => [code, name as PropertyType]));

/** The type that a key carries. */
export function propertyTypeOf(key: PropertyKey): PropertyType {
  const name = typeNames.get(Number.parseInt(key.slice(-4), 16));
  if (name === undefined) throw new Error(`defect: property key ${key} has no known type`);
  return name;
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}

/** Tagged properties that the code names, by their MS-OXPROPS names without the `PidTag` prefix. */
export const tags = {
  alternateRecipientAllowed: propertyTag(0x0002, 'Boolean'),
  importance: propertyTag(0x0017, 'Integer'),
  messageClass: propertyTag(0x001a, 'String'),
  originatorDeliveryReportRequested: propertyTag(0x0023, 'Boolean'),
  readReceiptRequested: propertyTag(0x0029, 'Boolean'),
  receiptTime: propertyTag(0x002a, 'SystemTime'),
  sensitivity: propertyTag(0x0036, 'Integer'),
  reportTag: propertyTag(0x0031, 'Binary'),
  subject: propertyTag(0x0037, 'String'),
  clientSubmitTime: propertyTag(0x0039, 'SystemTime'),
  subjectPrefix: propertyTag(0x003d, 'String'),
  sentRepresentingName: propertyTag(0x0042, 'String'),
  originalSubject: propertyTag(0x0049, 'String'),
  originalSubmitTime: propertyTag(0x004e, 'SystemTime'),
  sentRepresentingAddressType: propertyTag(0x0064, 'String'),
  sentRepresentingEmailAddress: propertyTag(0x0065, 'String'),
  conversationTopic: propertyTag(0x0070, 'String'),
  conversationIndex: propertyTag(0x0071, 'Binary'),
  transportMessageHeaders: propertyTag(0x007d, 'String'),
  senderName: propertyTag(0x0c1a, 'String'),
  senderAddressType: propertyTag(0x0c1e, 'String'),
  senderEmailAddress: propertyTag(0x0c1f, 'String'),
  displayBcc: propertyTag(0x0e02, 'String'),
  displayCc: propertyTag(0x0e03, 'String'),
  displayTo: propertyTag(0x0e04, 'String'),
  messageDeliveryTime: propertyTag(0x0e06, 'SystemTime'),
  messageFlags: propertyTag(0x0e07, 'Integer'),
  messageSize: propertyTag(0x0e08, 'Integer'),
  hasAttachments: propertyTag(0x0e1b, 'Boolean'),
  normalizedSubject: propertyTag(0x0e1d, 'String'),
  internetArticleNumber: propertyTag(0x0e23, 'Integer'),
  read: propertyTag(0x0e69, 'Boolean'),
  entryId: propertyTag(0x0fff, 'Binary'),
  body: propertyTag(0x1000, 'String'),
  bodyHtml: propertyTag(0x1013, 'String'),
  internetMessageId: propertyTag(0x1035, 'String'),
  internetReferences: propertyTag(0x1039, 'String'),
  inReplyToId: propertyTag(0x1042, 'String'),
  iconIndex: propertyTag(0x1080, 'Integer'),
  lastVerbExecuted: propertyTag(0x1081, 'Integer'),
  lastVerbExecutionTime: propertyTag(0x1082, 'SystemTime'),
  flagStatus: propertyTag(0x1090, 'Integer'),
  flagCompleteTime: propertyTag(0x1091, 'SystemTime'),
  attributeHidden: propertyTag(0x10f4, 'Boolean'),
  displayName: propertyTag(0x3001, 'String'),
  comment: propertyTag(0x3004, 'String'),
  creationTime: propertyTag(0x3007, 'SystemTime'),
  lastModificationTime: propertyTag(0x3008, 'SystemTime'),
  searchKey: propertyTag(0x300b, 'Binary'),
  conversationId: propertyTag(0x3013, 'Binary'),
  conversationIndexTracking: propertyTag(0x3016, 'Boolean'),
  /** GUID and counter of the folder that an item was last in use in, from its entry id (observed: gsexdev.blogspot.com "LAPFID"). */
  lastActiveParentEntryId: propertyTag(0x348a, 'Binary'),
  folderType: propertyTag(0x3601, 'Integer'),
  contentCount: propertyTag(0x3602, 'Integer'),
  contentUnreadCount: propertyTag(0x3603, 'Integer'),
  subfolders: propertyTag(0x360a, 'Boolean'),
  containerClass: propertyTag(0x3613, 'String'),
  associatedContentCount: propertyTag(0x3617, 'Integer'),
  internetCodepage: propertyTag(0x3fde, 'Integer'),
  creatorName: propertyTag(0x3ff8, 'String'),
  creatorEntryId: propertyTag(0x3ff9, 'Binary'),
  messageLocaleId: propertyTag(0x3ff1, 'Integer'),
  lastModifierName: propertyTag(0x3ffa, 'String'),
  lastModifierEntryId: propertyTag(0x3ffb, 'Binary'),
  senderSmtpAddress: propertyTag(0x5d01, 'String'),
  sentRepresentingSmtpAddress: propertyTag(0x5d02, 'String'),
  folderChildCount: propertyTag(0x6638, 'Integer'),
  deletedOn: propertyTag(0x668f, 'SystemTime'),
  localCommitTimeMax: propertyTag(0x670a, 'SystemTime'),
  articleNumberNext: propertyTag(0x6751, 'Integer'),
  /** The last article number given out; IMAP servers in front of Exchange read it (observed: DavMail's `highestUid`). */
  imapLastArticleId: propertyTag(0x6752, 'Integer'),
  roamingDatatypes: propertyTag(0x7c06, 'Integer'),
  roamingDictionary: propertyTag(0x7c07, 'Binary'),
  roamingXmlStream: propertyTag(0x7c08, 'Binary'),
  roamingBinary: propertyTag(0x7c09, 'Binary'),
  receivedRepresentingName: propertyTag(0x0044, 'String'),
  startDate: propertyTag(0x0060, 'SystemTime'),
  endDate: propertyTag(0x0061, 'SystemTime'),
  ownerAppointmentId: propertyTag(0x0062, 'Integer'),
  responseRequested: propertyTag(0x0063, 'Boolean'),
  replyRequested: propertyTag(0x0c17, 'Boolean'),
  archiveTag: propertyTag(0x3018, 'Binary'),
  policyTag: propertyTag(0x3019, 'Binary'),
  retentionDate: propertyTag(0x301c, 'SystemTime'),
  retentionFlags: propertyTag(0x301d, 'Integer'),
  generation: propertyTag(0x3a05, 'String'),
  givenName: propertyTag(0x3a06, 'String'),
  initials: propertyTag(0x3a0a, 'String'),
  surname: propertyTag(0x3a11, 'String'),
  companyName: propertyTag(0x3a16, 'String'),
  title: propertyTag(0x3a17, 'String'),
  departmentName: propertyTag(0x3a18, 'String'),
  officeLocation: propertyTag(0x3a19, 'String'),
  assistant: propertyTag(0x3a30, 'String'),
  weddingAnniversary: propertyTag(0x3a41, 'SystemTime'),
  birthday: propertyTag(0x3a42, 'SystemTime'),
  middleName: propertyTag(0x3a44, 'String'),
  displayNamePrefix: propertyTag(0x3a45, 'String'),
  profession: propertyTag(0x3a46, 'String'),
  spouseName: propertyTag(0x3a48, 'String'),
  managerName: propertyTag(0x3a4e, 'String'),
  nickname: propertyTag(0x3a4f, 'String'),
  businessHomePage: propertyTag(0x3a51, 'String'),
  childrensNames: propertyTag(0x3a58, 'StringArray'),
  userX509Certificate: propertyTag(0x3a70, 'BinaryArray'),
  receivedRepresentingSmtpAddress: propertyTag(0x5d08, 'String'),
  recipientProposed: propertyTag(0x5fe1, 'Boolean'),
  recipientProposedStartTime: propertyTag(0x5fe3, 'SystemTime'),
  recipientProposedEndTime: propertyTag(0x5fe4, 'SystemTime'),
  recipientTrackStatusTime: propertyTag(0x5ffb, 'SystemTime'),
  recipientFlags: propertyTag(0x5ffd, 'Integer'),
  recipientTrackStatus: propertyTag(0x5fff, 'Integer'),
  processed: propertyTag(0x7d01, 'Boolean'),
} as const;

/** Numbered and named properties that the code names, by their MS-OXPROPS names without the `PidLid`/`PidName` prefix. */
export const named = {
  appointmentStartWhole: namedProperty(propertySets.Appointment, 0x820d, 'SystemTime'),
  appointmentEndWhole: namedProperty(propertySets.Appointment, 0x820e, 'SystemTime'),
  busyStatus: namedProperty(propertySets.Appointment, 0x8205, 'Integer'),
  location: namedProperty(propertySets.Appointment, 0x8208, 'String'),
  appointmentSubType: namedProperty(propertySets.Appointment, 0x8215, 'Boolean'),
  appointmentStateFlags: namedProperty(propertySets.Appointment, 0x8217, 'Integer'),
  recurring: namedProperty(propertySets.Appointment, 0x8223, 'Boolean'),
  reminderMinutes: namedProperty(propertySets.Common, 0x8501, 'Integer'),
  reminderSet: namedProperty(propertySets.Common, 0x8503, 'Boolean'),
  keywords: namedProperty(propertySets.PublicStrings, 'Keywords', 'StringArray'),
  verbStream: namedProperty(propertySets.Common, 0x8520, 'Binary'),
  verbResponse: namedProperty(propertySets.Common, 0x8524, 'String'),
  /** PidNameMeetingDoNotForward. */
  doNotForward: namedProperty(propertySets.PublicStrings, 'DoNotForward', 'Boolean'),
  exceptionReplaceTime: namedProperty(propertySets.Appointment, 0x8228, 'SystemTime'),
  recurrenceType: namedProperty(propertySets.Appointment, 0x8231, 'Integer'),
  appointmentRecur: namedProperty(propertySets.Appointment, 0x8216, 'Binary'),
  timeZoneStruct: namedProperty(propertySets.Appointment, 0x8233, 'Binary'),
  clipStart: namedProperty(propertySets.Appointment, 0x8235, 'SystemTime'),
  clipEnd: namedProperty(propertySets.Appointment, 0x8236, 'SystemTime'),
  timeZoneDefinitionRecur: namedProperty(propertySets.Appointment, 0x8260, 'Binary'),
  globalObjectId: namedProperty(propertySets.Meeting, 0x0003, 'Binary'),
  cleanGlobalObjectId: namedProperty(propertySets.Meeting, 0x0023, 'Binary'),
  isException: namedProperty(propertySets.Meeting, 0x000a, 'Boolean'),
  isRecurring: namedProperty(propertySets.Meeting, 0x0005, 'Boolean'),
  attendeeCriticalChange: namedProperty(propertySets.Meeting, 0x0001, 'SystemTime'),
  appointmentMessageClass: namedProperty(propertySets.Meeting, 0x0024, 'String'),
  oldLocation: namedProperty(propertySets.Meeting, 0x0028, 'String'),
  oldWhenStartWhole: namedProperty(propertySets.Meeting, 0x0029, 'SystemTime'),
  oldWhenEndWhole: namedProperty(propertySets.Meeting, 0x002a, 'SystemTime'),
  changeHighlight: namedProperty(propertySets.Appointment, 0x8204, 'Integer'),
  appointmentLastSequence: namedProperty(propertySets.Appointment, 0x8203, 'Integer'),
  appointmentSequenceTime: namedProperty(propertySets.Appointment, 0x8202, 'SystemTime'),
  appointmentReplyName: namedProperty(propertySets.Appointment, 0x8230, 'String'),
  appointmentProposedStartWhole: namedProperty(propertySets.Appointment, 0x8250, 'SystemTime'),
  appointmentProposedEndWhole: namedProperty(propertySets.Appointment, 0x8251, 'SystemTime'),
  appointmentCounterProposal: namedProperty(propertySets.Appointment, 0x8257, 'Boolean'),
  appointmentProposalNumber: namedProperty(propertySets.Appointment, 0x8259, 'Integer'),
  ownerCriticalChange: namedProperty(propertySets.Meeting, 0x001a, 'SystemTime'),
  where: namedProperty(propertySets.Meeting, 0x0002, 'String'),
  meetingType: namedProperty(propertySets.Meeting, 0x0026, 'Integer'),
  appointmentSequence: namedProperty(propertySets.Appointment, 0x8201, 'Integer'),
  meetingWorkspaceUrl: namedProperty(propertySets.Appointment, 0x8209, 'String'),
  responseStatus: namedProperty(propertySets.Appointment, 0x8218, 'Integer'),
  appointmentReplyTime: namedProperty(propertySets.Appointment, 0x8220, 'SystemTime'),
  intendedBusyStatus: namedProperty(propertySets.Appointment, 0x8224, 'Integer'),
  invited: namedProperty(propertySets.Appointment, 0x8229, 'Boolean'),
  timeZoneDescription: namedProperty(propertySets.Appointment, 0x8234, 'String'),
  conferencingCheck: namedProperty(propertySets.Appointment, 0x8240, 'Boolean'),
  conferencingType: namedProperty(propertySets.Appointment, 0x8241, 'Integer'),
  netShowUrl: namedProperty(propertySets.Appointment, 0x8248, 'String'),
  timeZoneDefinitionStartDisplay: namedProperty(propertySets.Appointment, 0x825e, 'Binary'),
  timeZoneDefinitionEndDisplay: namedProperty(propertySets.Appointment, 0x825f, 'Binary'),
  notAllowPropose: namedProperty(propertySets.Appointment, 0x825a, 'Boolean'),
  reminderTime: namedProperty(propertySets.Common, 0x8502, 'SystemTime'),
  taskMode: namedProperty(propertySets.Common, 0x8518, 'Integer'),
  flagRequest: namedProperty(propertySets.Common, 0x8530, 'String'),
  mileage: namedProperty(propertySets.Common, 0x8534, 'String'),
  billing: namedProperty(propertySets.Common, 0x8535, 'String'),
  companies: namedProperty(propertySets.Common, 0x8539, 'StringArray'),
  contacts: namedProperty(propertySets.Common, 0x853a, 'StringArray'),
  reminderSignalTime: namedProperty(propertySets.Common, 0x8560, 'SystemTime'),
  taskStatus: namedProperty(propertySets.Task, 0x8101, 'Integer'),
  percentComplete: namedProperty(propertySets.Task, 0x8102, 'Double'),
  teamTask: namedProperty(propertySets.Task, 0x8103, 'Boolean'),
  taskStartDate: namedProperty(propertySets.Task, 0x8104, 'SystemTime'),
  taskDueDate: namedProperty(propertySets.Task, 0x8105, 'SystemTime'),
  taskResetReminder: namedProperty(propertySets.Task, 0x8107, 'Boolean'),
  taskDeadOccurrence: namedProperty(propertySets.Task, 0x8109, 'Boolean'),
  taskRecurrence: namedProperty(propertySets.Task, 0x8116, 'Binary'),
  taskDateCompleted: namedProperty(propertySets.Task, 0x810f, 'SystemTime'),
  taskActualEffort: namedProperty(propertySets.Task, 0x8110, 'Integer'),
  taskEstimatedEffort: namedProperty(propertySets.Task, 0x8111, 'Integer'),
  taskVersion: namedProperty(propertySets.Task, 0x8112, 'Integer'),
  taskLastUpdate: namedProperty(propertySets.Task, 0x8115, 'SystemTime'),
  taskComplete: namedProperty(propertySets.Task, 0x811c, 'Boolean'),
  taskOwner: namedProperty(propertySets.Task, 0x811f, 'String'),
  taskAssigner: namedProperty(propertySets.Task, 0x8121, 'String'),
  taskRecurs: namedProperty(propertySets.Task, 0x8126, 'Boolean'),
  taskOwnership: namedProperty(propertySets.Task, 0x8129, 'Integer'),
  fileUnder: namedProperty(propertySets.Address, 0x8005, 'String'),
  fileUnderId: namedProperty(propertySets.Address, 0x8006, 'Integer'),
  distributionListOneOffMembers: namedProperty(propertySets.Address, 0x8054, 'BinaryArray'),
  distributionListMembers: namedProperty(propertySets.Address, 0x8055, 'BinaryArray'),
  hasPicture: namedProperty(propertySets.Address, 0x8015, 'Boolean'),
  postalAddressId: namedProperty(propertySets.Address, 0x8022, 'Integer'),
  phoneticGivenName: namedProperty(propertySets.Address, 0x802c, 'String'),
  phoneticSurname: namedProperty(propertySets.Address, 0x802d, 'String'),
} as const;
