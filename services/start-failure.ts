import { Refusal } from '../shared/kernel/refusal.ts';

/** By the names of errors: 2 for bad usage, 3 for the machine, as of every command (services/cli/README.md). */
const exitCodes: Readonly<Record<string, number>> = { UsageError: 2, WorldFileError: 2, PortError: 3, ExportError: 3 };

/** What a start that failed says to the user, and the code that it ends with. */
export function startFailure(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof Refusal) return { message: `coexist: ${error.message}`, exitCode: 3 };
  if (!(error instanceof Error)) return { message: `coexist: ${String(error)}`, exitCode: 1 };
  const code =
    exitCodes[error.name] ??
    ('code' in error && typeof error.code === 'string' && /^E(ACCES|PERM|ROFS|NOSPC)$/.test(error.code) ? 3 : undefined);
  return code === undefined
    ? { message: error.stack ?? error.message, exitCode: 1 }
    : { message: `coexist: ${error.message}`, exitCode: code };
}
