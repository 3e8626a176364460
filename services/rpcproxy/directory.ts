import { assignmentsHeld } from '../../shared/bridges/access/role-holders.ts';
import { isSmtpAddress } from '../../shared/domain/directory/proxy-addresses.ts';
import { isListed, localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { readRecipients, updateRecipient } from '../../shared/domain/directory/recipients.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import {
  type DirectoryAnswer,
  type DirectoryError,
  type DirectoryRequest,
  type DirectoryRow,
  rowsAtOnce,
} from '../../shared/protocols/rpch/directory.ts';
import type { Visited } from '../../shared/service/admit.ts';
import type { RpcProxyContext } from './context.ts';

/** Who asks, and when. */
interface Asking {
  /** Object GUID. */
  readonly caller: Guid;
  readonly instant: Instant;
}

/** Answers what a client asks of the directory, in the form that stands here in place of NSPI. */
export async function answerDirectory(
  context: RpcProxyContext,
  { organization, settings }: Visited,
  { caller, instant }: Asking,
  request: DirectoryRequest,
): Promise<DirectoryAnswer> {
  const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
  const serverVersion = [major, minor, majorBuild, minorBuild].join('.');
  const done = { serverVersion, rows: [], isComplete: true };
  if (request.operation === 'ModProps') {
    const error = await sendOn(context, { organization, settings }, { caller, instant }, request);
    return error === undefined ? done : { ...done, error };
  }
  const { after } = request;
  const directory = context.directory(organization.name);
  const listed = (await directory.all()).filter(isListed).toSorted((one, other) => (one.guid < other.guid ? -1 : 1));
  const behind = after === null ? listed : listed.filter(({ guid }) => guid > after);
  const rows = await Promise.all(behind.slice(0, rowsAtOnce).map(async (entry) => rowOf(entry, await directory.members(entry))));
  return { serverVersion, rows, isComplete: behind.length <= rowsAtOnce };
}

/** The role by which one changes where mail goes: Organization Management and Recipient Management have it at first. */
const role = 'Mail Recipients';

/** Writes targetAddress of a mailbox, where the product lets it be written and the caller may. */
async function sendOn(
  { store, directory: directoryOf }: RpcProxyContext,
  { organization, settings }: Visited,
  { caller, instant }: Asking,
  { address, targetAddress }: Extract<DirectoryRequest, { operation: 'ModProps' }>,
): Promise<DirectoryError | undefined> {
  if (!profileOf(organization.product).targetAddressWritable) return 'NotSupported';
  const directory = directoryOf(organization.name);
  const held = await assignmentsHeld(caller, { organization, settings, directory });
  if (!held.some(({ Role }) => Role === role)) return 'AccessDenied';
  const person = await directory.byAddress(address);
  if (person === undefined || localMailbox(person) === null) return 'NotFound';
  if (targetAddress !== null && !isSmtpAddress(targetAddress)) return 'NotFound';
  await store.transaction(async (tx) => {
    const [current] = await readRecipients(tx, organization.name, [person.guid]);
    if (current !== undefined) await updateRecipient(tx, { ...current, targetAddress }, instant);
  });
  return undefined;
}

function rowOf(entry: Recipient, members: readonly Recipient[]): DirectoryRow {
  const { guid, type, displayName, alias, legacyDn, primaryAddress, addresses, targetAddress, details } = entry;
  return {
    ...{ guid, type, displayName, alias, legacyDn, primaryAddress, addresses, targetAddress, details },
    members: members.flatMap(({ primaryAddress: address }) => (address === '' ? [] : [address])),
  };
}
