import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { clientEnvironment } from '../client-environment.ts';
import { readConfig } from '../config.ts';
import { type RunningLab, start } from '../main.ts';
import { openControl } from '../runner/control.ts';

/** A lab inside this process. */
export interface Lab extends RunningLab {
  /**
   * Runs a line of the Exchange Management Shell, as `administrator@<default domain>` or as who is named; what it writes. Rejects with
   * the shell's words.
   */
  cmdlet(organization: string, line: string, as?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The variables that point a program at the lab, as `coexist exec` sets them: to be added to those that it has. */
  environment(): Readonly<Record<string, string>>;
}

/** How a lab inside this process differs from `coexist up`. */
export interface LabOptions {
  /** Name of a shipped world, path of a world file (from the working folder of this process), or what stands in one. */
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
export async function startLab(options: LabOptions = {}): Promise<Lab> {
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

async function startIn(dataDir: string, options: LabOptions): Promise<Lab> {
  const { world } = options;
  const flags = Object.entries({
    world: typeof world === 'string' && /[./\\]/.test(world) ? resolve(world) : typeof world === 'string' ? world : undefined,
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
  const { write = () => {} } = options;
  // No line is made for a log that goes nowhere.
  const log = options.write === undefined ? { ...config.log, level: 'silent' as const } : config.log;
  const lab = await start({ ...config, log, endpointsFile, mostWorlds, announce: false }, write);
  const { endpoints } = lab;
  const control = openControl(endpoints, new AbortController().signal);
  return {
    ...lab,
    async cmdlet(...call) {
      const { objects, refusal } = await control.cmdlet(...call);
      if (refusal !== undefined) throw new Error(refusal);
      return objects;
    },
    environment: () => clientEnvironment(endpoints, { caFile: endpoints.caFile, proxy: true }),
  };
}

let started = 0;
