import type { DestinationMailbox, MailboxKind, Principal, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import { openRemoteDestination } from '../../shared/bridges/migration/remote-destination.ts';
import type { RemoteEnd } from '../../shared/bridges/migration/remote-mailbox.ts';
import { openRemoteSource } from '../../shared/bridges/migration/remote-source.ts';
import { openStoreDestination } from '../../shared/bridges/migration/store-destination.ts';
import type { MoveGround } from '../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../shared/bridges/migration/store-source.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import { migrationEndpoints } from '../../shared/domain/migration/endpoints.ts';
import type { MoveRequest, RemoteCredential } from '../../shared/domain/migration/move-request.ts';
import { openCredential } from '../../shared/domain/migration/sealed-credential.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { readBlob } from '../../shared/store/blob.ts';
import type { MoverParts } from './context.ts';
import { type ProxyCaller, proxyEndpoint } from './endpoint.ts';
import type { Pair } from './job/job.ts';
import { mailboxText } from './job/texts.ts';
import { askingDestination, askingSource, databaseOfRequest } from './own-databases.ts';
import { unreachedSource } from './unreached-source.ts';

/** What both ends of whatever is moved stand on. */
export type EndParts = Omit<MoverParts, 'open' | 'discard' | 'publicFolders'> & Pick<ProxyCaller, 'dialer'> & { readonly seams: Seams };

/** The mailboxes of a move on the wire and on the store: of a pull the source lies elsewhere, of a push the target. */
export function openEnds(parts: EndParts): MoverParts['open'] {
  return async (organization, request, signal, isTargetInUse) => {
    const person = await personOf(parts, request);
    const credential = await credentialOf(parts, request);
    const endpoint = proxyEndpoint(parts, organization, request, credential, signal);
    const opened: Pair[] = [];
    try {
      for (const kind of kindsOf(request)) {
        const mailboxGuid = person.exchangeGuid;
        const remote: RemoteEnd = { ...endpoint, mailboxGuid, kind, archiveGuid: request.archiveGuid, move: request.guid };
        opened.push(await openPair(parts, organization, request, remote, isTargetInUse));
      }
      return opened;
    } catch (error) {
      for (const { source, destination } of opened) for (const end of [source, destination]) await end.close();
      throw error;
    }
  };
}

/** Removes the copy of a pull that is not in use yet. */
export function discardCopies(parts: EndParts): MoverParts['discard'] {
  return async (organization, request) => {
    const person = await parts.directory(organization.name).byGuid(request.recipient);
    if (request.direction !== 'Pull' || person === undefined || person.exchangeGuid === null) return;
    for (const kind of kindsOf(request)) {
      const own = { mailboxGuid: person.exchangeGuid, kind, holder: request.guid };
      const copy = await openStoreDestination(groundOf(parts, organization), own);
      if (await copy.exists()) await copy.deleteMailbox();
    }
  };
}

/** Our own side. */
export function groundOf({ store, identifiers, clock, directory }: EndParts, organization: Organization): MoveGround {
  const { name } = organization;
  return {
    ...{ store, organization, identifiers, directory: directory(name), blobs: (hash) => readBlob(store.read, hash) },
    now: () => clock.now(name),
  };
}

async function openPair(
  parts: EndParts,
  organization: Organization,
  request: MoveRequest,
  remote: RemoteEnd,
  isTargetInUse: boolean,
): Promise<Pair> {
  const { direction, guid } = request;
  const { mailboxGuid, kind } = remote;
  const ask = databaseOfRequest(parts.seams, organization, request);
  // One that is behind is told at once, not when there is something to write.
  await ask(direction === 'Pull' ? 'write' : 'read');
  const ground = groundOf(parts, organization);
  const own = { mailboxGuid, kind, holder: guid };
  const isPull = direction === 'Pull';
  // Our own end first: what is wrong with it costs no call.
  const { source, destination }: { readonly source: SourceMailbox; readonly destination: DestinationMailbox } = isPull
    ? {
        destination: askingDestination(await openStoreDestination(ground, own), ask),
        source: await openedSource(onSide('Source', openRemoteSource(remote)), isTargetInUse),
      }
    : { source: askingSource(await openStoreSource(ground, own), ask), destination: await onSide('Target', openRemoteDestination(remote)) };
  const mailbox = kind === 'archive' ? (remote.archiveGuid ?? mailboxGuid) : mailboxGuid;
  return {
    ...{ kind, mailbox, name: mailboxText(mailbox, kind), source, destination },
    match: (principals) => (isPull ? matchHere(ground.directory, principals) : matchThere(destination, principals)),
  };
}

/** Tells a report on which side it was that could not be opened. */
export async function onSide<T>(side: 'Source' | 'Target', opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof Refusal) || error.values['Side'] !== undefined) throw error;
    const { code, detail, values } = error;
    throw new Refusal(code, { ...(detail === undefined ? {} : { detail }), values: { ...values, Side: side } });
  }
}

