import type { RequestOf, ResponseOf } from '../../shared/protocols/ews/contract-type.ts';
import type { EwsCall } from './context.ts';

/** What carries out a contract: the room where the wire's words and the mailbox's meet. */
export type Operation<Contract> = (call: EwsCall, request: RequestOf<Contract>) => Promise<ResponseOf<Contract>>;
