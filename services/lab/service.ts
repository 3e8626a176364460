import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { type RunningLab, start } from '../main.ts';

/** How a lab inside this process differs from `coexist up`. */
export interface LabOptions {
  /** Name of a shipped world, path of a world file, or what stands in one. */
  readonly world?: string | object | undefined;
  /** `real`, `offset:+30d` or `frozen@2026-11-01T09:00Z`. */
  readonly clock?: string | undefined;
  readonly era?: string | undefined;
  readonly seed?: string | undefined;
  /** Give Microsoft's own names out where hosts have one. */
  readonly realNames?: boolean | undefined;
  /** How many further worlds may be asked of its control port; 32. */
  readonly worlds?: number;
  /** CA and caches; by default a folder of its own that goes with the lab. Share one between labs to start faster. */
  readonly dataDir?: string;
  /** Folder in which the store is kept; by default it lives in memory. */
  readonly persist?: string;
  /** Takes the log; by default it goes nowhere. */
  readonly write?: (text: string) => void;
}

/**
 * Starts a lab in this process on free ports, as `coexist up --port 0` would. Its environment is not looked at.
 * Rejects like `start`.
 */
export async function startLab(options: LabOptions = {}): Promise<RunningLab> {
  if (options.dataDir !== undefined) return startIn(options.dataDir, options);
  const own = await mkdtemp(join(tmpdir(), 'coexist-'));
  const remove = (): Promise<void> => rm(own, { recursive: true, force: true });
  try {
    const lab = await startIn(own, options);
    const close = async (): Promise<void> => {
      try {
        await lab.close();
      } finally {
        await remove();
      }
    };
    return { ...lab, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startIn(dataDir: string, options: LabOptions): Promise<RunningLab> {
  const { world } = options;
  const flags = Object.entries({
    world: typeof world === 'string' ? world : undefined,
    clock: options.clock,
    era: options.era,
    seed: options.seed,
    persist: options.persist,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  const names = options.realNames === true ? ['--real-names'] : [];
  const inline = typeof world === 'object' ? { COEXIST_CONFIG_JSON: JSON.stringify(world) } : {};
  const config = readConfig(['--port', '0', '--data-dir', dataDir, ...flags, ...names], inline, { workingDir: dataDir, terminal: false });
  started += 1;
  // Labs of one process may share a data folder, so each publishes its endpoints in a file of its own.
  const endpointsFile = join(dataDir, `endpoints-${process.pid}-${started}.json`);
  const mostWorlds = options.worlds ?? config.mostWorlds;
  return start({ ...config, endpointsFile, mostWorlds, announce: false }, options.write ?? (() => {}));
}

let started = 0;
