import { isListed, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { type DirectoryAnswer, type DirectoryRequest, type DirectoryRow, rowsAtOnce } from '../../shared/protocols/rpch/directory.ts';
import type { Visited } from '../../shared/service/admit.ts';
import type { RpcProxyContext } from './context.ts';

/** Answers what a client asks of the directory, in the form that stands here in place of NSPI. */
export async function answerDirectory(
  context: RpcProxyContext,
  { organization }: Pick<Visited, 'organization'>,
  request: DirectoryRequest,
): Promise<DirectoryAnswer> {
  const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
  const serverVersion = [major, minor, majorBuild, minorBuild].join('.');
  if (request.operation === 'ModProps') return { serverVersion, rows: [], isComplete: true, error: 'NotSupported' };
  const { after } = request;
  const directory = context.directory(organization.name);
  const listed = (await directory.all()).filter(isListed).toSorted((one, other) => (one.guid < other.guid ? -1 : 1));
  const behind = after === null ? listed : listed.filter(({ guid }) => guid > after);
  const rows = await Promise.all(behind.slice(0, rowsAtOnce).map(async (entry) => rowOf(entry, await directory.members(entry))));
  return { serverVersion, rows, isComplete: behind.length <= rowsAtOnce };
}

function rowOf(entry: Recipient, members: readonly Recipient[]): DirectoryRow {
  const { guid, type, displayName, alias, legacyDn, primaryAddress, addresses, targetAddress, details } = entry;
  return {
    ...{ guid, type, displayName, alias, legacyDn, primaryAddress, addresses, targetAddress, details },
    members: members.flatMap(({ primaryAddress: address }) => (address === '' ? [] : [address])),
  };
}
