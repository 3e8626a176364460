import { Refusal } from '../../kernel/refusal.ts';

/** Whether trying again may help. */
export type ExceptionKind = 'Transient' | 'Permanent';

/**
 * How calls of the replication service fail, by the names of Exchange's exceptions: the codes by which a move goes on or ends, and
 * which reports show. The first are made by whoever calls, the others by the proxy or the mailbox at either end.
 */
export const exceptionKinds = {
  CommunicationErrorTransientException: 'Transient',
  CommunicationErrorPermanentException: 'Permanent',
  TimeoutErrorTransientException: 'Transient',
  EndpointNotFoundTransientException: 'Transient',
  QuotaExceededPermanentException: 'Permanent',
  CommunicationWithRemoteServiceFailedTransientException: 'Transient',
  UnsupportedRemoteServerVersionWithOperationPermanentException: 'Permanent',
  MRSRemoteTransientException: 'Transient',
  MRSRemotePermanentException: 'Permanent',
  MRSProxyConnectionLimitReachedTransientException: 'Transient',
  UnsupportedClientVersionPermanentException: 'Permanent',
  InvalidProxyOperationOrderPermanentException: 'Permanent',
  NotImplementedPermanentException: 'Permanent',
  InvalidDataTransientException: 'Transient',
  ConnectionFailedTransientException: 'Transient',
  RecipientNotFoundPermanentException: 'Permanent',
  MailboxDoesNotExistPermanentException: 'Permanent',
  MailboxInUsePermanentException: 'Permanent',
  SourceMailboxAlreadyBeingMovedTransientException: 'Transient',
  DestMailboxAlreadyBeingMovedTransientException: 'Transient',
  TargetUserAlreadyHasPrimaryMailboxException: 'Permanent',
} as const satisfies Readonly<Record<string, ExceptionKind>>;
export type MrsException = keyof typeof exceptionKinds;

export function isMrsException(name: string): name is MrsException {
  return Object.hasOwn(exceptionKinds, name);
}

/** A failure with what a report says of it in `values`: `Message`, `Kind`, and `ExceptionType` where the code stands for a class that is not in the list. */
export function mrsException(code: MrsException, message: string, more: Readonly<Record<string, string>> = {}): Refusal<MrsException> {
  return new Refusal(code, { detail: message, values: { Message: message, Kind: exceptionKinds[code], ...more } });
}

/** "The call to '{0}' failed." and the messages of the exceptions behind it, as every report has it. */
export function callFailed(to: string, details: readonly string[]): string {
  return `The call to '${to}' failed. Error details: ${details.join(' --> ')}.`;
}
