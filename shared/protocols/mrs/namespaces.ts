/** WS-Addressing 1.0. */
export const addressing = 'http://www.w3.org/2005/08/addressing';
export const anonymous = `${addressing}/anonymous`;
/** WS-ReliableMessaging of February 2005, and Microsoft's flow control beside it. */
export const reliable = 'http://schemas.xmlsoap.org/ws/2005/02/rm';
export const flowControl = 'http://schemas.microsoft.com/ws/2006/05/rm';
/** WCF's default where a contract names none: operations and their parameters. */
export const tempuri = 'http://tempuri.org/';
/** Members of data contracts; of arrays. */
export const data = 'http://schemas.datacontract.org/2004/07/Microsoft.Exchange.MailboxReplicationService';
export const arrays = 'http://schemas.microsoft.com/2003/10/Serialization/Arrays';
/** Headers that say whose mailbox a message is about. */
export const exchangeTypes = 'http://schemas.microsoft.com/exchange/services/2006/types';

const contract = `${tempuri}IMailboxReplicationProxyService`;

/** The WS-Addressing action of an operation's request. */
export function actionOf(operation: string): string {
  return `${contract}/${operation}`;
}

/** The operation that an action asks for; undefined: none of the contract. */
export function operationIn(action: string): string | undefined {
  return action.startsWith(`${contract}/`) ? action.slice(contract.length + 1) : undefined;
}

/** Actions of the messages of a sequence, and of faults (WS-ReliableMessaging 2005/02 section 3; WS-Addressing 1.0 SOAP binding 6; WCF's own). */
export const actions = {
  createSequence: `${reliable}/CreateSequence`,
  createSequenceResponse: `${reliable}/CreateSequenceResponse`,
  acknowledgement: `${reliable}/SequenceAcknowledgement`,
  acknowledgementAsked: `${reliable}/AckRequested`,
  lastMessage: `${reliable}/LastMessage`,
  terminateSequence: `${reliable}/TerminateSequence`,
  sequenceFault: `${reliable}/fault`,
  addressingFault: `${addressing}/fault`,
  soapFault: `${addressing}/soap/fault`,
  dispatcherFault: 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault',
} as const;
