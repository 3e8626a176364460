import type { Refusal } from '../../kernel/refusal.ts';
import { SchemaError } from '../../xml/errors.ts';
import type { readSoap12Fault } from '../soap/fault-12.ts';
import { isMrsException, type MrsException, mrsException } from './exceptions.ts';
import { readServiceFault } from './service-fault.ts';

/**
 * What a fault stands for: the exception of the other side, under its own name where it is known here. `otherwise`: the failure where it
 * tells of none.
 */
export function remoteFailure(
  name: string,
  { subcode, detail }: Pick<NonNullable<ReturnType<typeof readSoap12Fault>>, 'subcode' | 'detail'>,
  otherwise: Refusal<MrsException>,
): Refusal<MrsException> {
  let told: ReturnType<typeof readServiceFault>;
  try {
    told = readServiceFault(detail);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
  }
  if (told === undefined)
    return subcode === 'DeserializationFailed'
      ? mrsException('CommunicationErrorPermanentException', otherwise.values['Message'] ?? '')
      : otherwise;
  const { exceptionType, message, kind, side } = told;
  const more = { ExceptionType: exceptionType, Remote: name, ...(side === null ? {} : { Side: side }) };
  if (isMrsException(exceptionType)) return mrsException(exceptionType, message, more);
  return mrsException(kind === 'Permanent' ? 'MRSRemotePermanentException' : 'MRSRemoteTransientException', message, more);
}
