import { setTimeout as pause } from 'node:timers/promises';
import { cloud, deliveryDomain, type Home, holdings, onPremises } from '../wire/migration/moving-lab.ts';
import { again, type DistributedSet } from './distributed-set.ts';
import { background, until, type Workload } from './workload.ts';

/** People who go to the cloud and come back, all on-premises at first. */
const people = ['mary', 'adam', 'nora', 'otto', 'ruth'] as const;
/** So many are being moved at once, besides those that wait until a failure is tried again. */
const atOnce = 3;
/** In milliseconds: what is under way when the last container is back waits at most half a minute, and is done in as much. */
const moveMs = 120_000;

const addressOf = (alias: string): string => `${alias}@contoso.test`;
const letters = { folders: [{ name: 'Projects', messages: 500 }] };

/** Who moves, with enough that it takes some seconds: what a world file says. */
export const worldOfMoves = {
  version: 1,
  extends: 'contoso-hybrid',
  organizations: {
    contoso: { users: people.map((alias) => ({ mail: addressOf(alias), messages: 'generate:correspondence', ...letters })) },
    'contoso-cloud': { mailUsers: people.map((alias) => ({ mail: addressOf(alias), targetAddress: addressOf(alias) })) },
  },
};

/** Of Get-MoveRequestStatistics. */
interface Told {
  readonly Alias: string;
  readonly RequestGuid: string;
  readonly Status: string;
  readonly StatusDetail: string;
  readonly PercentComplete: number;
  readonly BytesTransferred: string;
}

interface Traveller {
  readonly alias: string;
  readonly before: readonly string[];
  home: Home;
  /** The request whose end has been seen. */
  over?: string;
  moves: number;
}

const isUnderWay = ({ Status, StatusDetail }: Told): boolean =>
  ['InProgress', 'CompletionInProgress'].includes(Status) && !/Failure|Stalled|Backoff/.test(StatusDetail);
/** Where a move is: two that differ have something between them that was done. */
const placeOf = ({ RequestGuid, Status, StatusDetail, PercentComplete, BytesTransferred }: Told): string =>
  [RequestGuid, Status, StatusDetail, PercentComplete, BytesTransferred].join(' ');
const isOver = ({ Status }: Told): boolean => !['Queued', 'InProgress', 'CompletionInProgress'].includes(Status);

/** Mailboxes move to and fro until it ends; after each move they hold what they held before the first. */
export async function moveToAndFro(set: DistributedSet): Promise<Workload> {
  await set.cmdlet(onPremises, 'Start-ADSyncSyncCycle');
  const travellers: Traveller[] = [];
  for (const alias of people)
    travellers.push({ alias, before: await holdings(set, addressOf(alias), onPremises), home: onPremises, moves: 0 });
  const wrong: string[] = [];
  let mayBegin = true;
  let looks = 0;
  let told: readonly Told[] = [];
  let atLastKill: readonly string[] = [];

  const go = async (): Promise<void> => {
    for (;;) {
      told = await again(() => set.cmdlet<Told>(cloud, 'Get-MoveRequest | Get-MoveRequestStatistics'));
      looks += 1;
      for (const traveller of travellers) {
        const own = told.find(({ Alias }) => Alias === traveller.alias);
        if (own !== undefined && isOver(own)) wrong.push(...(await arrive(set, traveller, own)));
      }
      const busy = told.filter((one) => !isOver(one));
      const resting = travellers.filter(({ alias }) => !busy.some(({ Alias }) => Alias === alias)).toSorted((a, b) => a.moves - b.moves);
      const places = atOnce - busy.filter((one) => isUnderWay(one) || one.Status === 'Queued').length;
      // An order whose answer is lost may have been taken; the next look tells.
      if (mayBegin) for (const traveller of resting.slice(0, Math.max(0, places))) await depart(set, traveller).catch(() => {});
      else if (busy.length === 0) return;
      await pause(250);
    }
  };
  const travelling = go();
  const travels = background([travelling]);
  return {
    async ready() {
      const before = looks;
      // One that has come further since the last kill: what only says that it is under way may have been left by all.
      const isMoving = (): boolean => looks > before && told.some((one) => isUnderWay(one) && !atLastKill.includes(placeOf(one)));
      await travels.beside(until(isMoving, 'a mailbox that comes further')).catch(async (error: unknown) => {
        const open = told.filter((one) => !isOver(one));
        const reports = await Promise.all(open.map(({ Alias }) => report(set, Alias).catch(String)));
        throw new Error(reports.join('\n'), { cause: error });
      });
      atLastKill = told.map(placeOf);
      const open = told.filter((one) => !isOver(one));
      return open.map(({ Alias, StatusDetail, PercentComplete }) => `${Alias} ${StatusDetail} ${PercentComplete} %`).join(', ');
    },
    async end() {
      mayBegin = false;
      const late = AbortSignal.timeout(moveMs);
      const lateness = new Promise<never>((_, reject) => {
        late.addEventListener('abort', () => reject(new Error('late')), { once: true });
      });
      await Promise.race([travelling, lateness]).catch(async (error: unknown) => {
        if (!late.aborted) throw error;
        for (const { Alias } of told.filter((one) => !isOver(one))) wrong.push(`${Alias} does not arrive: ${await report(set, Alias)}`);
      });
      for (const { alias, before, moves } of travellers)
        if (moves === 0 || before.length <= 500) wrong.push(`${alias} has moved ${moves} times, with ${before.length} items`);
      if (!travellers.some(({ moves }) => moves > 1)) wrong.push('nobody has come back');
      const figures = travellers.map(({ alias, moves }) => `${alias} ${moves}`).join(', ');
      return { figures: `moves: ${figures}`, wrong };
    },
  };
}

