import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { MoverParts } from './context.ts';
import type { MoveLedger } from './ledger.ts';

/** The work of one request as one visit has it in hand. What is common to all kinds (claim, turns, failures, the daily sync) is in visit.ts. */
export interface Carrying {
  /** Tells the report what it is connected to. */
  begin(): Promise<void>;
  /** Copies what is not copied yet, and what has changed since; the first time it writes the step `seeded`. Every step may be taken again. */
  sync(): Promise<void>;
  /** What a request does when it may complete, after a sync: until it is done it is never given up by suspending or removing. */
  complete(): Promise<void>;
  /** Lets the owner of the source work again, after a failure or a stop. What cannot be reached does not count. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/** How requests of one type are worked on: a row of the table in kinds.ts. */
export interface Kind<Work extends Carrying = Carrying> {
  /** Takes the work up. Refuses as the two ends do: a refusal with a value `Kind` of `Transient` is tried again. */
  carry(parts: MoverParts, organization: Organization, ledger: MoveLedger, signal: AbortSignal): Promise<Work>;
  /** Takes back what a removed request has made; `carrying` is absent where an end could not be reached. */
  undo(parts: MoverParts, organization: Organization, ledger: MoveLedger, carrying: Work | undefined): Promise<void>;
}
