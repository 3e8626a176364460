import { WorldFileError } from '../../shared/domain/world/problems.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { UsageError } from '../config.ts';

/** What a command leaves behind: README.md lists them. `exec` leaves its child's code instead. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, environment: 3, timeout: 4, nothingMatched: 5 } as const;

/** Ends a command with a message for people and an exit code for scripts. */
export class CliFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
  }
}

/** Message and exit code for whatever was thrown. The message of a defect carries its stack: it is for the lab's own user. */
export function describeFailure(error: unknown): { readonly exitCode: number; readonly message: string } {
  if (error instanceof CliFailure) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof UsageError || error instanceof WorldFileError) return { exitCode: exitCodes.usage, message: error.message };
  if (error instanceof Refusal) return { exitCode: exitCodes.environment, message: error.message };
  // Of services/listeners.ts, which the commands cannot see, and of services/exported-state.ts, which they need not load.
  if (error instanceof Error && /^(Port|Export)Error$/.test(error.name)) return { exitCode: exitCodes.environment, message: error.message };
  const environment = environmentFailure(error);
  if (environment !== undefined) return { exitCode: exitCodes.environment, message: environment };
  return { exitCode: exitCodes.failure, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** What the machine does not give: a port, an address, a file. */
function environmentFailure(error: unknown): string | undefined {
  const { code, port, address, path, syscall } = error as NodeJS.ErrnoException & { readonly port?: number; readonly address?: string };
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${address} is in use; end what uses it, or move the block with --port-base, or use --port 0`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address}`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return port === undefined ? `no permission for ${path ?? syscall}` : `no permission to listen on port ${port}`;
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return undefined;
  }
}
