import type { Compilable, CompiledQuery } from 'kysely';
import type { Executor } from './database.ts';
import { type Done, directOf } from './dialects/direct.ts';

/** A query that is built and compiled once per dialect and then run with other values. */
export interface PreparedQuery<Parameters, Row> {
  /** All rows. */
  all(executor: Executor, parameters: Parameters): Promise<Row[]>;
  /** The first row, or undefined when there is none. */
  first(executor: Executor, parameters: Parameters): Promise<Row | undefined>;
  /** For a statement that writes: the number of rows it touched. */
  run(executor: Executor, parameters: Parameters): Promise<number>;
}

/**
 * Prepares a query for a hot path: `prepared((db, p: { mailbox: string }) => db.selectFrom('folder').selectAll()
 * .where('mailbox', '=', p.mailbox))`. Building and compiling a query costs two to four times what SQLite needs to find
 * one row by its key.
 *
 * The members of `p` stand for values to come: they may be handed to the query builder and nothing else. The shape of
 * the query must not depend on them, so a null, or a list of varying length, needs a query of its own.
 *
 * `isKept`, for what every request asks: outside transactions the answer is not asked for again before somebody writes, where the database
 * is ours alone. Its rows are frozen then.
 */
export function prepared<Parameters extends object, Row>(
  build: (db: Executor, parameters: Parameters) => Compilable<Row>,
  { isKept = false }: { readonly isKept?: boolean } = {},
): PreparedQuery<Parameters, Row> {
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  const compile = (executor: Executor): CompiledQuery<Row> => {
    const query = build(executor, placeholders<Parameters>()).compile();
    compiled.set(executor.getExecutor().adapter, query);
    statementNames.set(query.query, `coexist_${++namedStatements}`);
    return query;
  };
  const execute = (executor: Executor, parameters: Parameters): Done | Promise<Done> => {
    const query = compiled.get(executor.getExecutor().adapter) ?? compile(executor);
    const filled = { ...query, parameters: query.parameters.map((value) => filledIn(value, parameters)) };
    return directOf(executor)?.(filled, isKept) ?? throughKysely(executor, filled);
  };
  return {
    all: async (executor, parameters) => (await execute(executor, parameters)).rows as Row[],
    first: async (executor, parameters) => (await execute(executor, parameters)).rows[0] as Row | undefined,
    run: async (executor, parameters) => Number((await execute(executor, parameters)).changed),
  };
}

async function throughKysely(executor: Executor, query: CompiledQuery): Promise<Done> {
  const { rows, numAffectedRows = 0n } = await executor.executeQuery<object>(query);
  return { rows, changed: numAffectedRows };
}

const statementNames = new WeakMap<object, string>();
let namedStatements = 0;

/** The name under which the server may keep a prepared query; ad hoc queries have none, so that the names stay few. */
export function statementNameOf(query: CompiledQuery): string | undefined {
  return statementNames.get(query.query);
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  [Symbol.toPrimitive](): never {
    throw new Error(`defect: the value of ${this.name} is not known while the query is prepared`);
  }
}

function placeholders<Parameters extends object>(): Parameters {
  return new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) }) as Parameters;
}

function filledIn(value: unknown, parameters: object): unknown {
  return value instanceof Placeholder ? parameters[value.name as keyof typeof parameters] : value;
}
