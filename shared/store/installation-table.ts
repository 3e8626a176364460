import { sql } from 'kysely';
import { present } from '../kernel/assert.ts';
import type { Executor } from './database.ts';

/** What is kept under a name; undefined: nothing. */
export async function readInstalled(executor: Executor, name: string): Promise<string | undefined> {
  return (await executor.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Keeps something, whatever was there. */
export async function putInstalled(tx: Executor, name: string, value: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Keeps something unless somebody was faster, and answers what is kept: of several processes, all end with the same. */
export async function claimInstalled(tx: Executor, name: string, value: string): Promise<string> {
  await tx
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return present(await readInstalled(tx, name), name);
}

/** The next number of a counter, from 1; its row stays locked until the transaction ends. */
export async function takeInstalledNumber(tx: Executor, name: string, count = 1): Promise<number> {
  const { value } = await tx
    .insertInto('installation')
    .values({ name, value: String(count) })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({
        value: sql<string>`cast(cast(${row.ref('installation.value')} as bigint) + cast(${count} as bigint) as text)`,
      })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return Number(value) - count + 1;
}
