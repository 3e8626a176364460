/** A folder that every mailbox has from the start. */
export interface StandardFolder {
  /** By this name clients ask for it; unique in a mailbox. */
  readonly role: string;
  /** The role of the folder it lies in; absent for the root alone. */
  readonly parent?: string;
  readonly displayName: string;
  /** PidTagContainerClass; '' for none. */
  readonly class: string;
}

const recoverable: readonly StandardFolder[] = [
  { role: 'recoverableitemsroot', parent: 'root', displayName: 'Recoverable Items', class: '' },
  { role: 'recoverableitemsdeletions', parent: 'recoverableitemsroot', displayName: 'Deletions', class: '' },
  { role: 'recoverableitemsversions', parent: 'recoverableitemsroot', displayName: 'Versions', class: '' },
  { role: 'recoverableitemspurges', parent: 'recoverableitemsroot', displayName: 'Purges', class: '' },
  { role: 'recoverableitemsdiscoveryholds', parent: 'recoverableitemsroot', displayName: 'DiscoveryHolds', class: '' },
];

/**
 * The folders of a new mailbox, parents before children, with the English names and the classes that Exchange gives
 * them (MS-OXOSFLD 2.2.1; recoverable items: MS-OXCFOLD 2.2.1.1, Exchange documentation "Recoverable Items folder").
 */
export const standardFolders: Readonly<Record<'primary' | 'archive' | 'public', readonly StandardFolder[]>> = {
  primary: [
    { role: 'root', displayName: 'root', class: '' },
    { role: 'msgfolderroot', parent: 'root', displayName: 'Top of Information Store', class: 'IPF.Note' },
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
    { role: 'conversationhistory', parent: 'msgfolderroot', displayName: 'Conversation History', class: 'IPF.Note' },
    { role: 'searchfolders', parent: 'root', displayName: 'Finder', class: '' },
    ...recoverable,
  ],
  archive: [
    { role: 'root', displayName: 'root', class: '' },
    { role: 'msgfolderroot', parent: 'root', displayName: 'Top of Information Store', class: 'IPF.Note' },
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
