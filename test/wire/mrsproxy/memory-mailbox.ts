import type {
  AclEntry,
  BadMessage,
  ConvertedRecipient,
  DestinationMailbox,
  FolderRecord,
  MailboxInformation,
  MessagePayload,
  MessageRecord,
  MovingMailbox,
  MovingRecipient,
  Principal,
  RecipientConversion,
  SourceMailbox,
} from '../../../shared/bridges/migration/ports.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { propertyTag } from '../../../shared/kernel/mapi.ts';

export const mailboxGuid = namedGuid('mailbox', 'mary');
export const archiveGuid = namedGuid('mailbox', 'archive of mary');

/** Everything that was asked of a mailbox, in order. */
export type Asked = (readonly [what: string, ...rest: readonly unknown[]])[];

export const recipient: MovingRecipient = {
  objectGuid: namedGuid('recipient', 'mary'),
  type: 'UserMailbox',
  displayName: 'Mary Wells & <Söhne>',
  alias: 'mary',
  primaryAddress: 'mary@contoso.test',
  addresses: ['SMTP:mary@contoso.test', 'X500:/o=Contoso/cn=mary'],
  targetAddress: null,
  legacyDn: '/o=Contoso/cn=Recipients/cn=mary',
  exchangeGuid: mailboxGuid,
  archiveGuid: null,
  sid: 'S-1-5-21-1-2-3-1001',
};

const information: MailboxInformation = {
  mailboxGuid,
  kind: 'primary',
  displayName: 'Mary Wells',
  legacyDn: recipient.legacyDn,
  server: 'EX-SE-01.contoso.test',
  serverVersion: '15.2.2562.17',
  database: 'Mailbox Database 1',
  databaseGuid: namedGuid('database'),
  quota: null,
  size: { items: 3, bytes: 1_000, deletedItems: 1, deletedBytes: 10, associatedItems: 2, associatedBytes: 0 },
};

export const principal: Principal = {
  sid: 'S-1-5-21-9-9-9-500',
  masterAccountSid: null,
  objectGuid: namedGuid('rob'),
  mailboxGuid: null,
  alias: 'rob',
  displayName: 'Rob',
  legacyDn: '/o=Contoso/cn=rob',
  proxies: ['SMTP:rob@contoso.test'],
  isMailEnabled: true,
};

export const acl: readonly AclEntry[] = [
  { sid: null, name: 'Default', rights: 0x401, right: null, isInherited: false },
  { sid: principal.sid, name: null, rights: 0x7fb, right: null, isInherited: true },
];

/** The part of both ends; `fails` is thrown by whatever it names. */
function moving(asked: Asked, fails: ReadonlyMap<string, Error>): MovingMailbox {
  const note = <T>(what: string, rest: readonly unknown[], value: T): Promise<T> => {
    asked.push([what, ...rest]);
    const failure = fails.get(what);
    return failure === undefined ? Promise.resolve(value) : Promise.reject(failure);
  };
  return {
    information: () => note('information', [], information),
    recipient: () => note('recipient', [], recipient),
    setInTransit: (status) => note('setInTransit', [status], undefined),
    convertRecipient: (conversion: RecipientConversion): Promise<ConvertedRecipient> =>
      note('convertRecipient', [conversion], { recipient, server: 'DC-01', warnings: ['one "warning"', 'two'] }),
    resolvePrincipals: (sids) => note('resolvePrincipals', [sids], sids.includes(principal.sid) ? [principal] : []),
    deleteMailbox: () => note('deleteMailbox', [], undefined),
    close: () => note('close', [], undefined),
  };
}

export interface MemorySource extends SourceMailbox {
  readonly asked: Asked;
  /** Access lists of folders that have another one than {@link acl}. */
  readonly acls: Map<string, readonly AclEntry[]>;
  readonly fails: Map<string, Error>;
}

/** What a source holds: folders, messages by folder, octets by message. A message without octets is a bad item. */
export interface Holdings {
  readonly folders: readonly FolderRecord[];
  readonly messages: ReadonlyMap<string, readonly MessageRecord[]>;
  readonly octets: ReadonlyMap<string, Uint8Array>;
}

