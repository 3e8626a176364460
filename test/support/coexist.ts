import { runCli } from '../../services/cli/program.ts';
import type { TestLab } from './test-lab.ts';

/** What a command line came to. */
export interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** The command line, with a lab of this process; `input` is its standard input. */
export function coexistWith({ dataDir, endpoints }: Pick<TestLab, 'dataDir' | 'endpoints'>) {
  return async (argv: readonly string[], input = ''): Promise<Ended> => {
    let [out, err] = ['', ''];
    const code = await runCli(argv, {
      ...{ workingDir: dataDir, terminal: false, environment: { COEXIST_ADMIN_URL: endpoints.adminUrl }, mainModule: '' },
      print: (text) => {
        out += text;
      },
      complain: (text) => {
        err += text;
      },
      readInput: () => Promise.resolve(input),
      start: () => Promise.reject(new Error('not expected to start a lab')),
    });
    return { code, out, err };
  };
}
