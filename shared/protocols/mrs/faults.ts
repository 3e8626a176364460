import { element, type XmlElement } from '../../xml/element.ts';
import type { Soap12Fault } from '../soap/fault-12.ts';
import { actions, addressing, flowControl, reliable } from './namespaces.ts';

/** A fault with the action that its message has. */
export interface FaultMessage {
  readonly action: string;
  readonly fault: Soap12Fault;
}

/** Faults of a sequence (WS-ReliableMessaging 2005/02 section 4), with that specification's reasons. */
const sequenceReasons = {
  UnknownSequence: 'The value of wsrm:Identifier is not a known Sequence identifier.',
  InvalidAcknowledgement: 'The SequenceAcknowledgement violates the cumulative acknowledgement invariant.',
  LastMessageNumberExceeded:
    'The value for wsrm:MessageNumber exceeds the value of the MessageNumber accompanying a LastMessage element in this Sequence.',
  MessageNumberRollover: 'The maximum value for wsrm:MessageNumber has been exceeded.',
} as const;
export type SequenceFault = keyof typeof sequenceReasons;

/** A fault about a sequence, which it names. */
export function sequenceFault(name: SequenceFault, identifier: string): FaultMessage {
  return {
    action: actions.sequenceFault,
    fault: {
      code: 'Sender',
      subcode: { namespace: reliable, prefix: 'r', name },
      reason: sequenceReasons[name],
      detail: [element(reliable, 'Identifier', [identifier])],
    },
  };
}

/**
 * No sequence is made. `ConnectionLimitReached` (WCF's): there are too many; the client may come back. The reason is the
 * specification's.
 */
export function createSequenceRefused(why: 'ConnectionLimitReached' | 'NoOffer' | 'AcksTo'): FaultMessage {
  const isFull = why === 'ConnectionLimitReached';
  return {
    action: actions.sequenceFault,
    fault: {
      code: isFull ? 'Receiver' : 'Sender',
      subcode: isFull
        ? { namespace: flowControl, prefix: 'netrm', name: 'ConnectionLimitReached' }
        : { namespace: reliable, prefix: 'r', name: 'CreateSequenceRefused' },
      reason: 'The create sequence request has been refused by the RM Destination.',
    },
  };
}

/** A header of WS-Addressing is missing (WS-Addressing 1.0 SOAP binding 6.4.1). */
export function addressingHeaderRequired(name: 'Action' | 'MessageID' | 'ReplyTo'): FaultMessage {
  return {
    action: actions.addressingFault,
    fault: {
      code: 'Sender',
      subcode: { namespace: addressing, prefix: 'a', name: 'MessageAddressingHeaderRequired' },
      reason: 'A required header representing a Message Addressing Property is not present',
      detail: [element(addressing, 'ProblemHeaderQName', [`a:${name}`])],
    },
  };
}

/** Nothing here has this action; the sentence is .NET's published one (System.ServiceModel resources), as WCF services answer it. */
export function actionNotSupported(action: string): FaultMessage {
  const reason =
    `The message with Action '${action.slice(0, 256)}' cannot be processed at the receiver, due to a ContractFilter mismatch at the ` +
    'EndpointDispatcher. This may be because of either a contract mismatch (mismatched Actions between sender and receiver) or a ' +
    'binding/security mismatch between the sender and the receiver.  Check that sender and receiver have the same contract and the same ' +
    'binding (including security requirements, e.g. Message, Transport, None).';
  return {
    action: actions.addressingFault,
    fault: { code: 'Sender', subcode: { namespace: addressing, prefix: 'a', name: 'ActionNotSupported' }, reason },
  };
}

/** The body of an operation is not what its contract says. The sentence is ours; WCF's subcode. */
export function deserializationFailed(complaint: string): FaultMessage {
  const dispatcher = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher';
  return {
    action: actions.dispatcherFault,
    fault: {
      code: 'Sender',
      subcode: { namespace: dispatcher, prefix: 'd', name: 'DeserializationFailed' },
      reason: `The message could not be read as its contract says: ${complaint}`,
    },
  };
}

/** A header that must be understood and is not (SOAP 1.2 part 1, 5.4.8). */
export function headerNotUnderstood(name: string, namespace: string): FaultMessage {
  return {
    action: actions.soapFault,
    fault: { code: 'MustUnderstand', reason: `The header ${name} of ${namespace} must be understood and is not.` },
  };
}

/** Something failed that nobody is told more of; WCF's subcode, the sentence is ours. */
export function internalServiceFault(): FaultMessage {
  const dispatcher = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher';
  return {
    action: actions.dispatcherFault,
    fault: {
      code: 'Receiver',
      subcode: { namespace: dispatcher, prefix: 'd', name: 'InternalServiceFault' },
      reason: 'The server could not process the request because of an internal error.',
    },
  };
}

/** A fault of an operation's own: what went wrong stands in the detail. */
export function operationFault(operation: string, reason: string, detail: XmlElement): FaultMessage {
  return {
    action: `http://tempuri.org/IMailboxReplicationProxyService/${operation}MailboxReplicationServiceFaultFault`,
    fault: { code: 'Sender', reason, detail: [detail] },
  };
}