/** Orders somebody's move to the other side. */
async function depart(set: DistributedSet, { alias, home }: Traveller): Promise<void> {
  const credential = "@{UserName='CONTOSO\\administrator'; Password='Pa55word!'}";
  const there = `-RemoteHostName mail.contoso.test -RemoteCredential ${credential}`;
  const way =
    home === onPremises
      ? `-Remote -TargetDeliveryDomain ${deliveryDomain}`
      : '-Outbound -TargetDeliveryDomain contoso.test -RemoteTargetDatabase "Mailbox Database 4077619517"';
  await set.cmdlet(cloud, `New-MoveRequest ${addressOf(alias)} ${there} ${way}`);
}

/** Sees to a request that is over, once, and takes it away; what was wrong with it. */
async function arrive(set: DistributedSet, traveller: Traveller, { RequestGuid, Status }: Told): Promise<readonly string[]> {
  const { alias, before, home } = traveller;
  const wrong: string[] = [];
  if (traveller.over !== RequestGuid) {
    if (Status !== 'Completed') throw new Error(`${alias} on the way from ${home} is ${Status}: ${await report(set, alias)}`);
    traveller.over = RequestGuid;
    traveller.home = home === onPremises ? cloud : onPremises;
    traveller.moves += 1;
    const after = await again(() => holdings(set, addressOf(alias), traveller.home));
    const [lost, come] = [without(before, after), without(after, before)];
    if (lost.length + come.length > 0)
      wrong.push(`${alias} came to ${traveller.home} without ${lost.join()} and with ${come.join()}: ${await report(set, alias)}`);
  }
  await set.cmdlet(cloud, `Remove-MoveRequest ${addressOf(alias)} -Confirm:$false`).catch(() => {});
  return wrong;
}

/** What one list has more than another, as often as it has. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  return list.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}

async function report(set: DistributedSet, alias: string): Promise<string> {
  type Reported = Told & { readonly Report: { readonly Entries: readonly { readonly Message: string }[] } };
  const [told] = await again(() => set.cmdlet<Reported>(cloud, `Get-MoveRequestStatistics ${addressOf(alias)} -IncludeReport`));
  const lines = told?.Report.Entries.map(({ Message }) => Message) ?? [];
  return `${told?.Status} ${told?.StatusDetail}\n${lines.slice(-60).join('\n')}`;
}
