import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { worldKey } from '../shared/bridges/seed/baseline-key.ts';
import type { World } from '../shared/domain/world/world.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import type { Store } from '../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../shared/store/snapshot.ts';
import type { SnapshotOutcome } from '../shared/store/snapshot-outcome.ts';
import { holdsWorld } from './baseline.ts';
import { UsageError } from './flags.ts';

/** A state that could not be written. Exit code 3; the message is for the user as it stands. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

const stateFile = 'state.sqlite';
/** For people; nothing is decided by it. */
const noteFile = 'state.json';

const misfits: Readonly<Record<Exclude<SnapshotOutcome, 'loaded'>, string>> = {
  absent: 'has gone',
  damaged: 'is damaged',
  'other-schema': 'was written by a version of coexist that keeps its data in another form',
  other: 'is of another world; --world, --seed and --era have to be those that it was made with',
};

/**
 * Opens a store and puts the state of a folder into it. Throws {@link UsageError} when there is none, when it is damaged,
 * of another schema or another world, and when the store holds a world already; the store is closed then, unchanged.
 */
export async function openWithState(
  open: () => Promise<Store>,
  world: World,
  { folder, origin }: { readonly folder: string; readonly origin: string },
): Promise<Store> {
  const file = join(folder, stateFile);
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`${origin}: there is no ${stateFile} in ${folder}`);
  // SQLite would tell no more than that it cannot open the file.
  await access(file, constants.R_OK);
  const store = await open();
  try {
    if (await holdsWorld(store)) {
      throw new UsageError(`${origin}: the store that --persist names holds a world already; leave one of the two out`);
    }
    const outcome = await loadSnapshot(store, file, worldKey(world));
    if (outcome !== 'loaded') throw new UsageError(`${origin}: ${file} ${misfits[outcome]}`);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

export interface ExportFacts {
  readonly version: string;
  /** What the world's clock shows. */
  readonly worldTime: Instant;
  /** What the machine's clock shows. */
  readonly exportedAt: Instant;
}

/**
 * Writes the state of a store into a folder, whole or not at all, in the place of one that lies there; both are their
 * owner's only. Throws {@link ExportError} when the machine does not let it.
 */
export async function exportState(store: Store, world: World, folder: string, facts: ExportFacts): Promise<void> {
  const note = {
    world: world.name,
    version: facts.version,
    exportedAt: new Date(facts.exportedAt).toISOString(),
    worldTime: new Date(facts.worldTime).toISOString(),
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeLeftovers(folder);
    await writeSnapshot(store, join(folder, stateFile), worldKey(world));
    const partial = join(folder, `${noteFile}.${process.pid}.partial`);
    await writeFile(partial, `${JSON.stringify(note, undefined, 2)}\n`, { mode: 0o600 });
    await rename(partial, join(folder, noteFile));
  } catch (error) {
    if (!isOfTheMachine(error)) throw error;
    throw new ExportError(`the state could not be written to ${folder}: ${error.message}`, { cause: error });
  }
}

/** What processes that were killed while they wrote have left: nobody else would remove it. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^state\.(?:sqlite|json)\.([1-9]\d*)\.partial$/.exec(name)?.[1];
    if (pid !== undefined && hasEnded(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function hasEnded(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** A full disk, a missing permission, a file where a folder should be; told by the system or by SQLite. */
function isOfTheMachine(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(E[A-Z0-9]+|ERR_SQLITE_ERROR)$/.test(error.code);
}
