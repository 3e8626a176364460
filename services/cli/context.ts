import type { ProductName } from '../../shared/domain/world/vocabulary.ts';
import type { Config, Surroundings } from '../config.ts';

/** A lab that runs in this process. */
export interface RunningLab {
  readonly endpoints: Endpoints;
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

/** The members of `endpoints.json` that commands use. */
export interface Endpoints {
  readonly version: string;
  readonly pid: number;
  readonly adminUrl: string;
  readonly adminToken: string | null;
  readonly caFile: string;
  readonly proxyUrl: string | null;
  readonly dns: string | null;
  readonly organizations: Readonly<Record<string, OrganizationEndpoints>>;
}

export interface OrganizationEndpoints {
  readonly kind: string;
  readonly product: ProductName;
  readonly domains: readonly string[];
  /** Computer names, where the world names them. */
  readonly servers?: readonly string[];
  readonly tenantId?: string;
  readonly authority?: string | null;
  readonly clients?: readonly { readonly clientId: string; readonly clientSecret?: string }[];
  readonly ews: string | null;
  readonly autodiscover: string | null;
  readonly mrsProxy: string | null;
  readonly smtp: string | null;
  readonly clientSmtp: string | null;
  readonly submission: string | null;
}
