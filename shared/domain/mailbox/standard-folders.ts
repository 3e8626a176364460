/** A folder that every mailbox has from the start. */
export interface StandardFolder {
  /** By this name clients ask for it; unique in a mailbox. */
  readonly role: string;
  /** The role of the folder it lies in; absent for the root alone. */
  readonly parent?: string;
  readonly displayName: string;
  /** PidTagContainerClass; '' for none. */
  readonly class: string;
  /** PidTagAttributeHidden: mail programs do not show it. */
  readonly hidden?: true;
}

const recoverable: readonly StandardFolder[] = [
  { role: 'recoverableitemsroot', parent: 'root', displayName: 'Recoverable Items', class: '' },
  { role: 'recoverableitemsdeletions', parent: 'recoverableitemsroot', displayName: 'Deletions', class: '' },
  { role: 'recoverableitemsversions', parent: 'recoverableitemsroot', displayName: 'Versions', class: '' },
  { role: 'recoverableitemspurges', parent: 'recoverableitemsroot', displayName: 'Purges', class: '' },
  { role: 'recoverableitemsdiscoveryholds', parent: 'recoverableitemsroot', displayName: 'DiscoveryHolds', class: '' },
];

/**
 * What Exchange keeps for itself and for Outlook beside the folders that people use, as `Get-MailboxFolderStatistics
 * -FolderScope NonIpmRoot` lists it; classes as exchangelib's tests against Exchange Online find them. Its search folders
 * are not among them: AllItems and Reminders have no name in EWS, and the To-Do Search is made when it is asked for.
 */
const beside: readonly StandardFolder[] = [
  ...[
    ...['Common Views', 'Deferred Action', 'ExchangeSyncData', 'Freebusy Data', 'Location', 'MailboxAssociations', 'ParkedMessages'],
    ...['PeopleConnect', 'Schedule', 'Shortcuts', 'Spooler Queue', 'System', 'TemporarySaves', 'Views', 'Working Set'],
  ].map((displayName) => ({ role: displayName.replace(' ', '').toLowerCase(), parent: 'root', displayName, class: '' })),
  hidden('conversationactionsettings', 'msgfolderroot', 'Conversation Action Settings', 'IPF.Configuration'),
  hidden('galcontacts', 'contacts', 'GAL Contacts', 'IPF.Contact.GalContacts'),
  hidden('imcontactlist', 'contacts', '{A9E2BC46-B3A0-4243-B315-60D991004455}', 'IPF.Contact.MOC.ImContactList'),
  hidden('organizationalcontacts', 'contacts', 'Organizational Contacts', 'IPF.Contact.OrganizationalContacts'),
  hidden('quickcontacts', 'contacts', '{06967759-274D-40B2-A3EB-D7F9E73727D7}', 'IPF.Contact.MOC.QuickContacts'),
];

function hidden(role: string, parent: string, displayName: string, containerClass: string): StandardFolder {
  return { role, parent, displayName, class: containerClass, hidden: true };
}

/**
 * The folders of a new mailbox, parents before children, with the English names and the classes that Exchange gives
 * them (MS-OXOSFLD 2.2.1; recoverable items: MS-OXCFOLD 2.2.1.1, Exchange documentation "Recoverable Items folder").
 */
export const standardFolders: Readonly<Record<'primary' | 'archive' | 'public', readonly StandardFolder[]>> = {
  primary: [
    { role: 'root', displayName: 'root', class: '' },
    { role: 'msgfolderroot', parent: 'root', displayName: 'Top of Information Store', class: '' },
    { role: 'inbox', parent: 'msgfolderroot', displayName: 'Inbox', class: 'IPF.Note' },
    { role: 'drafts', parent: 'msgfolderroot', displayName: 'Drafts', class: 'IPF.Note' },
    { role: 'sentitems', parent: 'msgfolderroot', displayName: 'Sent Items', class: 'IPF.Note' },
    { role: 'deleteditems', parent: 'msgfolderroot', displayName: 'Deleted Items', class: 'IPF.Note' },
    { role: 'outbox', parent: 'msgfolderroot', displayName: 'Outbox', class: 'IPF.Note' },
    { role: 'junkemail', parent: 'msgfolderroot', displayName: 'Junk Email', class: 'IPF.Note' },
    { role: 'archive', parent: 'msgfolderroot', displayName: 'Archive', class: 'IPF.Note' },
    { role: 'calendar', parent: 'msgfolderroot', displayName: 'Calendar', class: 'IPF.Appointment' },
    { role: 'contacts', parent: 'msgfolderroot', displayName: 'Contacts', class: 'IPF.Contact' },
    { role: 'recipientcache', parent: 'contacts', displayName: 'Recipient Cache', class: 'IPF.Contact.RecipientCache' },
    { role: 'tasks', parent: 'msgfolderroot', displayName: 'Tasks', class: 'IPF.Task' },
    { role: 'notes', parent: 'msgfolderroot', displayName: 'Notes', class: 'IPF.StickyNote' },
    { role: 'journal', parent: 'msgfolderroot', displayName: 'Journal', class: 'IPF.Journal' },
    // Observed: exchangelib's tests hold of Exchange Online that it has no class.
    { role: 'conversationhistory', parent: 'msgfolderroot', displayName: 'Conversation History', class: '' },
    { role: 'searchfolders', parent: 'root', displayName: 'Finder', class: '' },
    ...recoverable,
    ...beside,
  ],
  archive: [
    { role: 'root', displayName: 'root', class: '' },
    { role: 'msgfolderroot', parent: 'root', displayName: 'Top of Information Store', class: '' },
    { role: 'deleteditems', parent: 'msgfolderroot', displayName: 'Deleted Items', class: 'IPF.Note' },
    ...recoverable,
  ],
  // Public folders lie below IPM_SUBTREE (MS-OXOSFLD 2.2.1).
  public: [
    { role: 'root', displayName: 'Root', class: '' },
    { role: 'publicfoldersroot', parent: 'root', displayName: 'IPM_SUBTREE', class: 'IPF.Note' },
    ...recoverable,
  ],
};
