import { readExcluded } from '../../shared/bridges/migration/imap-exclude.ts';
import { accountPrefix } from '../../shared/bridges/migration/imap-keys.ts';
import { imapProblemOf } from '../../shared/bridges/migration/imap-problems.ts';
import { type ImapEvent, imapLimits, syncImap } from '../../shared/bridges/migration/imap-sync.ts';
import { localMailbox } from '../../shared/domain/directory/recipient.ts';
import { countMoved } from '../../shared/domain/mailbox/moved-entries.ts';
import { migrationBatches } from '../../shared/domain/migration/batches.ts';
import { type ImapServer, migrationEndpoints } from '../../shared/domain/migration/endpoints.ts';
import { migrationUserOf } from '../../shared/domain/migration/migration-users.ts';
import { openPassword } from '../../shared/domain/migration/sealed-password.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { ImapLink } from '../../shared/net/imap-dial.ts';
import type { MoverParts } from './context.ts';
import { imapTexts } from './imap-texts.ts';
import { hasReached } from './job/state.ts';
import type { Kind } from './kind.ts';
import { lineOf, type MoveLedger, markedLine } from './ledger.ts';

/** Mail of an IMAP account, which comes into a mailbox that is there; again and again until somebody ends it. What has come stays. */
export const imapMail: Kind = {
  carry(parts, organization, ledger, signal) {
    // Nothing is dialled before it is needed: a request that is removed needs nobody.
    let session: Session | undefined;
    const open = async (): Promise<Session> => {
      session ??= await openSession(parts, organization, ledger);
      return session;
    };
    const inWords = <T>(work: () => Promise<T>): Promise<T> => work().catch((error) => Promise.reject(problemOf(error, ledger)));
    return Promise.resolve({
      begin: () => inWords(async () => ledger.enter({}, beginning(ledger, await open()))),
      sync: () => inWords(async () => syncAccount(parts, ledger, await open(), signal)),
      // What a sync brings is usable at once: there is nothing more to do.
      complete: () => Promise.resolve(),
      release: () => Promise.resolve(),
      close: () => Promise.resolve(session?.link.close()),
    });
  },
  undo: () => Promise.resolve(),
};

/** An account with its mailbox. */
interface Session {
  readonly link: ImapLink;
  readonly mailbox: Guid;
  readonly account: { readonly host: string; readonly userName: string };
  readonly root: string | null;
  readonly excludeFolders: readonly string[];
}

/** From the name's resolution to the end of the sign-in: the published time of endpoints. */
const timeoutMs = 15_000;
/** Without an octet from the server; machine time. */
const idleMs = 120_000;

async function openSession(parts: MoverParts, organization: Organization, { request }: MoveLedger): Promise<Session> {
  const { store, directory, imap } = parts;
  const { name } = organization;
  const person = await directory(name).byGuid(request.recipient);
  const mailbox = person === undefined ? null : localMailbox(person);
  if (mailbox === null) throw gone(`The mailbox of '${request.displayName}' is not there any more.`);
  const user = await migrationUserOf(store.read, name, request.guid);
  const batch = user === undefined ? undefined : await migrationBatches.find(store.read, name, user.batch);
  // Published: OfficeDocs-Support, "public-folders".
  if (user?.imap === undefined || batch?.value.type !== 'IMAP') throw gone("A subscription wasn't found for this user.");
  const endpoint = await migrationEndpoints.find(store.read, name, request.terms.endpoint ?? '');
  if (endpoint?.value.imap === undefined) throw gone(`The migration endpoint '${request.terms.endpoint ?? ''}' of this request is gone.`);
  const { remoteServer: host, imap: server } = endpoint.value;
  const { userName, root, sealed } = user.imap;
  const signIn = { userName, password: await openPassword(store.read, name, user.guid, sealed) };
  const link = await imap({ ...callOf(host, server), service: 'migration', organization: name, signIn, timeoutMs, idleMs });
  return { link, mailbox, account: { host, userName }, root, excludeFolders: batch.value.excludeFolders };
}

function callOf(host: string, { port, security }: ImapServer): Pick<Parameters<MoverParts['imap']>[0], 'host' | 'port' | 'security'> {
  return { host, port, security };
}

function beginning({ state }: MoveLedger, { account }: Session): readonly ReturnType<typeof lineOf>[] {
  const connected = imapTexts.connected(account.userName, account.host);
  return (hasReached(state, 'seeded') ? [connected] : [imapTexts.started, connected]).map(lineOf);
}

