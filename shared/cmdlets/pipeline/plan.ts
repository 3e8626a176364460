import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import type { CommandLine, Statement } from '../line/command-line.ts';
import { type Bound, bindWritten, requireMandatory } from '../parameter-binder.ts';
import { mannerOf, runInManner, withCommonParameters } from '../run-manner.ts';
import { blockOf, conditionOf, type LineCommand, lineCommand, namesOf, selected, selectionOf, shownBy } from './line-commands.ts';
import { bindPiped, type Item, pipelineInputOf } from './pipeline-input.ts';
import { meets } from './where.ts';

/** How objects want to be shown: as a list or a table of some properties, or, taken out of their objects, as bare values. */
export interface View {
  readonly as: 'list' | 'table' | 'values';
  /** Undefined: all that an object has. */
  readonly properties?: readonly string[];
}

/** What a line answers. */
export interface LineAnswer {
  readonly objects: readonly CmdletObject[];
  readonly view?: View;
}

/** Commands that have been checked. */
export interface PipelinePlan {
  /** The names of its commands, without their parameters, which may be secrets. */
  readonly name: string;
  /** What comes out of them; each object goes through the whole line before the next one is taken, as in PowerShell. */
  items(scope: CmdletScope): AsyncIterable<Item>;
  /** How the last of them wants it shown. */
  view(items: readonly Item[]): View | undefined;
}

/** One command of a line at work: the first one has no input. */
type Stage = (scope: CmdletScope, input: AsyncIterable<Item> | undefined) => AsyncIterable<Item>;
/** Finds a cmdlet by its name, in any case. Refuses with `unknown-cmdlet` or `not-available`. */
export type Find = (name: string) => { readonly name: string; readonly cmdlet: Cmdlet };

/** What goes into the first command, and what a ForEach-Object does with an object. */
export interface Surroundings {
  readonly source?: readonly Item[];
  each(statement: Statement, item: Item, scope: CmdletScope): AsyncIterable<Item>;
}

/** Checks all that can be checked before anything runs. Refuses with {@link CmdletRefusalCode}. */
export function planPipeline(pipeline: readonly CommandLine[], find: Find, { source, each }: Surroundings): PipelinePlan {
  const commands = pipeline.map((line) => ({ line, known: lineCommand(line.name) }));
  const [begun] = commands;
  if (source === undefined && begun?.known !== undefined)
    throw cmdletRefusal('bad-line', `${begun.known} has nothing to work on: it comes after a pipe.`);
  const last = commands.at(-1);
  const early = commands.slice(0, -1).find(({ known }) => isFormat(known));
  if (early !== undefined)
    throw cmdletRefusal('bad-line', `${early.known} comes last: nothing can follow it. (column ${early.line.column})`);
  const shown = last !== undefined && isFormat(last.known) ? { ...last, patterns: shownBy(last.known, last.line) } : undefined;
  const working = shown === undefined ? commands : commands.slice(0, -1);
  const planned = working.map(({ line, known }, index) => plannedStage(line, known, find, each, index > 0 || source !== undefined));
  return {
    name: [...planned.map(({ name }) => name), ...(shown === undefined ? [] : [shown.known ?? ''])].join(' | '),
    items(scope) {
      let items: AsyncIterable<Item> | undefined = source === undefined ? undefined : given(source);
      for (const { stage } of planned) items = stage(scope, items);
      return items ?? nothing();
    },
    view(items) {
      const objects = items.map(({ object }) => object);
      return viewOf(objects, items.length > 0 && items.every(({ expanded }) => expanded), shown?.known, shown?.patterns);
    },
  };
}

async function* given(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}

function isFormat(command: LineCommand | undefined): command is 'Format-List' | 'Format-Table' {
  return command === 'Format-List' || command === 'Format-Table';
}

function viewOf(
  objects: readonly CmdletObject[],
  values: boolean,
  command: LineCommand | undefined,
  patterns: readonly string[] | undefined,
): View | undefined {
  if (values) return { as: 'values' };
  if (!isFormat(command)) return undefined;
  const as = command === 'Format-List' ? 'list' : 'table';
  return patterns === undefined ? { as } : { as, properties: namesOf(objects, patterns) };
}

function plannedStage(
  line: CommandLine,
  known: LineCommand | undefined,
  find: Find,
  each: Surroundings['each'],
  piped: boolean,
): { readonly name: string; readonly stage: Stage } {
  if (known === 'Where-Object') {
    const condition = conditionOf(line);
    return { name: known, stage: (_scope, input) => flow(input, (item) => (meets(condition, item.object) ? [item] : [])) };
  }
  if (known === 'Select-Object') {
    const selection = selectionOf(line);
    return { name: known, stage: (_scope, input) => flow(taken(input, selection.first), (item) => selected(item, selection)) };
  }
  if (known === 'ForEach-Object') {
    const block = blockOf(line);
    return {
      name: known,
      async *stage(scope, input) {
        for await (const item of input ?? nothing()) yield* each(block, item, scope);
      },
    };
  }
  const { name, cmdlet } = find(line.name);
  const written = bindWritten(name, withCommonParameters(name, cmdlet), line);
  requireMandatory(cmdlet, written, piped ? pipelineInputOf(name, cmdlet) : []);
  return { name, stage: cmdletStage(name, cmdlet, written) };
}

function cmdletStage(name: string, cmdlet: Cmdlet, written: Bound): Stage {
  const { manner, own } = mannerOf(cmdlet, written);
  return async function* (scope, input) {
    if (input === undefined) {
      for (const object of await runInManner(name, cmdlet, manner, scope, own)) yield { object, expanded: false };
      return;
    }
    for await (const item of input) {
      const given = bindPiped(name, cmdlet, own, item);
      for (const object of await runInManner(name, cmdlet, manner, scope, given)) yield { object, expanded: false };
    }
  };
}

async function* flow(input: AsyncIterable<Item> | undefined, work: (item: Item) => readonly Item[]): AsyncIterable<Item> {
  for await (const item of input ?? nothing()) yield* work(item);
}

/** The first ones; what comes before them in the line does no more then. */
async function* taken(input: AsyncIterable<Item> | undefined, first: number | undefined): AsyncIterable<Item> {
  let left = first ?? Number.POSITIVE_INFINITY;
  if (left === 0) return;
  for await (const item of input ?? nothing()) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

async function* nothing(): AsyncIterable<Item> {}