/** Whoever has the target in use does not wait for his old mailbox for ever. */
export async function openedSource(opening: Promise<SourceMailbox>, isTargetInUse: boolean): Promise<SourceMailbox> {
  try {
    return await opening;
  } catch (error) {
    if (!isTargetInUse || !(error instanceof Refusal)) throw error;
    return unreachedSource(error);
  }
}

function kindsOf({ parts, archiveGuid }: MoveRequest): readonly MailboxKind[] {
  if (parts === 'ArchiveOnly') return ['archive'];
  return parts === 'PrimaryAndArchive' && archiveGuid !== null ? ['primary', 'archive'] : ['primary'];
}

/** By their legacyExchangeDN as X500 addresses, which directory synchronisation brings; never by SID. */
export async function matchHere(directory: Directory, principals: readonly Principal[]): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  for (const { legacyDn } of principals) found.push((await directory.byLegacyDn(legacyDn))?.sid ?? null);
  return found;
}

/** The proxy is asked by SID, which synchronised people have on both sides, and what it knows is held against their legacyExchangeDNs. */
async function matchThere(destination: DestinationMailbox, principals: readonly Principal[]): Promise<readonly (string | null)[]> {
  const there = await destination.resolvePrincipals(principals.map(({ sid }) => sid));
  const isSame = (one: Principal, other: Principal): boolean => {
    const names = (principal: Principal): readonly string[] =>
      [principal.legacyDn, ...principal.proxies.flatMap((proxy) => (/^x500:/i.test(proxy) ? [proxy.slice('x500:'.length)] : []))].map(
        (name) => name.toLowerCase(),
      );
    return names(one).some((name) => name !== '' && names(other).includes(name));
  };
  return principals.map((principal) => there.find((one) => isSame(principal, one))?.sid ?? null);
}

/** Whose mailbox a request is about. Refuses with `RecipientNotFoundPermanentException`. */
export async function personOf(
  { directory }: EndParts,
  { organization, recipient, displayName }: MoveRequest,
): Promise<Recipient & { exchangeGuid: Guid }> {
  const person = await directory(organization).byGuid(recipient);
  if (person === undefined || person.exchangeGuid === null) {
    const message = `The person of this request, '${displayName}', is not in the directory any more, or has no mailbox GUID.`;
    throw new Refusal('RecipientNotFoundPermanentException', { detail: message, values: { Message: message } });
  }
  return { ...person, exchangeGuid: person.exchangeGuid };
}

/** The request's own account, else that of its endpoint as it is now. */
export async function credentialOf({ store }: EndParts, { organization, recipient, terms }: MoveRequest): Promise<RemoteCredential> {
  if (terms.credential !== null) return openCredential(store.read, organization, recipient, terms.credential);
  const found = terms.endpoint === null ? undefined : await migrationEndpoints.find(store.read, organization, terms.endpoint);
  if (found !== undefined) return openCredential(store.read, organization, found.value.guid, found.value.credential);
  const message = `The migration endpoint '${terms.endpoint ?? ''}' of this request is gone.`;
  throw new Refusal('MigrationEndpointNotFoundPermanentException', { detail: message, values: { Message: message } });
}
