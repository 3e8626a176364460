import type { CallResult } from '../../protocols/ews/client.ts';
import type { Contract } from '../../protocols/ews/contract-type.ts';
import type { Discovered } from './discover.ts';
import type { GraphDoor } from './graph-door.ts';

/** A way to another organisation, opened for one user: how its mailboxes are found and asked for. */
export interface Way {
  /** Name of the object that is the way, for texts. */
  readonly name: string;
  /** Microsoft Graph, for what goes by it. */
  readonly graph?: GraphDoor;
  /**
   * The EWS address at which each of a hundred mailboxes at most is asked for, or why there is none: a refusal with
   * `HybridRefusalCode`, or one of the dialer. Refuses so itself where no mailbox can have an address.
   */
  locate(mailboxes: readonly string[]): Promise<readonly Discovered[]>;
  /** Calls an operation at one of them. Refuses as {@link Way.locate}. */
  call<Request, Response>(url: string, contract: Contract<Request, Response>, request: Request): Promise<CallResult<Response>>;
}
