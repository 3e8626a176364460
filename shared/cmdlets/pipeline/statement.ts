import { type CmdletObject, type CmdletScope, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import type { CommandLine, Statement } from '../line/command-line.ts';
import { statementsWithin } from '../line/statements-within.ts';
import { type Known, resolveCommand, valueOfWritten } from './expressions.ts';
import type { Item } from './pipeline-input.ts';
import { type Find, type LineAnswer, type PipelinePlan, planPipeline, type Surroundings } from './plan.ts';
import { isList, isRecord } from './where.ts';

/** Values by the names of variables, in small letters. */
export type Variables = Readonly<Record<string, ShownValue>>;

/** A line that has been read and checked. */
export interface LinePlan {
  /** The names of its commands, without their parameters, which may be secrets. */
  readonly name: string;
  /**
   * The first refusal ends it: what has been done stays done. Refuses with {@link CmdletRefusalCode}. A variable that it
   * assigns is in the answer.
   */
  run(scope: CmdletScope, variables?: Variables): Promise<LineAnswer & { readonly assigned?: Variables }>;
}

/** How much a line may do: pipelines that are run within it, and objects that it may hold. */
const mostRuns = 1_000;
const mostObjects = 10_000;

/** Checks all that can be checked before anything runs: all but values that are not known yet. Refuses with {@link CmdletRefusalCode}. */
export function planStatement(statement: Statement, find: Find): LinePlan {
  const plans = statementsWithin(statement).map(({ source, commands }) =>
    planPipeline(commands, find, { each: nowhere, ...(source === undefined ? {} : { source: [] }) }),
  );
  const names = plans.map(({ name }) => name).filter((name) => name !== '');
  return {
    name: names.join(' | '),
    async run(scope, variables = {}) {
      const ground: Ground = { scope, find, variables: new Map(Object.entries(variables)), left: { runs: mostRuns } };
      if (statement.assigned !== undefined) return { objects: [], assigned: { [statement.assigned]: await outcome(statement, ground) } };
      const { items, view } = await runStatement(statement, ground);
      const shown = view(items);
      return { objects: items.map(({ object }) => object), ...(shown === undefined ? {} : { view: shown }) };
    },
  };
}

/** Where a statement is run: what it knows, and how much more it may do. */
interface Ground {
  readonly scope: CmdletScope;
  readonly find: Find;
  readonly variables: ReadonlyMap<string, ShownValue>;
  readonly left: { runs: number };
}

async function runStatement(
  statement: Statement,
  ground: Ground,
): Promise<{ readonly items: readonly Item[]; readonly view: PipelinePlan['view'] }> {
  if (ground.left.runs === 0) throw cmdletRefusal('operation-failed', `A line runs at most ${mostRuns} commands here.`);
  ground.left.runs -= 1;
  // Yields: a long line is not to keep others from their turn.
  await new Promise((resolve) => setImmediate(resolve));
  const known = knownAt(ground);
  const source = statement.source === undefined ? undefined : itemsOf(await valueOfWritten(statement.source, known));
  const commands: CommandLine[] = [];
  for (const command of statement.commands) commands.push(await resolveCommand(command, known));
  const surroundings: Surroundings = {
    ...(source === undefined ? {} : { source }),
    each: (block, item, scope) => eachOf(block, item, { ...ground, scope }),
  };
  const plan = planPipeline(commands, ground.find, surroundings);
  const items: Item[] = [];
  for await (const item of plan.items(ground.scope)) {
    if (items.length === mostObjects) throw cmdletRefusal('operation-failed', `A line answers at most ${mostObjects} objects here.`);
    items.push(item);
  }
  return { items, view: plan.view };
}

/** What a statement comes to, as one value. */
async function outcome(statement: Statement, ground: Ground): Promise<ShownValue> {
  const { source, commands } = statement;
  if (source !== undefined && commands.length === 0) return valueOfWritten(source, knownAt(ground));
  return outcomeOf((await runStatement(statement, ground)).items);
}

function knownAt(ground: Ground): Known {
  return { variables: ground.variables, run: (inner) => outcome(inner, ground) };
}

async function* eachOf(block: Statement, item: Item, ground: Ground): AsyncIterable<Item> {
  const value = outcomeOf([item]);
  const variables = new Map([...ground.variables, ['_', value], ['psitem', value]]);
  yield* (await runStatement(block, { ...ground, variables })).items;
}

async function* nowhere(): AsyncIterable<Item> {}

/** One object is itself, several are a list; none is nothing. */
function outcomeOf(items: readonly Item[]): ShownValue {
  const values = items.map(({ object, expanded }) => (expanded ? (Object.values(object)[0] ?? null) : object));
  return values.length > 1 ? values : (values[0] ?? null);
}

function itemsOf(value: ShownValue): readonly Item[] {
  const members: readonly ShownValue[] = isList(value) ? value : value === null ? [] : [value];
  return members.map((member) =>
    isRecord(member) ? { object: member as CmdletObject, expanded: false } : { object: { Value: member }, expanded: true },
  );
}
