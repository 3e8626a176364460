import type {
  AclEntry,
  BadMessage,
  FolderDetails,
  FolderRecord,
  MailboxInformation,
  MailboxSize,
  MessageChanges,
  MessagePayload,
  MessageRecord,
  MovingRecipient,
  MovingStatus,
  Principal,
  RecipientConversion,
  SourceMailbox,
} from '../../../shared/bridges/migration/ports.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';

export const mailboxGuid = '00000000-0000-4000-8000-000000000001' as Guid;

interface Message {
  folder: string;
  text: string;
  isRead: boolean;
  changed: number;
  readChanged: number;
}

/** A mailbox in memory that its owner goes on using: what a move reads from. Everything that happens has a number. */
export class MemorySource implements SourceMailbox {
  readonly messagesById = new Map<string, Message>();
  /** Folders that say they are empty, whatever they hold. */
  readonly modest = new Set<string>();
  /** Whether it looks into folders where that is asked for; else they are told as they say themselves. */
  looks = true;
  readonly foldersById = new Map<string, { name: string; parent: string | null; changed: number }>();
  readonly deletions: { number: number; id: string; folder: string }[] = [];
  readonly folderDeletions: { number: number; id: string }[] = [];
  readonly acls = new Map<string, readonly AclEntry[]>();
  principals: readonly Principal[] = [];
  readonly bad = new Map<string, 'CorruptItem' | 'LargeItem'>();
  /** Called before every call of the move. */
  before: (call: string) => void = () => {};
  transit: MovingStatus = 'None';
  isActive = true;
  exists = true;
  #number = 0;
  #ids = 0;

