import { Refusal } from '../kernel/refusal.ts';

/**
 * What the store may refuse. `InUse`: another process holds the file; `Unreachable`: no connection to the server, or one
 * that cannot serve; `NewerSchema`: written by a later version; `VersionConflict`: a configuration object was changed or
 * removed since it was read; `AlreadyExists`: an object to be created is there.
 */
export type StoreRefusalCode = 'InUse' | 'Unreachable' | 'NewerSchema' | 'VersionConflict' | 'AlreadyExists';

/** A refusal of the store. `detail` is for the log, never for a client. */
export function storeRefusal(code: StoreRefusalCode, detail: string): Refusal<StoreRefusalCode> {
  return new Refusal(code, { detail });
}
