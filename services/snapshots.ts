import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { worldKey } from '../shared/bridges/seed/baseline-key.ts';
import { loadClockState } from '../shared/domain/world/clock-state.ts';
import { machineNow } from '../shared/kernel/machine-clock.ts';
import { oneAtATime } from '../shared/kernel/one-at-a-time.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import { openStore, type Store } from '../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../shared/store/snapshot.ts';
import type { SnapshotControl, SnapshotRefusalCode, SnapshotView } from './admin/snapshot-control.ts';
import type { Foundation } from './foundation.ts';

/** What lies beside a snapshot: what is not in the store. */
interface Note {
  readonly takenAt: string;
  readonly worldTime: string;
  readonly faults: readonly object[];
}

const most = 100;
/** As much as an upload may have. */
const mostOctets = 8 * 1024 ** 3;

/** Named states of a lab, files in its data folder. `forget`: servers forget names and tokens. */
export function snapshotsOf(foundation: Foundation, dataDir: string, forget: () => Promise<void>): SnapshotControl {
  const { store, world, clock, faults, holds } = foundation;
  const folder = join(dataDir, 'snapshots');
  const key = worldKey(world);
  const turn = oneAtATime();
  const fileOf = (name: string, kind: 'sqlite' | 'json' = 'sqlite'): string => join(folder, `${name}.${kind}`);
  const noteOf = async (name: string): Promise<Note | undefined> => {
    const text = await readFile(fileOf(name, 'json'), 'utf8').catch(absent);
    return text === undefined ? undefined : (JSON.parse(text) as Note);
  };
  const viewOf = async (name: string): Promise<SnapshotView | undefined> => {
    const facts = await stat(fileOf(name)).catch(absent);
    if (facts === undefined) return undefined;
    const note = await noteOf(name);
    return { name, octets: facts.size, takenAt: note?.takenAt ?? null, worldTime: note?.worldTime ?? null };
  };
  const requireOne = async (name: string): Promise<SnapshotView> => {
    const found = await viewOf(name);
    if (found === undefined) throw refusal('UnknownSnapshot', `there is no snapshot ${JSON.stringify(name)}`);
    return found;
  };
  const list = async (): Promise<readonly SnapshotView[]> => {
    const names = (await readdir(folder).catch(() => [])).flatMap((file) => /^(.+)\.sqlite$/.exec(file)?.[1] ?? []);
    const all = await Promise.all(names.toSorted().map(viewOf));
    return all.filter((one) => one !== undefined);
  };
  const requireRoom = async (name: string): Promise<void> => {
    const all = await list();
    if (all.length >= most && !all.some((one) => one.name === name))
      throw refusal('TooManySnapshots', `there are ${most} snapshots; remove one`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
  };
  const write = async (name: string): Promise<SnapshotView> => {
    await requireRoom(name);
    const rules = faults.list().map(({ matched: _matched, acted: _acted, ...rule }) => rule);
    const note: Note = { takenAt: iso(machineNow()), worldTime: iso(clock.now()), faults: rules };
    await writeSnapshot(store, fileOf(name), key);
    await writeFile(fileOf(name, 'json'), JSON.stringify(note), { mode: 0o600 });
    return requireOne(name);
  };
  const restore = async (name: string): Promise<SnapshotView> => {
    const found = await requireOne(name);
    holds?.clear();
    requireLoaded(name, await loadSnapshot(store, fileOf(name), key));
    const kept = await loadClockState(store.read);
    if (kept !== undefined) clock.restore(kept);
    faults.clear();
    for (const rule of (await noteOf(name))?.faults ?? []) faults.add(rule);
    await forget();
    return found;
  };
  return {
    list,
    take: (name) => turn(() => write(name)),
    restore: (name) => turn(() => restore(name)),
    async remove(name) {
      await requireOne(name);
      for (const kind of ['sqlite', 'json'] as const) await rm(fileOf(name, kind), { force: true });
    },
    async read(name) {
      const { octets } = await requireOne(name);
      return { octets, stream: createReadStream(fileOf(name)) };
    },
    async put(name, octets) {
      await requireRoom(name);
      const partial = `${fileOf(name)}.partial`;
      try {
        await pipeline(octets, limited(), createWriteStream(partial, { mode: 0o600 }));
        await rm(fileOf(name, 'json'), { force: true });
        await rename(partial, fileOf(name));
      } finally {
        await rm(partial, { force: true });
      }
      return requireOne(name);
    },
    async opened(name, work) {
      if (name === null) return work(store);
      await requireOne(name);
      return aside(fileOf(name), name, key, work);
    },
    async seeded(work) {
      const { baselineFile } = await import('./baseline.ts');
      const { file, key: baseline } = baselineFile(world, foundation.startedAt, {
        cacheDir: join(dataDir, 'cache'),
        version: foundation.version,
      });
      return aside(file, 'seed', baseline, work);
    },
  };
}

/** A state beside the one that the lab has. */
async function aside<T>(file: string, name: string, key: string, work: (store: Store) => Promise<T>): Promise<T> {
  const opened = await openStore({ location: ':memory:' });
  try {
    requireLoaded(name, await loadSnapshot(opened, file, key));
    return await work(opened);
  } finally {
    await opened.close();
  }
}

function requireLoaded(name: string, outcome: Awaited<ReturnType<typeof loadSnapshot>>): void {
  if (outcome === 'loaded') return;
  const why = {
    absent: 'has gone',
    damaged: 'is damaged, or no state of a lab',
    'other-schema': 'was written by a version of coexist that keeps its data in another form',
    other: 'is of another world: world, seed and era have to be those that it was made with',
  }[outcome];
  throw refusal('SnapshotNotUsable', `the snapshot ${name} ${why}`);
}

function limited(): Transform {
  let octets = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      octets += chunk.length;
      if (octets > mostOctets) done(refusal('SnapshotNotUsable', `a state has at most ${mostOctets} octets`));
      else done(null, chunk);
    },
  });
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

function refusal(code: SnapshotRefusalCode, detail: string): Refusal<SnapshotRefusalCode> {
  return new Refusal(code, { detail });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