/** What the requests of this type keep. */
interface ImapNotes {
  /** Keys of messages that were left out and told of. */
  readonly left: readonly string[];
}

/** Messages that a request may leave out: each is kept in mind, not to be told of again. */
const mostLeft = 10_000;

async function syncAccount(parts: MoverParts, ledger: MoveLedger, session: Session, signal: AbortSignal): Promise<void> {
  const { link, mailbox, account, root, excludeFolders } = session;
  const isFirst = !hasReached(ledger.state, 'seeded');
  if (isFirst) await ledger.write({ stage: 'hierarchy' });
  const notes = (): ImapNotes => (ledger.state.notes as ImapNotes | undefined) ?? { left: [] };
  const counts = { items: 0, bytes: 0, written: 0, totalItems: 0, totalBytes: 0 };
  const tell = async (event: ImapEvent): Promise<void> => {
    switch (event.what) {
      case 'listed':
        Object.assign(counts, { items: event.done.count, bytes: event.done.bytes });
        Object.assign(counts, { totalItems: event.total.count, totalBytes: event.total.bytes });
        await ledger.enter({ total: event.total }, event.beyond > 0 ? [markedLine('Warning', imapTexts.beyond(event.beyond))] : []);
        if (isFirst) await ledger.write({ stage: 'enumerating', lines: [imapTexts.listed(event.folders, event.total)] });
        return;
      case 'folder-refused':
        return ledger.enter({}, [markedLine('Warning', imapTexts.folderRefused(event.path, event.reason))]);
      case 'written': {
        counts.items += event.amount.count;
        counts.bytes += event.amount.bytes;
        counts.written += event.amount.count;
        const { items, bytes, totalItems, totalBytes } = counts;
        const seeding = isFirst ? ({ stage: 'copying', amounts: { items, bytes, totalItems, totalBytes } } as const) : {};
        return ledger.write({ ...seeding, state: {}, octets: event.amount.bytes });
      }
      case 'left': {
        const { key, kind, folder, subject, size, failure } = event;
        if (notes().left.length >= mostLeft) throw tooManyLeft();
        const skipped = { kind, entryId: key, folder, subject, messageClass: 'IPM.Note', size, failure };
        const line = imapTexts.left(skipped);
        return ledger.write({ state: { notes: { left: [...notes().left, key] } }, lines: [line], skipped: [{ ...skipped, line }] });
      }
    }
  };
  const excluded = excludeFolders.flatMap((name) => readExcluded(name) ?? []);
  const left = new Set(notes().left);
  const now = (): number => ledger.now();
  await syncImap(link, { store: parts.store, mailbox, account, root, excluded, limits: imapLimits, left, isFirst, now, signal, tell });
  await ledger.write({ state: { reached: 'seeded', syncs: ledger.state.syncs + 1 }, ...(isFirst ? { stage: 'seeded' } : {}) });
  const count = await countMoved(parts.store.read, mailbox, accountPrefix(account));
  const { transferred, bytesTransferred } = ledger.request.progress;
  const done = isFirst ? imapTexts.seeded(count) : imapTexts.synced(ledger.state.syncs, counts.written);
  await ledger.enter({ transferred: { count, bytes: Math.max(transferred.bytes, bytesTransferred) } }, [lineOf(done)]);
}

/** What stops the request, in words for its administrator; what it has stopped by itself stays as it is. */
function problemOf(error: unknown, { request }: MoveLedger): unknown {
  if (error instanceof Refusal && own.has(error.code)) return error;
  const problem = imapProblemOf(error, request.terms.remoteHost);
  if (problem === undefined) return error;
  const { message, side, isTransient, backoffMs } = problem;
  const type = isTransient ? 'MigrationTransientException' : 'MigrationPermanentException';
  return new Refusal('imap-problem', {
    detail: message,
    values: {
      ...{ ExceptionType: type, Kind: isTransient ? 'Transient' : 'Permanent', Message: message, Side: side },
      ...(backoffMs === null ? {} : { DelayMs: String(backoffMs) }),
    },
  });
}

const own: ReadonlySet<string> = new Set(['interrupted', 'lease-lost', 'too-many-skipped', 'request-gone']);

function gone(message: string): Refusal {
  return new Refusal('request-gone', { detail: message, values: { ExceptionType: 'MigrationPermanentException', Message: message } });
}

function tooManyLeft(): Refusal {
  const message = `More than ${mostLeft} messages of the account cannot be copied.`;
  return new Refusal('too-many-skipped', {
    detail: message,
    values: { ExceptionType: 'TooManyBadItemsPermanentException', Message: message },
  });
}