  constructor() {
    this.foldersById.set('root', { name: 'Root', parent: null, changed: this.#next() });
  }

  get isLocked(): boolean {
    return this.transit === 'Locked' || this.transit === 'Flipping';
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }

  #owner(): void {
    if (this.isLocked || !this.isActive) throw new Error('locked');
  }

  addFolder(parent: string): string {
    this.#owner();
    this.#ids += 1;
    const id = `folder-${this.#ids}`;
    this.foldersById.set(id, { name: id, parent, changed: this.#next() });
    return id;
  }

  removeFolder(id: string): void {
    this.#owner();
    for (const [child, { parent }] of this.foldersById) if (parent === id) this.removeFolder(child);
    for (const [message, { folder }] of this.messagesById) if (folder === id) this.remove(message);
    this.foldersById.delete(id);
    this.folderDeletions.push({ number: this.#next(), id });
  }

  add(folder: string, text: string): string {
    this.#owner();
    this.#ids += 1;
    const id = `message-${this.#ids}`;
    this.messagesById.set(id, { folder, text, isRead: false, changed: this.#next(), readChanged: 0 });
    return id;
  }

  change(id: string, text: string): void {
    this.#owner();
    Object.assign(this.#message(id), { text, changed: this.#next() });
  }

  read(id: string, isRead: boolean): void {
    this.#owner();
    Object.assign(this.#message(id), { isRead, readChanged: this.#next() });
  }

  /** A message keeps its entry id when it moves. */
  move(id: string, folder: string): void {
    this.#owner();
    const message = this.#message(id);
    this.deletions.push({ number: this.#next(), id, folder: message.folder });
    Object.assign(message, { folder, changed: this.#next() });
  }

  remove(id: string): void {
    this.#owner();
    this.deletions.push({ number: this.#next(), id, folder: this.#message(id).folder });
    this.messagesById.delete(id);
  }

  #message(id: string): Message {
    const found = this.messagesById.get(id);
    if (found === undefined) throw new Error(`no message ${id}`);
    return found;
  }

  /** `path: text, read`, as both ends are compared. */
  contents(): readonly string[] {
    return [...this.messagesById].map(([id, { folder, text, isRead }]) => `${id} ${folder} ${text} ${isRead}`).sort();
  }

  async information(): Promise<MailboxInformation> {
    this.before('information');
    return informationOf(this.messagesById.size);
  }
  async recipient(): Promise<MovingRecipient> {
    this.before('recipient');
    return movingRecipient(this.isActive ? 'UserMailbox' : 'MailUser');
  }
  async setInTransit(status: MovingStatus): Promise<void> {
    this.before('setInTransit');
    if (status === 'Flipping' && !this.isLocked) throw new Error('a lock that has ended is kept');
    this.transit = status;
  }
  async convertRecipient({ operation }: RecipientConversion) {
    this.before('convertRecipient');
    if (operation !== 'MorphToMailUser') throw new Error(operation);
    this.isActive = false;
    return { recipient: movingRecipient('MailUser'), server: 'dc.contoso.test', warnings: [] };
  }
  async resolvePrincipals(sids: readonly string[]): Promise<readonly Principal[]> {
    this.before('resolvePrincipals');
    return this.principals.filter(({ sid }) => sids.includes(sid));
  }
  async deleteMailbox(): Promise<void> {
    this.before('deleteMailbox');
    if (this.isActive) throw new Error('an active mailbox is deleted');
    this.exists = false;
  }
  async close(): Promise<void> {
    if (this.transit === 'SyncSource') this.transit = 'None';
  }

  async *folders(besides: FolderDetails = {}): AsyncGenerator<readonly FolderRecord[]> {
    this.before('folders');
    yield [...this.foldersById.keys()].map((id) => this.#folder(id, besides));
  }
  #folder(id: string, { looked = false }: FolderDetails = {}): FolderRecord {
    const { name, parent } = this.foldersById.get(id) ?? { name: id, parent: null };
    const role = id === 'root' ? 'root' : null;
    const items = [...this.messagesById.values()].filter(({ folder }) => folder === id).length;
    const isTold = (looked && this.looks) || !this.modest.has(id);
    const properties = { [tags.contentCount]: isTold ? items : 0, [tags.associatedContentCount]: 0 };
    return { entryId: id, parentEntryId: parent, displayName: name, folderClass: '', role, search: null, properties };
  }
  async *messages(folder: string): AsyncGenerator<readonly MessageRecord[]> {
    this.before('messages');
    const all = [...this.messagesById].filter(([, one]) => one.folder === folder).map(([id]) => id);
    for (let first = 0; first < all.length; first += 3) {
      yield all.slice(first, first + 3).flatMap((id) => this.#record(id));
      this.before('messages');
    }
  }
  #record(id: string): MessageRecord[] {
    const message = this.messagesById.get(id);
    if (message === undefined) return [];
    const { folder, text } = message;
    return [{ entryId: id, folderEntryId: folder, isAssociated: false, messageClass: 'IPM.Note', subject: text, size: text.length }];
  }
  async *export(messages: readonly MessageRecord[]): AsyncGenerator<readonly (MessagePayload | BadMessage)[]> {
    for (let first = 0; first < messages.length; first += 2) {
      this.before('export');
      yield messages.slice(first, first + 2).map((record): MessagePayload | BadMessage => {
        const message = this.messagesById.get(record.entryId);
        if (message === undefined) return { record, kind: 'MissingItem', failure: 'not there' };
        const bad = this.bad.get(record.entryId);
        if (bad !== undefined) return { record, kind: bad, failure: 'broken' };
        return { entryId: record.entryId, folderEntryId: message.folder, octets: Buffer.from(JSON.stringify(message)) };
      });
    }
  }
  async checkpoint(): Promise<string> {
    this.before('checkpoint');
    return String(this.#number);
  }
  async hierarchyChanges(since: string) {
    this.before('hierarchyChanges');
    const changed = [...this.foldersById].filter(([, one]) => one.changed > Number(since)).map(([id]) => this.#folder(id));
    return { changed, deleted: this.folderDeletions.filter(({ number }) => number > Number(since)).map(({ id }) => id) };
  }
  async *messageChanges(folder: string, since: string): AsyncGenerator<MessageChanges> {
    this.before('messageChanges');
    const from = Number(since);
    const here = [...this.messagesById].filter(([, one]) => one.folder === folder);
    const deleted = this.deletions.filter(
      (one) => one.number > from && one.folder === folder && this.messagesById.get(one.id)?.folder !== folder,
    );
    const readOnly = here.filter(([, one]) => one.changed <= from && one.readChanged > from);
    yield {
      changed: here.filter(([, one]) => one.changed > from).flatMap(([id]) => this.#record(id)),
      deleted: deleted.map(({ id }) => id),
      read: readOnly.filter(([, { isRead }]) => isRead).map(([id]) => id),
      unread: readOnly.filter(([, { isRead }]) => !isRead).map(([id]) => id),
    };
  }
  async changedFolders(since: string): Promise<readonly string[]> {
    this.before('changedFolders');
    const from = Number(since);
    const deleted = this.deletions.filter(({ number }) => number > from).map(({ folder }) => folder);
    const changed = [...this.messagesById.values()]
      .filter((one) => one.changed > from || one.readChanged > from)
      .map(({ folder }) => folder);
    return [...new Set([...deleted, ...changed])].filter((id) => this.foldersById.has(id));
  }
  async folderAcl(folder: string): Promise<readonly AclEntry[]> {
    this.before('folderAcl');
    return this.acls.get(folder) ?? [];
  }
  async mailboxAcl(): Promise<readonly AclEntry[]> {
    this.before('mailboxAcl');
    return this.acls.get('') ?? [];
  }
  async rules(): Promise<Uint8Array | null> {
    this.before('rules');
    return null;
  }
}

/** What a network or a process that dies looks like to a job. */
export function cut(): Refusal {
  return new Refusal('CommunicationErrorTransientException', { detail: 'cut' });
}

export function informationOf(items: number): MailboxInformation {
  const size: MailboxSize = { items, bytes: 0, deletedItems: 0, deletedBytes: 0, associatedItems: 0, associatedBytes: 0 };
  return {
    ...{ mailboxGuid, kind: 'primary', displayName: 'Mary', legacyDn: '/o=Contoso/cn=mary', server: 'mb1', serverVersion: '15.2.1544.11' },
    ...{ database: 'DB1', databaseGuid: mailboxGuid, quota: null, size },
  };
}

export function movingRecipient(type: string): MovingRecipient {
  return {
    ...{ objectGuid: mailboxGuid, type, displayName: 'Mary', alias: 'mary', primaryAddress: 'mary@contoso.test', addresses: [] },
    ...{ targetAddress: null, legacyDn: '/o=Contoso/cn=mary', exchangeGuid: mailboxGuid, archiveGuid: null, sid: 'S-1-5-21-1-2-3-1001' },
  };
}
