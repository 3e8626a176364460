import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { Config, Surroundings } from '../config.ts';

/** A lab that runs in this process. */
export interface RunningLab {
  readonly endpoints: EndpointsDocument;
  /** Drains and ends it. */
  close(): Promise<void>;
  /** Settles as `close` does when it has ended, whoever asked for that. */
  readonly closed: Promise<void>;
}

/** What commands know of their surroundings. */
export interface CliContext extends Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output and standard error; whole lines. */
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Columns of the terminal, as wide as it is now; absent or undefined: nobody knows. */
  readonly columns?: () => number | undefined;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** Starts a lab in this process. */
  readonly start: (config: Config) => Promise<RunningLab>;
  /** Path of the module that starts a lab in a process of its own. */
  readonly mainModule: string;
}
