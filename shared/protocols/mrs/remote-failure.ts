import type { Refusal } from '../../kernel/refusal.ts';
import { SchemaError } from '../../xml/errors.ts';
import type { readSoap12Fault } from '../soap/fault-12.ts';
import { type Called, faulted } from './call-failures.ts';
import { isMrsException, type MrsException, mrsException } from './exceptions.ts';
import { readServiceFault } from './service-fault.ts';

/** What a fault stands for: the exception of the other side, under its own name where it is known here. */
export function remoteFailure(
  called: Called,
  { reason, subcode, detail }: NonNullable<ReturnType<typeof readSoap12Fault>>,
): Refusal<MrsException> {
  let told: ReturnType<typeof readServiceFault>;
  try {
    told = readServiceFault(detail);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
  }
  if (told === undefined) {
    const failure = faulted(called, reason);
    return subcode === 'DeserializationFailed'
      ? mrsException('CommunicationErrorPermanentException', failure.values['Message'] ?? '')
      : failure;
  }
  const { exceptionType, message, kind, side } = told;
  const more = { ExceptionType: exceptionType, Remote: called.name, ...(side === null ? {} : { Side: side }) };
  if (isMrsException(exceptionType)) return mrsException(exceptionType, message, more);
  return mrsException(kind === 'Permanent' ? 'MRSRemotePermanentException' : 'MRSRemoteTransientException', message, more);
}
