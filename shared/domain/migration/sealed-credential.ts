import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import type { RemoteCredential, SealedCredential } from './move-request.ts';
import { openPassword, sealPassword } from './sealed-password.ts';

/** An account as it is kept, sealed as {@link sealPassword} does. `owner`: the GUID of what it belongs to. */
export async function sealCredential(
  tx: Executor,
  organization: string,
  owner: string,
  { userName, password }: RemoteCredential,
  at: Instant,
): Promise<SealedCredential> {
  return { userName, sealed: await sealPassword(tx, organization, owner, password, at) };
}

/** The inverse. Refuses with `password-unreadable`. */
export async function openCredential(
  executor: Executor,
  organization: string,
  owner: string,
  { userName, sealed }: SealedCredential,
): Promise<RemoteCredential> {
  return { userName, password: await openPassword(executor, organization, owner, sealed) };
}
