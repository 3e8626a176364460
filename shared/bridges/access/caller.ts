import type { Guid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';

/** Whoever signed in. */
export interface Caller {
  readonly organization: string;
  /** Object GUID in the directory. */
  readonly recipient: Guid;
  readonly primarySmtpAddress: string;
  readonly userPrincipalName: string;
  /** The mailbox that this organisation keeps for the caller; null when it lies elsewhere. */
  readonly mailbox: Guid | null;
  /** Whoever signed in and acts in this user's name: an address, or the id of an application. */
  readonly impersonatedBy?: string;
  /** Id of the application whose token was shown. */
  readonly application?: string;
}

/**
 * Why access is refused. The first three are one and the same answer to the client (401 and the challenges), so that it
 * learns nothing about accounts; `access-denied` is for a caller who is known and may not open a mailbox.
 */
export type AccessRefusalCode = 'no-credentials' | 'scheme-not-offered' | 'invalid-credentials' | 'access-denied';

/** A refusal of access. `detail` is for the journal, never for a client. */
export function accessRefusal(code: AccessRefusalCode, detail: string): Refusal<AccessRefusalCode> {
  return new Refusal(code, { detail });
}
