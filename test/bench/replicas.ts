import { setTimeout as passed } from 'node:timers/promises';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openReplicaLabs, type ReplicaLab, type Spent } from './replica-labs.ts';
import { openApplication, openPerson, operations, type Person } from './replica-load.ts';
import { median, type Row } from './row.ts';

const replicas = [1, 2, 3] as const;
/** Who asks at the same time, of each replica. */
const peopleOfEach = 4;
const warmUpTurns = 15;
const turns = 25;
/** Most of anything with three replicas, in times of one. */
const mostTimes = 1.1;
const idleMs = 10_000;
const looks = 9;
const patienceMs = 60_000;
const password = 'Pa55word!replica';

/**
 * What a request costs with one, two and three replicas upon a PostgreSQL, all of them asked alike often by mailboxes that go from one to
 * the next, beside one process on SQLite: statements and round trips as they are on the wire, processor time of the processes and of
 * PostgreSQL. All labs are at work at the same time, so that what else the machine does meets them all. What goes on without requests is
 * in it; a row tells how much that is.
 */
export async function replicaRows(): Promise<readonly Row[]> {
  const opened = await openReplicaLabs(replicas);
  if (opened === undefined) return [shown('replicas: apt-get install postgresql', '')];
  const clients: (readonly Person[])[] = [];
  try {
    const { labs } = opened;
    for (const lab of labs) clients.push(await peopleOf(lab));
    const ews = await costsOf(labs, clients);
    const single = labs[1] as ReplicaLab;
    const statements = await statementsOf(single, clients[1]?.[0] as Person);
    const applications = labs.map((lab) => Array.from({ length: peopleOfEach * lab.replicas.length }, () => openApplication(lab)));
    const tokens = await costsOf(labs, applications);
    for (const one of applications.flat()) one.close();
    return [
      ...rowsOf('a request of EWS', ews, labs),
      shown('statements of PostgreSQL in each operation, without the journal', statements),
      ...rowsOf('a token', tokens, labs),
      await idleRow(labs.at(-1) as ReplicaLab),
    ];
  } finally {
    for (const one of clients.flat()) one.close();
    await opened.close();
  }
}

async function peopleOf(lab: ReplicaLab): Promise<readonly Person[]> {
  const people: Person[] = [];
  for (let number = 0; number < peopleOfEach * lab.replicas.length; number += 1) {
    const address = `replica${number}@contoso.test`;
    await runCmdlet(lab, 'contoso', `New-Mailbox -Name replica${number} -UserPrincipalName ${address} -Password ${password}`);
    people.push(openPerson(lab, { userName: address, password }));
  }
  return people;
}

/** What a request costs. */
type Cost = Spent;

/** The cost of a request in each of the labs, which take turns together. */
async function costsOf(labs: readonly ReplicaLab[], clients: readonly (readonly Pick<Person, 'turn'>[])[]): Promise<readonly Cost[]> {
  const all = clients.flat();
  const work = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await Promise.all(all.map((one) => one.turn()));
    for (const lab of labs) await settled(lab);
  };
  await work(warmUpTurns);
  const before = await Promise.all(labs.map((lab) => lab.spent()));
  await work(turns);
  const after = await Promise.all(labs.map((lab) => lab.spent()));
  return labs.map((_lab, index) =>
    perRequest(before[index] as Spent, after[index] as Spent, turns * operations.length * (clients[index]?.length ?? 0)),
  );
}

function perRequest(before: Spent, after: Spent, requests: number): Cost {
  const of = (figure: keyof Spent): number => (after[figure] - before[figure]) / requests;
  return {
    cpuMs: of('cpuMs'),
    servingMs: of('servingMs'),
    statements: of('statements'),
    roundTrips: of('roundTrips'),
    notifications: of('notifications'),
  };
}

/** Waits until the journals have stored everything: what is still to be done counts, too. */
async function settled({ processes }: ReplicaLab): Promise<void> {
  const late = performance.now() + patienceMs;
  for (const { endpoints } of processes) {
    for (;;) {
      const answer = await fetch(`${endpoints.adminUrl}/_coexist/health`);
      const { journal } = (await answer.json()) as { readonly journal: { readonly unstored: number; readonly lost: number } };
      if (journal.lost > 0) throw new Error(`the journal has lost ${journal.lost} exchanges`);
      if (journal.unstored === 0) break;
      if (performance.now() > late) throw new Error('the journal is not stored');
      await passed(20);
    }
  }
}

function rowsOf(what: string, costs: readonly Cost[], labs: readonly ReplicaLab[]): readonly Row[] {
  const [, one, , three] = costs as readonly [Cost, Cost, Cost, Cost];
  return [
    ...costs.map((cost, index) => shown(`${what}, ${labs[index]?.name}`, toldOf(cost))),
    beside(`${what}: statements, 3 replicas beside 1`, three.statements, one.statements, ''),
    beside(`${what}: round trips, 3 replicas beside 1`, three.roundTrips, one.roundTrips, ''),
    beside(`${what}: processor time, 3 replicas beside 1`, three.cpuMs, one.cpuMs, ' ms'),
    {
      ...beside(`${what}: processor time of PostgreSQL, 3 replicas beside 1`, three.servingMs, one.servingMs, ' ms'),
      limit: '',
      passed: undefined,
    },
  ];
}

function toldOf({ cpuMs, servingMs, statements, roundTrips, notifications }: Cost): string {
  const own = `${cpuMs.toFixed(2)} ms, ${statements.toFixed(2)} statements`;
  if (roundTrips === 0) return own;
  return `${own}, ${roundTrips.toFixed(2)} round trips, ${notifications.toFixed(2)} notices, PostgreSQL ${servingMs.toFixed(2)} ms`;
}

function beside(what: string, more: number, one: number, unit: string): Row {
  const times = more / one;
  const measured = `${times.toFixed(2)} (${more.toFixed(2)}${unit} : ${one.toFixed(2)}${unit})`;
  return { what, measured, limit: `${mostTimes}`, passed: times <= mostTimes };
}

function shown(what: string, measured: string): Row {
  return { what, measured, limit: '', passed: undefined };
}

/** How many statements each operation is, by somebody who is alone: what goes on besides comes in between now and then. */
async function statementsOf(lab: ReplicaLab, person: Person): Promise<string> {
  const counts = new Map<string, number[]>(operations.map((operation) => [operation, []]));
  for (let look = 0; look < looks; look += 1) {
    for (const operation of operations) {
      await settled(lab);
      const before = await lab.spent();
      await person.act(operation);
      counts.get(operation)?.push((await lab.spent()).statements - before.statements);
    }
  }
  return [...counts].map(([operation, some]) => `${operation} ${median(some)}`).join(', ');
}

async function idleRow(lab: ReplicaLab): Promise<Row> {
  await settled(lab);
  const before = await lab.spent();
  await passed(idleMs);
  const after = await lab.spent();
  const seconds = (idleMs / 1_000) * lab.replicas.length;
  const of = (figure: keyof Spent): string => ((after[figure] - before[figure]) / seconds).toFixed(2);
  return shown(
    `a replica that nobody asks, ${lab.name}`,
    `${of('statements')} statements, ${of('cpuMs')} ms, PostgreSQL ${of('servingMs')} ms in a second`,
  );
}
