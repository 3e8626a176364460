import type { ShownValue } from '../../shared/cmdlets/cmdlet.ts';
import type { AdminClient } from './admin-client.ts';
import { type CmdletAnswer, sendLine } from './cmdlet-answer.ts';
import { CliFailure } from './failures.ts';
import type { Watched } from './progress-line.ts';

/** Which mailboxes are watched: one person's move, those of a batch whatever it carries, or all moves. */
export interface Watching {
  readonly organization: string;
  readonly as: string | undefined;
  readonly identity: string | undefined;
  readonly batch: string | undefined;
}

type Shown = CmdletAnswer['objects'][number];

/** How far everybody is now. Somebody whose request is gone is left out, unless nobody was there at all. */
export async function readMoves(client: AdminClient, watching: Watching): Promise<readonly Watched[]> {
  const { organization, as, identity, batch } = watching;
  const run = async (line: string, who: string): Promise<readonly Shown[]> => {
    const user = as === undefined ? {} : { as };
    return (await sendLine(client, { line, organization, ...user, variables: { who } })).objects;
  };
  if (batch !== undefined) {
    const users = await run('Get-MigrationUser -BatchId $who', batch);
    return eachOf(users, async (user) => (await run('Get-MigrationUserStatistics $who', textOf(user['Identity']))).map(ofUser));
  }
  if (identity !== undefined) return (await run('Get-MoveRequestStatistics $who', identity)).map(ofMove);
  const requests = await run('Get-MoveRequest', '');
  return eachOf(requests, async (request) => (await run('Get-MoveRequestStatistics $who', textOf(request['RequestGuid']))).map(ofMove));
}

/** One after the other; who has gone between the list and his turn is left out. */
async function eachOf(listed: readonly Shown[], read: (one: Shown) => Promise<readonly Watched[]>): Promise<readonly Watched[]> {
  const found: Watched[] = [];
  for (const one of listed) {
    try {
      found.push(...(await read(one)));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return found;
}

/** Whether the shell says that nobody is there; the sentences are those of the cmdlets. */
export function isGone(error: unknown): boolean {
  return error instanceof CliFailure && /There is no move request|No migration batch has the user/.test(error.message);
}

function ofMove(shown: Shown): Watched {
  const status = textOf(shown['Status']);
  return {
    ...{ name: textOf(shown['Alias']), status, percent: countOf(shown['PercentComplete']) },
    detail: status === 'Failed' ? textOf(shown['FailureType']) : textOf(shown['StatusDetail']),
    ...{ items: countOf(shown['ItemsTransferred']), bytes: octetsOf(shown['BytesTransferred']) },
    totalItems: countOf(shown['TotalMailboxItemCount']) + countOf(shown['TotalArchiveItemCount']),
  };
}

function ofUser(shown: Shown): Watched {
  const status = textOf(shown['Status']);
  return {
    ...{ name: textOf(shown['Identity']), status, detail: textOf(shown['Error']), percent: countOf(shown['PercentageComplete']) },
    ...{ items: countOf(shown['SyncedItemCount']), bytes: octetsOf(shown['BytesTransferred']) },
    totalItems: countOf(shown['TotalItemsInSourceMailboxCount']),
  };
}

function textOf(value: ShownValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function countOf(value: ShownValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** Of `1.2 MB (1,258,291 bytes)`. */
function octetsOf(value: ShownValue | undefined): number {
  return Number((/\(([\d,]+) bytes\)/.exec(textOf(value))?.[1] ?? '0').replaceAll(',', ''));
}
