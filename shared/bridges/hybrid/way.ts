import type { CallResult } from '../../protocols/ews/client.ts';
import type { Contract } from '../../protocols/ews/contract-type.ts';

/** A way to another organisation, opened for one user: how its mailboxes are found and asked for. */
export interface Way {
  /** Name of the object that is the way, for texts. */
  readonly name: string;
  /** The EWS address at which a mailbox is asked for. Refuses with `HybridRefusalCode`; the dialer's refusals pass through. */
  locate(mailbox: string): Promise<string>;
  /** Calls an operation there. Refuses as {@link Way.locate}. */
  call<Request, Response>(url: string, contract: Contract<Request, Response>, request: Request): Promise<CallResult<Response>>;
}
