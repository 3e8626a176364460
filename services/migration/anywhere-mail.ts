import { type AnywhereAccount, openInbox } from '../../shared/bridges/migration/anywhere-account.ts';
import { anywhereProblemOf } from '../../shared/bridges/migration/anywhere-problems.ts';
import {
  type AnywhereNotes,
  type AnywhereSkipped,
  type AnywhereSynced,
  syncAnywhere,
} from '../../shared/bridges/migration/anywhere-sync.ts';
import { localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { migrationBatches } from '../../shared/domain/migration/batches.ts';
import { migrationEndpoints } from '../../shared/domain/migration/endpoints.ts';
import { migrationUserOf } from '../../shared/domain/migration/migration-users.ts';
import { openCredential } from '../../shared/domain/migration/sealed-credential.ts';
import { initialDomain, type Organization } from '../../shared/domain/organization/organization.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { HeldConnection, HttpsCall } from '../../shared/net/dialer.ts';
import { askDirectory } from '../../shared/protocols/rpch/client.ts';
import { anywhereTexts } from './anywhere-texts.ts';
import type { MoverParts } from './context.ts';
import { hasReached } from './job/state.ts';
import type { Kind } from './kind.ts';
import { lineOf, type MoveLedger } from './ledger.ts';

/** Mailboxes behind an Outlook Anywhere, which are copied into mailboxes that are here: again and again, or once where they come in stages. */
export const anywhereMail: Kind = {
  carry(parts, organization, ledger, signal) {
    let session: Session | undefined;
    // Nothing is dialled before it is needed: a request that is removed needs nobody.
    const open = async (): Promise<Session> => {
      session ??= await openSession(parts, organization, ledger, signal);
      return session;
    };
    const inWords = <T>(work: (opened: Session) => Promise<T>): Promise<T> =>
      open()
        .then(work)
        .catch((error: unknown) => Promise.reject(problemOf(error, ledger, session)));
    return Promise.resolve({
      begin: () => inWords((opened) => begin(organization, ledger, opened)),
      sync: () => inWords((opened) => fill(parts, ledger, opened, signal)),
      // What a sync brings is usable at once, and the source stays as it is.
      complete: () => Promise.resolve(),
      release: () => Promise.resolve(),
      close: () => Promise.resolve(session?.connection.close()),
    });
  },
  undo: () => Promise.resolve(),
};

/** A mailbox of the source and the one that it is copied to. */
interface Session {
  /** One for all calls: its NTLM is proven once. */
  readonly connection: HeldConnection;
  readonly account: AnywhereAccount;
  readonly userName: string;
  /** The mailbox of the source. */
  readonly source: string;
  readonly person: Recipient;
  /** As it lies here. */
  readonly mailbox: Guid;
  readonly isStaged: boolean;
}

/** What the requests of this type keep. */
interface Notes {
  readonly folders: AnywhereNotes;
  /** Mail of the person is sent on from the source. */
  readonly isForwarded: boolean;
}

const notesOf = ({ state }: MoveLedger): Notes => (state.notes as Notes | undefined) ?? { folders: {}, isForwarded: false };

async function openSession(parts: MoverParts, organization: Organization, { request }: MoveLedger, signal: AbortSignal): Promise<Session> {
  const { store, directory, dialer } = parts;
  const { name } = organization;
  const person = await directory(name).byGuid(request.recipient);
  const mailbox = person === undefined ? null : localMailbox(person);
  if (person === undefined || mailbox === null) throw gone(`The mailbox of '${request.displayName}' is not there any more.`);
  const user = await migrationUserOf(store.read, name, request.guid);
  const batch = user === undefined ? undefined : await migrationBatches.find(store.read, name, user.batch);
  // Published: OfficeDocs-Support, "public-folders".
  if (user === undefined || batch?.value.type !== 'ExchangeOutlookAnywhere') throw gone("A subscription wasn't found for this user.");
  const endpoint = await migrationEndpoints.find(store.read, name, request.terms.endpoint ?? '');
  if (endpoint?.value.anywhere === undefined)
    throw gone(`The migration endpoint '${request.terms.endpoint ?? ''}' of this request is gone.`);
  const { remoteServer: proxy, anywhere } = endpoint.value;
  const credential = await openCredential(store.read, name, endpoint.value.guid, endpoint.value.credential);
  const { exchangeServer: server, authentication } = anywhere;
  const connection = dialer.hold();
  const calling = { dialer: { https: (call: HttpsCall) => connection.https(call) }, service: 'migration', organization: name, signal };
  return {
    connection,
    account: { ...calling, proxy, server, account: { is: 'account', ...credential }, authentication },
    ...{ userName: credential.userName, source: user.address, person, mailbox, isStaged: batch.value.way === 'Staged' },
  };
}

async function begin(organization: Organization, ledger: MoveLedger, { account, source, person, isStaged }: Session): Promise<void> {
  await openInbox(account, source);
  await ledger.enter({}, [anywhereTexts.connected(source, account.proxy)].map(lineOf));
  const notes = notesOf(ledger);
  if (!isStaged || notes.isForwarded) return;
  const initial = initialDomain(organization);
  const own = person.addresses.find((address) => /^smtp:/i.test(address) && address.toLowerCase().endsWith(`@${initial}`));
  const target = own?.slice('smtp:'.length) ?? '';
  const { error } = await askDirectory(account, { operation: 'ModProps', address: source, targetAddress: target });
  if (error !== undefined) throw permanent(anywhereTexts.notForwarded(source, target, error));
  await ledger.write({ state: { notes: { ...notes, isForwarded: true } }, lines: [anywhereTexts.forwarded(source, target)] });
}

async function fill(parts: MoverParts, ledger: MoveLedger, { account, source, mailbox }: Session, signal: AbortSignal): Promise<void> {
  const isFirst = !hasReached(ledger.state, 'seeded');
  if (isFirst) await ledger.write({ stage: 'copying' });
  const keep = async (folders: AnywhereNotes, { bytes, written }: AnywhereSynced): Promise<void> => {
    const { transferred } = ledger.request.progress;
    await ledger.write({ state: { notes: { ...notesOf(ledger), folders } }, octets: bytes });
    if (written > 0) await ledger.enter({ transferred: { count: transferred.count + written, bytes: transferred.bytes + bytes } }, []);
  };
  const skip = (item: AnywhereSkipped): Promise<void> => ledger.write({ skipped: [{ ...item, line: anywhereTexts.skipped(item) }] });
  const { folders: notes } = notesOf(ledger);
  const now = (): number => ledger.now();
  const done = await syncAnywhere({ store: parts.store, mailbox, account, source, notes, now, signal, keep, skip });
  const syncs = ledger.state.syncs + 1;
  const line = isFirst ? anywhereTexts.seeded(done) : anywhereTexts.synced(syncs, done);
  await ledger.write({ state: { reached: 'seeded', syncs }, ...(isFirst ? { stage: 'seeded' } : {}), lines: [line] });
}

/** What stops a request, in words for its administrator. */
function problemOf(error: unknown, ledger: MoveLedger, session: Session | undefined): unknown {
  const { remoteHost } = ledger.request.terms;
  const asked = { host: remoteHost, userName: session?.userName ?? '', mailbox: session?.source ?? ledger.request.displayName };
  const problem = anywhereProblemOf(error, asked);
  return problem === undefined ? error : stopped(problem.type, problem.message, problem.isTransient);
}

function gone(message: string): Refusal {
  return permanent(message);
}

function permanent(message: string): Refusal {
  return stopped('MigrationPermanentException', message, false);
}

function stopped(type: string, message: string, isTransient: boolean): Refusal {
  const values = { ExceptionType: type, Kind: isTransient ? 'Transient' : 'Permanent', Message: message, Side: 'Source' };
  return new Refusal('anywhere-problem', { detail: message, values });
}
