import type { Contract, OperationName } from '../../../shared/protocols/mrs/contract.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/mrs/operation.ts';
import type { MrsCall } from '../context.ts';
import { destinationHandlers } from './destination.ts';
import { mailboxHandlers } from './mailbox.ts';
import { sessionHandlers } from './session.ts';
import { sourceHandlers } from './source.ts';

/** Carries an operation out. Throws refusals whose codes are names of exceptions. */
export type Handler<Request, Response> = (call: MrsCall, request: Request) => Promise<Response>;
export type HandlerOf<Name extends OperationName> = Handler<RequestOf<Contract[Name]>, ResponseOf<Contract[Name]>>;
/** Handlers of some operations, by their names. */
export type Handlers<Name extends OperationName> = { readonly [Each in Name]: HandlerOf<Each> };

/** Every operation of the contract and who carries it out. */
export const operations: Handlers<OperationName> = {
  ...sessionHandlers,
  ...mailboxHandlers,
  ...sourceHandlers,
  ...destinationHandlers,
};
