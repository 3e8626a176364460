import { join } from 'node:path';
import { runCli } from '../../services/cli/program.ts';
import type { TestLab } from './test-lab.ts';

/** What `coexist hcw run` said, and how it ended. */
export interface WizardRan {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** Where the log of a lab's wizard is written by {@link runWizard}. */
export function wizardLog(lab: Pick<TestLab, 'dataDir' | 'endpoints'>): string {
  return join(lab.dataDir, `wizard-${new URL(lab.endpoints.adminUrl).port}.log`);
}

/** Types `coexist hcw run` as contoso's administrator. `heard`: what is done when something is said on standard error. */
export async function runWizard(lab: TestLab, argv: readonly string[], heard?: (text: string) => Promise<void>): Promise<WizardRan> {
  let [out, err] = ['', ''];
  const listening: Promise<void>[] = [];
  const own = ['hcw', 'run', '--credential', `CONTOSO\\administrator:${lab.password}`, '--log', wizardLog(lab)];
  const code = await runCli([...own, ...argv], {
    workingDir: lab.dataDir,
    terminal: false,
    environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl },
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
      if (heard !== undefined) listening.push(heard(text));
    },
    readInput: () => Promise.resolve(''),
    start: () => Promise.reject(new Error('not expected to start a lab')),
    mainModule: '',
  });
  await Promise.all(listening);
  return { code, out, err };
}
