import { type Kysely, sql } from 'kysely';
import { storeRefusal } from '../errors.ts';

export type DialectName = 'sqlite' | 'postgres';

/** A step of the schema; `statements` are run in order, in one transaction with all other pending steps. */
export interface Migration {
  /** `0001-first-schema`. */
  readonly name: string;
  readonly statements: (dialect: DialectName) => readonly string[];
}

/** Key of the advisory lock under which processes that start together migrate one after the other; any number will do. */
const migrationLock = 20_260_101;

/**
 * Applies what is pending, all or nothing. Refuses with `NewerSchema` when the database holds a migration that this
 * version does not know, or lacks one before its last.
 */
export async function migrate<Tables>(db: Kysely<Tables>, dialect: DialectName, migrations: readonly Migration[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(tx);
    await sql`create table if not exists migration (name text primary key)`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from migration`.execute(tx);
    const applied = rows.map(({ name }) => name).sort();
    const foreign = applied.find((name, index) => migrations[index]?.name !== name);
    if (foreign !== undefined)
      throw storeRefusal('NewerSchema', `the database holds the migration ${foreign}, which this version does not follow`);
    for (const migration of migrations.slice(applied.length)) {
      for (const statement of migration.statements(dialect)) await sql.raw(statement).execute(tx);
      await sql`insert into migration (name) values (${migration.name})`.execute(tx);
    }
  });
}
