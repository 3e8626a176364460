import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import type { CliContext } from '../../../services/cli/context.ts';
import { runCli } from '../../../services/cli/program.ts';
import { type FakeLab, startFakeLab } from '../../wire/admin/lab.ts';

export interface Outcome {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** A working folder and a fake lab for each test of a file, and commands that are run in between. */
export interface Surrounding {
  readonly workingDir: string;
  lab: FakeLab;
  onShutdown: () => void;
  /** Runs a command line in this process; the lab is found by COEXIST_ADMIN_URL unless `more` has another environment. */
  coexist(argv: readonly string[], more?: Partial<CliContext>): Promise<Outcome>;
}

/** Call at the top of a test file. */
export function surround(): Surrounding {
  let workingDir = '';
  let lab: FakeLab | undefined;
  const here: Surrounding = {
    get workingDir() {
      return workingDir;
    },
    get lab() {
      if (lab === undefined) throw new Error('no test runs');
      return lab;
    },
    set lab(other) {
      lab = other;
    },
    onShutdown: () => undefined,
    coexist: async (argv, more = {}) => {
      let [out, err] = ['', ''];
      const code = await runCli(argv, {
        workingDir,
        terminal: false,
        environment: { COEXIST_ADMIN_URL: here.lab.url },
        print: (text) => {
          out += text;
        },
        complain: (text) => {
          err += text;
        },
        readInput: () => Promise.resolve(''),
        start: () => Promise.reject(new Error('not expected to start a lab')),
        mainModule: fileURLToPath(import.meta.resolve('./fake-main.ts')),
        ...more,
      });
      return { code, out, err };
    },
  };
  beforeEach(async () => {
    workingDir = mkdtempSync(join(tmpdir(), 'coexist-cli-'));
    here.onShutdown = () => undefined;
    lab = await startFakeLab({ onShutdown: () => here.onShutdown() });
  });
  afterEach(async () => {
    await lab?.close();
    rmSync(workingDir, { recursive: true });
  });
  return here;
}
