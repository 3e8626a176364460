import type {
  AclEntry,
  DestinationMailbox,
  FolderRecord,
  MailboxInformation,
  MessagePayload,
  MessageRecord,
  MovingRecipient,
  MovingStatus,
  Principal,
  RecipientConversion,
} from '../../../shared/bridges/migration/ports.ts';
import { informationOf, movingRecipient } from './memory-mailboxes.ts';

/** A mailbox in memory that is written. */
export class MemoryDestination implements DestinationMailbox {
  readonly written = new Map<string, { folder: string; text: string; isRead: boolean }>();
  readonly foldersById = new Set<string>();
  readonly acls = new Map<string, readonly AclEntry[]>();
  principals: readonly Principal[] = [];
  before: (call: string) => void = () => {};
  after: (call: string) => void = () => {};
  transit = 'None';
  isMade = false;
  isActive = false;
  syncState: string | null = null;

  contents(): readonly string[] {
    return [...this.written].map(([id, { folder, text, isRead }]) => `${id} ${folder} ${text} ${isRead}`).sort();
  }
  async #call<T>(name: string, work: () => T): Promise<T> {
    this.before(name);
    const result = work();
    this.after(name);
    return result;
  }
  #write<T>(name: string, work: () => T): Promise<T> {
    return this.#call(name, () => {
      if (this.isActive) throw new Error(`${name} to a mailbox that is in use`);
      return work();
    });
  }
  information(): Promise<MailboxInformation> {
    return this.#call('information', () => informationOf(this.written.size));
  }
  recipient(): Promise<MovingRecipient> {
    return this.#call('recipient', () => movingRecipient(this.isActive ? 'UserMailbox' : 'MailUser'));
  }
  setInTransit(status: MovingStatus): Promise<void> {
    return this.#call('setInTransit', () => {
      this.transit = status;
    });
  }
  convertRecipient({ operation }: RecipientConversion) {
    return this.#call('convertRecipient', () => {
      if (operation !== 'MorphToMailbox') throw new Error(operation);
      this.isActive = true;
      return { recipient: movingRecipient('UserMailbox'), server: 'dc.cloud.test', warnings: [] };
    });
  }
  resolvePrincipals(sids: readonly string[]): Promise<readonly Principal[]> {
    return this.#call('resolvePrincipals', () => this.principals.filter(({ sid }) => sids.includes(sid)));
  }
  match(principals: readonly Principal[]): Promise<readonly (string | null)[]> {
    return this.#call('match', () =>
      principals.map(({ legacyDn }) => this.principals.find(({ proxies }) => proxies.includes(`X500:${legacyDn}`))?.sid ?? null),
    );
  }
  deleteMailbox(): Promise<void> {
    return this.#call('deleteMailbox', () => {
      if (this.isActive) throw new Error('an active mailbox is deleted');
      this.isMade = false;
      this.written.clear();
      this.foldersById.clear();
      this.syncState = null;
    });
  }
  async close(): Promise<void> {}
  exists(): Promise<boolean> {
    return this.#call('exists', () => this.isMade && !this.isActive);
  }
  create(): Promise<void> {
    return this.#call('create', () => {
      this.isMade = true;
    });
  }
  putFolders(folders: readonly FolderRecord[]): Promise<void> {
    return this.#write('putFolders', () => {
      for (const { entryId, parentEntryId } of folders) {
        if (parentEntryId !== null && !this.foldersById.has(parentEntryId)) throw new Error(`${entryId} before its parent`);
        this.foldersById.add(entryId);
      }
    });
  }
  deleteFolders(ids: readonly string[]): Promise<void> {
    return this.#write('deleteFolders', () => {
      for (const id of ids) {
        this.foldersById.delete(id);
        for (const [message, { folder }] of this.written) if (folder === id) this.written.delete(message);
      }
    });
  }
  putMessages(messages: readonly MessagePayload[]) {
    return this.#write('putMessages', () => {
      for (const { entryId, folderEntryId, octets } of messages) {
        if (!this.foldersById.has(folderEntryId)) throw new Error(`${entryId} before its folder ${folderEntryId}`);
        const { text, isRead } = JSON.parse(Buffer.from(octets).toString()) as { text: string; isRead: boolean };
        this.written.set(entryId, { folder: folderEntryId, text, isRead });
      }
      return [];
    });
  }
  deleteMessages(ids: readonly string[]): Promise<void> {
    return this.#write('deleteMessages', () => {
      for (const id of ids) this.written.delete(id);
    });
  }
  setRead(ids: readonly string[], isRead: boolean): Promise<void> {
    return this.#write('setRead', () => {
      for (const id of ids) {
        const message = this.written.get(id);
        if (message !== undefined) message.isRead = isRead;
      }
    });
  }
  setFolderAcl(folder: string, entries: readonly AclEntry[]): Promise<void> {
    return this.#call('setFolderAcl', () => void this.acls.set(folder, entries));
  }
  setMailboxAcl(entries: readonly AclEntry[]): Promise<void> {
    return this.#call('setMailboxAcl', () => void this.acls.set('', entries));
  }
  setRules(): Promise<void> {
    return this.#write('setRules', () => {});
  }
  differing(folder: string, messages: readonly MessageRecord[]): Promise<readonly string[]> {
    return this.#call('differing', () =>
      messages
        .filter(({ entryId, size }) => {
          const here = this.written.get(entryId);
          return here?.folder !== folder || here.text.length !== size;
        })
        .map(({ entryId }) => entryId),
    );
  }
  loadSyncState(): Promise<string | null> {
    return this.#call('loadSyncState', () => this.syncState);
  }
  saveSyncState(state: string | null): Promise<void> {
    return this.#call('saveSyncState', () => {
      this.syncState = state;
    });
  }
}
