import { kindOf, type MoveRequest } from '../domain/migration/move-request.ts';
import { listMoveRequests } from '../domain/migration/move-requests.ts';
import { requestStatuses } from '../domain/migration/request-status.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, textGiven } from './given.ts';
import { resultLimit } from './move-request/result-size.ts';
import { statisticsOf } from './move-request-statistics.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const page = 500;

/** `Get-PublicFolderMailboxMigrationRequest`: what a batch of public folders has under way (New-MigrationBatch makes it). */
export const publicFolderMailboxMigrationRequest = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', BatchName: 'text', Name: 'text', Status: 'text', ResultSize: 'text', DomainController: 'text' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      if (identity !== undefined) return [shown(await requireRequest(scope, identity))];
      const [batch, name] = [textGiven(given, 'BatchName'), textGiven(given, 'Name')];
      const status = choiceGiven(given, 'Status', Object.keys(requestStatuses));
      const found = (await requests(scope)).filter(
        (one) =>
          (batch === undefined || same(one.terms.batch, batch)) &&
          (name === undefined || same(one.displayName, name)) &&
          (status === undefined || one.status === status),
      );
      return found.slice(0, resultLimit(given)).map(shown);
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** `Get-PublicFolderMailboxMigrationRequestStatistics <request> [-IncludeReport]`: with the properties of Get-MoveRequestStatistics. */
export const publicFolderMailboxMigrationRequestStatistics = {
  get: statisticsOf(requireRequest, ({ displayName }) => ({ Name: displayName, TargetMailbox: displayName })),
};

/** Those of an organisation; there is one at a time, but for those that are being removed. */
async function requests({ organization, transaction }: CmdletScope): Promise<readonly MoveRequest[]> {
  const found: MoveRequest[] = [];
  for (let after: MoveRequest['guid'] | undefined; ; ) {
    const filter = { after, limit: page };
    const portion = await transaction((tx) => listMoveRequests(tx, organization.name, filter));
    found.push(...portion.filter((one) => kindOf(one) === 'PublicFolder' && !one.terms.canceled));
    if (portion.length < page) return found;
    after = portion.at(-1)?.guid;
  }
}

/** By the name of its mailbox or its own GUID. The sentence is ours. */
async function requireRequest(scope: CmdletScope, identity: string): Promise<MoveRequest> {
  const found = (await requests(scope)).find(({ displayName, alias, guid, mailboxGuid }) =>
    [displayName, alias, guid, mailboxGuid ?? ''].some((name) => same(name, identity)),
  );
  if (found !== undefined) return found;
  throw cmdletRefusal('object-not-found', `There is no public folder mailbox migration request '${identity}'.`);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function shown(request: MoveRequest): CmdletObject {
  const { displayName, status, terms, guid, mailboxGuid, progress } = request;
  return {
    Name: displayName,
    TargetMailbox: displayName,
    Status: status,
    BatchName: terms.batch,
    Suspend: terms.suspend,
    PercentComplete: progress.percent,
    ExchangeGuid: mailboxGuid,
    RemoteHostName: terms.remoteHost,
    RequestGuid: guid,
    RequestQueue: progress.target?.database ?? null,
    Identity: guid,
    IsValid: true,
  };
}
