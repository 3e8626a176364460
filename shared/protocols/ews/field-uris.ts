/**
 * Every FieldURI of the schema (UnindexedFieldURIType), by its prefix. A path that is not here fails schema validation;
 * one that is here but does not apply to an item is left out of the answer.
 */
const names: Readonly<Record<string, string>> = {
  folder: `FolderId ParentFolderId DisplayName UnreadCount TotalCount ChildFolderCount FolderClass SearchParameters
    ManagedFolderInformation PermissionSet EffectiveRights SharingEffectiveRights DistinguishedFolderId PolicyTag
    ArchiveTag ReplicaList`,
  item: `ItemId ParentFolderId ItemClass MimeContent Attachments Subject DateTimeReceived Size Categories HasAttachments
    Importance InReplyTo InternetMessageHeaders IsAssociated IsDraft IsFromMe IsResend IsSubmitted IsUnmodified
    DateTimeSent DateTimeCreated Body ResponseObjects Sensitivity ReminderDueBy ReminderIsSet ReminderNextTime
    ReminderMinutesBeforeStart DisplayTo DisplayCc DisplayBcc Culture EffectiveRights LastModifiedName LastModifiedTime
    ConversationId UniqueBody Flag StoreEntryId InstanceKey NormalizedBody EntityExtractionResult PolicyTag ArchiveTag
    RetentionDate Preview PredictedActionReasons IsClutter RightsManagementLicenseData BlockStatus HasBlockedImages
    WebClientReadFormQueryString WebClientEditFormQueryString TextBody IconIndex MimeContentUTF8 Mentions MentionedMe
    MentionsPreview MentionsEx Hashtags AppliedHashtags AppliedHashtagsPreview Likes LikesPreview
    PendingSocialActivityTagIds AtAllMention CanDelete InferenceClassification FirstBody`,
  message: `ConversationIndex ConversationTopic InternetMessageId IsRead IsResponseRequested IsReadReceiptRequested
    IsDeliveryReceiptRequested ReceivedBy ReceivedRepresenting References ReplyTo From Sender ToRecipients CcRecipients
    BccRecipients ApprovalRequestData VotingInformation ReminderMessageData PublishedCalendarItemIcs
    PublishedCalendarItemName MessageSafety`,
  sharingMessage: 'SharingMessageAction',
  meeting: `AssociatedCalendarItemId IsDelegated IsOutOfDate HasBeenProcessed ResponseType ProposedStart ProposedEnd
    DoNotForwardMeeting`,
  meetingRequest: 'MeetingRequestType IntendedFreeBusyStatus ChangeHighlights',
  calendar: `Start End OriginalStart StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId IsAllDayEvent LegacyFreeBusyStatus
    Location EnhancedLocation When IsMeeting IsCancelled IsRecurring MeetingRequestWasSent IsResponseRequested
    CalendarItemType MyResponseType Organizer RequiredAttendees OptionalAttendees Resources ConflictingMeetingCount
    AdjacentMeetingCount ConflictingMeetings AdjacentMeetings InboxReminders Duration TimeZone AppointmentReplyTime
    AppointmentSequenceNumber AppointmentState Recurrence FirstOccurrence LastOccurrence ModifiedOccurrences
    DeletedOccurrences MeetingTimeZone ConferenceType AllowNewTimeProposal IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl
    UID RecurrenceId DateTimeStamp StartTimeZone EndTimeZone JoinOnlineMeetingUrl OnlineMeetingSettings IsOrganizer
    CalendarActivityData DoNotForwardMeeting`,
  task: `ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState Delegator
    DueDate IsAssignmentEditable IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete Recurrence StartDate
    Status StatusDescription TotalWork`,
  contacts: `Alias AssistantName Birthday BusinessHomePage Children Companies CompanyName CompleteName ContactSource Culture
    Department DisplayName DirectoryId DirectReports EmailAddresses AbchEmailAddresses FileAs FileAsMapping Generation
    GivenName ImAddresses Initials JobTitle Manager ManagerMailbox MiddleName Mileage MSExchangeCertificate Nickname Notes
    OfficeLocation PhoneNumbers PhoneticFullName PhoneticFirstName PhoneticLastName Photo PhysicalAddresses
    PostalAddressIndex Profession SpouseName Surname WeddingAnniversary UserSMIMECertificate HasPicture AccountName
    IsAutoUpdateDisabled IsMessengerEnabled Comment ContactShortId ContactType CreatedBy Gender IsHidden ObjectId
    PassportId IsPrivate SourceId TrustLevel Urls Cid SkypeAuthCertificate SkypeContext SkypeId XboxLiveTag
    SkypeRelationship YomiNickname InviteFree HidePresenceAndProfile IsPendingOutbound SupportGroupFeeds UserTileHash
    UnifiedInbox Mris Wlid AbchContactId NotInBirthdayCalendar ShellContactType ImMri PresenceTrustLevel OtherMri
    ProfileLastChanged MobileIMEnabled PartnerNetworkProfilePhotoUrl PartnerNetworkThumbnailPhotoUrl PersonId
    ConversationGuid`,
  distributionlist: 'Members',
  postitem: 'PostedTime',
  conversation: `ConversationId ConversationTopic UniqueRecipients GlobalUniqueRecipients UniqueUnreadSenders GlobalUniqueUnreadSenders
    UniqueSenders GlobalUniqueSenders LastDeliveryTime GlobalLastDeliveryTime Categories GlobalCategories FlagStatus
    GlobalFlagStatus HasAttachments GlobalHasAttachments HasIrm GlobalHasIrm MessageCount GlobalMessageCount UnreadCount
    GlobalUnreadCount Size GlobalSize ItemClasses GlobalItemClasses Importance GlobalImportance ItemIds GlobalItemIds
    LastModifiedTime InstanceKey Preview IconIndex GlobalIconIndex DraftItemIds HasClutter MentionedMe GlobalMentionedMe
    AtAllMention GlobalAtAllMention`,
  person: `FullName GivenName Surname PhoneNumber SMSNumber EmailAddress Alias Department LinkedInProfileLink Skills
    ProfessionalBiography ManagementChain DirectReports Peers TeamSize CurrentJob Birthday Hometown CurrentLocation
    CompanyProfile Office Headline MutualConnections Title MutualManager Insights UserProfilePicture`,
  persona: `PersonaId PersonaType GivenName CompanyName Surname DisplayName EmailAddress FileAs HomeCity CreationTime
    RelevanceScore RankingWeight WorkCity PersonaObjectStatus FileAsId DisplayNamePrefix YomiCompanyName YomiFirstName
    YomiLastName Title EmailAddresses PhoneNumber ImAddress ImAddresses ImAddresses2 ImAddresses3 FolderIds Attributions
    DisplayNames Initials FileAses FileAsIds DisplayNamePrefixes GivenNames MiddleNames Surnames Generations Nicknames
    YomiCompanyNames YomiFirstNames YomiLastNames BusinessPhoneNumbers BusinessPhoneNumbers2 HomePhones HomePhones2
    MobilePhones MobilePhones2 AssistantPhoneNumbers CallbackPhones CarPhones HomeFaxes OrganizationMainPhones OtherFaxes
    OtherTelephones OtherPhones2 Pagers RadioPhones TelexNumbers WorkFaxes Emails1 Emails2 Emails3 BusinessHomePages
    School PersonalHomePages OfficeLocations BusinessAddresses HomeAddresses OtherAddresses Titles Departments
    CompanyNames Managers AssistantNames Professions SpouseNames Hobbies WeddingAnniversaries Birthdays Children Locations
    ExtendedProperties PostalAddress Bodies IsFavorite InlineLinks ItemLinkIds HasActiveDeals IsBusinessContact
    AttributedHasActiveDeals AttributedIsBusinessContact SourceMailboxGuids LastContactedDate ExternalDirectoryObjectId
    MapiEntryId MapiEmailAddress MapiAddressType MapiSearchKey MapiTransmittableDisplayName MapiSendRichInfo`,
  rolemember: 'MemberType MemberId DisplayName',
  network: `TokenRefreshLastCompleted TokenRefreshLastAttempted SyncEnabled RejectedOffers SessionHandle RefreshTokenExpiry2
    RefreshToken2 PsaLastChanged Offers LastWelcomeContact LastVersionSaved DomainTag FirstAuthErrorDates ErrorOffers
    ContactSyncSuccess ContactSyncError ClientToken2 ClientToken ClientPublishSecret UserEmail AutoLinkSuccess
    AutoLinkError IsDefault Settings ProfileUrl UserTileUrl DomainId DisplayName AccountName SourceEntryID`,
  abchperson: 'FavoriteOrder PersonId ExchangePersonIdGuid AntiLinkInfo RelevanceOrder1 RelevanceOrder2 ContactHandles Categories',
  booking: 'ServiceIds StaffIds StaffInitials CustomerName CustomerEmail CustomerPhone CustomerId',
  insight: 'InsightId Type StartTimeUtc EndTimeUtc Status Version ApplicationsIds Text SuggestedActions AppContexts',
};

export const fieldUris: readonly string[] = Object.entries(names).flatMap(([prefix, list]) =>
  list.split(/\s+/).map((name) => `${prefix}:${name}`),
);

/** DictionaryURIType: paths that name a member by a key. */
export const dictionaryUris = [
  'item:InternetMessageHeader',
  'contacts:ImAddress',
  'contacts:PhysicalAddress:Street',
  'contacts:PhysicalAddress:City',
  'contacts:PhysicalAddress:State',
  'contacts:PhysicalAddress:CountryOrRegion',
  'contacts:PhysicalAddress:PostalCode',
  'contacts:PhoneNumber',
  'contacts:EmailAddress',
  'distributionlist:Members:Member',
] as const;