export function memorySource({ folders, messages, octets }: Holdings): MemorySource {
  const asked: Asked = [];
  const acls = new Map<string, readonly AclEntry[]>();
  const fails = new Map<string, Error>();
  return {
    ...moving(asked, fails),
    asked,
    fails,
    acls,
    async *folders(besides) {
      asked.push(['folders', ...(besides?.looked === true ? ['looked'] : [])]);
      for (const one of folders) yield [besides?.access === true ? { ...one, access: acls.get(one.entryId) ?? acl } : one];
    },
    async *messages(entryId) {
      asked.push(['messages', entryId]);
      const all = messages.get(entryId) ?? [];
      for (let from = 0; from < all.length; from += 300) yield all.slice(from, from + 300);
    },
    async *export(wanted) {
      asked.push(['export', wanted.length]);
      for (const record of wanted) {
        const found = octets.get(record.entryId);
        const { entryId, folderEntryId } = record;
        const told: MessagePayload | BadMessage =
          found === undefined
            ? { record, kind: 'MissingItem', failure: 'it has gone' }
            : { entryId, folderEntryId, octets: Buffer.from(found) };
        yield [told];
      }
    },
    checkpoint: () => Promise.resolve('state 1'),
    async hierarchyChanges(since) {
      asked.push(['hierarchyChanges', since]);
      return { changed: folders.slice(0, 2), deleted: ['gone-folder'] };
    },
    async *messageChanges(entryId, since) {
      asked.push(['messageChanges', entryId, since]);
      yield { changed: (messages.get(entryId) ?? []).slice(0, 1), deleted: ['gone'], read: ['r'], unread: [] };
      yield { changed: [], deleted: [], read: [], unread: ['u'] };
    },
    async changedFolders(since) {
      asked.push(['changedFolders', since]);
      return folders.slice(1).map(({ entryId }) => entryId);
    },
    folderAcl: async (entryId) => {
      asked.push(['folderAcl', entryId]);
      return acls.get(entryId) ?? acl;
    },
    mailboxAcl: () => Promise.resolve([{ sid: principal.sid, name: null, rights: 0, right: 'FullAccess', isInherited: false }]),
    rules: () => Promise.resolve(Buffer.from('rules')),
  };
}

export interface MemoryDestination extends DestinationMailbox {
  readonly asked: Asked;
  readonly fails: Map<string, Error>;
  readonly written: Map<string, Uint8Array>;
}

export function memoryDestination(): MemoryDestination {
  const asked: Asked = [];
  const fails = new Map<string, Error>();
  const written = new Map<string, Uint8Array>();
  let state: string | null = null;
  let exists = false;
  return {
    ...moving(asked, fails),
    asked,
    fails,
    written,
    exists: () => Promise.resolve(exists),
    async create() {
      asked.push(['create']);
      exists = true;
    },
    async putFolders(folders) {
      asked.push(['putFolders', ...folders]);
    },
    async deleteFolders(ids) {
      asked.push(['deleteFolders', ...ids]);
    },
    async putMessages(messages) {
      asked.push(['putMessages', ...messages.map(({ entryId }) => entryId)]);
      for (const { entryId, octets } of messages) written.set(entryId, Buffer.from(octets));
      return messages.filter(({ entryId }) => entryId.startsWith('bad')).map(({ entryId }) => ({ entryId, failure: 'no room for it' }));
    },
    async deleteMessages(ids) {
      asked.push(['deleteMessages', ...ids]);
      for (const id of ids) written.delete(id);
    },
    async setRead(ids, isRead) {
      asked.push(['setRead', isRead, ...ids]);
    },
    async setFolderAcl(entryId, entries) {
      asked.push(['setFolderAcl', entryId, entries]);
    },
    async setMailboxAcl(entries) {
      asked.push(['setMailboxAcl', entries]);
    },
    async setRules(rules) {
      asked.push(['setRules', rules === null ? null : Buffer.from(rules).toString()]);
    },
    loadSyncState: () => Promise.resolve(state),
    async saveSyncState(told) {
      state = told;
    },
  };
}

/** A mailbox with a few folders, `count` messages in the Inbox, and one that has gone. */
export function holdings(count = 3, sizeOf: (index: number) => number = () => 100): Holdings {
  const folder = (entryId: string, more: Partial<FolderRecord> = {}): FolderRecord => ({
    entryId,
    parentEntryId: 'root',
    displayName: entryId,
    folderClass: 'IPF.Note',
    role: null,
    search: null,
    properties: { [propertyTag(0x3004, 'String')]: 'a <comment> & "more"', [propertyTag(0x3602, 'Integer')]: 3 },
    ...more,
  });
  const record = (entryId: string): MessageRecord => ({
    entryId,
    folderEntryId: 'inbox-id',
    isAssociated: false,
    messageClass: 'IPM.Note',
    subject: `Über ${entryId} ☃`,
    size: 100,
  });
  const ids = Array.from({ length: count }, (_, index) => `m${index}`);
  return {
    folders: [
      folder('root', { parentEntryId: null, folderClass: '', role: 'root' }),
      folder('inbox-id', { displayName: 'Inbox', role: 'inbox' }),
      folder('search', { search: '{"criteria":1}' }),
    ],
    messages: new Map([['inbox-id', [...ids, 'missing'].map(record)]]),
    octets: new Map(ids.map((id, index) => [id, Buffer.alloc(sizeOf(index), index % 256)])),
  };
}
