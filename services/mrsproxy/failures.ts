import { Refusal } from '../../shared/kernel/refusal.ts';
import { mrsException } from '../../shared/protocols/mrs/exceptions.ts';
import { deserializationFailed, type FaultMessage, internalServiceFault, operationFault } from '../../shared/protocols/mrs/faults.ts';
import { plainErrorCode, type ServiceFault, serviceFaultElement } from '../../shared/protocols/mrs/service-fault.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import { SchemaError } from '../../shared/xml/errors.ts';

/** "Access is denied.": WCF's word to whoever may not call the service (support.microsoft.com "Access is denied" when moving mailboxes). */
export const accessDenied: FaultMessage = {
  action: 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault',
  fault: {
    code: 'Sender',
    subcode: {
      namespace: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
      prefix: 'o',
      name: 'FailedAuthentication',
    },
    reason: 'Access is denied.',
  },
};

/** What an operation that fails answers; undefined: a defect. `side`: the end of the move that the proxy stands for. */
export function faultOf(error: unknown, operation: string, side: ServiceFault['side']): FaultMessage | undefined {
  if (error instanceof SchemaError) return deserializationFailed(error.message);
  const exception = exceptionOf(error);
  if (exception === undefined) return undefined;
  const message = exception.values['Message'] ?? exception.code;
  const kind = /Transient/.test(exception.code) ? 'Transient' : 'Permanent';
  const detail: ServiceFault = { exceptionType: exception.code, message, kind, side, errorCode: plainErrorCode, inner: null };
  return operationFault(operation, message, serviceFaultElement(detail));
}

/** Refusals of the mailboxes and of this service have the names of exceptions; whoever moves tries again what is `Transient`. */
function exceptionOf(error: unknown): Refusal | undefined {
  if (error instanceof DatabaseAway) return storeAway();
  return error instanceof Refusal && error.code.endsWith('Exception') ? error : undefined;
}

/** A defect: nobody is told more. */
export const defectFault = internalServiceFault();

/** An operation of Exchange that is not here. The sentence is ours. */
export function notImplemented(operation: string): Error {
  return mrsException('NotImplementedPermanentException', `The operation ${operation} is not simulated.`);
}

/** Exchange's name for a connection to the store that fails (performance counters of MSExchange OWA). The sentence is ours. */
function storeAway(): Refusal {
  return mrsException('ConnectionFailedTransientException', 'The mailbox store cannot be reached now. Try again later.');
}

/** Microsoft: "Mailbox migration failed: the maximum number of active MRS connections". */
export function limitReached(current: number, limit: number): Error {
  return mrsException(
    'MRSProxyConnectionLimitReachedTransientException',
    "The Mailbox Replication Proxy Service can't process this request because it has reached the maximum number of active MRS connections " +
      `allowed. Current connections: ${current}, Connections limit: ${limit}.`,
  );
}
