import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { moduleBeside } from '../shared/kernel/module-beside.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { WorldsControl, WorldView } from './admin/context.ts';
import { nodeFlags } from './heap.ts';
import type { WorldProcessOrder, WorldProcessWord } from './lab/world-process.ts';

/** Why a world on demand is not to be had. */
export type WorldsRefusal = 'TooManyWorlds' | 'WorldNotStarted' | 'WorldTooSlow';

/** A world has to be ready, with all that is given in it, after this long. */
const mostStartMs = 60_000;
/** One that does not end by itself is ended after this long. */
const mostEndMs = 10_000;
const mostErrorCharacters = 4_096;

interface ForkedWorld {
  readonly view: WorldView;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

/**
 * Worlds beside this lab's own, each in a process of its own on free ports. They share the data folder, and so the CA, keys and
 * seeded worlds, and nothing else. A process ends when this one does, however that comes about: its channel closes then.
 */
export function createForkedWorlds(options: {
  readonly dataDir: string;
  readonly most: number;
}): WorldsControl & { close(): Promise<void> } {
  const running = new Map<string, ForkedWorld>();
  const starting = new Set<ChildProcess>();
  let count = 0;
  let closed = false;

  const end = async ({ child, ended }: Pick<ForkedWorld, 'child' | 'ended'>): Promise<void> => {
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), mostEndMs);
    await ended;
    clearTimeout(late);
  };

  return {
    list: () => [...running.values()].map(({ view }) => view),
    async open(order) {
      if (closed) throw new Refusal<WorldsRefusal>('WorldNotStarted', { detail: 'the lab is ending' });
      if (running.size + starting.size >= options.most)
        throw new Refusal<WorldsRefusal>('TooManyWorlds', { detail: `there are ${options.most} worlds already; DELETE one first` });
      count += 1;
      const id = `world-${count}`;
      const child = forkWorld();
      starting.add(child);
      // `close` never comes of a child whose channel was closed from here.
      const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()).once('error', () => resolve()));
      try {
        const endpoints = await orderWorld(child, { dataDir: options.dataDir, order });
        const { world = 'contoso-hybrid', era = null, seed = null } = order;
        const view = { id, world: typeof world === 'string' ? world : null, era, seed, endpoints };
        running.set(id, { view, child, ended });
        void ended.then(() => {
          running.delete(id);
          removeLeft(options.dataDir, child);
        });
        return view;
      } catch (error) {
        child.kill('SIGKILL');
        await ended;
        throw error;
      } finally {
        starting.delete(child);
      }
    },
    async remove(id) {
      const world = running.get(id);
      if (world === undefined) return false;
      await end(world);
      return true;
    },
    async close() {
      closed = true;
      for (const child of starting) child.kill('SIGKILL');
      await Promise.all([...running.values()].map(end));
    },
  };
}

/** Where a world says that it can be reached goes with its process, also where that could not see to it itself. */
function removeLeft(dataDir: string, { pid }: ChildProcess): void {
  // The first lab of its process, and the only one.
  rmSync(join(dataDir, `endpoints-${pid}-1.json`), { force: true });
}

function forkWorld(): ChildProcess {
  return fork(moduleBeside(import.meta.url, './lab/world-process'), {
    execArgv: [...nodeFlags],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Tells a new process which world it is to be, and waits until it is. Refuses with a {@link WorldsRefusal}. */
function orderWorld(child: ChildProcess, order: WorldProcessOrder): Promise<WorldView['endpoints']> {
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-mostErrorCharacters);
  });
  const told = Promise.withResolvers<WorldView['endpoints']>();
  const refuse = (code: WorldsRefusal, detail: string): void => told.reject(new Refusal(code, { detail }));
  const late = setTimeout(() => refuse('WorldTooSlow', `the world was not ready after ${mostStartMs} ms and was ended`), mostStartMs);
  child.once('message', (word: WorldProcessWord) => {
    if ('endpoints' in word) told.resolve(word.endpoints);
    else refuse('WorldNotStarted', word.failed);
  });
  // For as long as it lives: an error that nobody hears would end the lab.
  child.on('error', (error) => refuse('WorldNotStarted', `no process could be started: ${error.message}`));
  child.once('exit', (code) =>
    refuse('WorldNotStarted', `its process ended with ${code ?? 'a signal'}${complaints === '' ? '' : `: ${complaints.trim()}`}`),
  );
  child.send(order);
  return told.promise.finally(() => clearTimeout(late));
}
