import { Refusal } from '../../kernel/refusal.ts';

/** What the directory may refuse. `name-taken`: an alias, account name or user principal name is another recipient's. */
export type DirectoryRefusalCode = 'address-taken' | 'name-taken' | 'recipient-not-found';

/** A refusal of the directory. `detail` is for the journal, never for a client. */
export function directoryRefusal(code: DirectoryRefusalCode, detail: string): Refusal<DirectoryRefusalCode> {
  return new Refusal(code, { detail });
}
