import type { SoapErrorCode } from '../../shared/protocols/autodiscover/contract.ts';
import type { JsonV2Error, JsonV2ErrorCode } from '../../shared/protocols/autodiscover/json-v2.ts';
import { addressing } from '../../shared/protocols/autodiscover/namespaces.ts';
import { soapNamespace } from '../../shared/protocols/soap/envelope.ts';

/** Why a look-up found nothing to tell. */
export type LookupRefusal = 'AddressMalformed' | 'AddressUnknown' | 'NoMailbox' | 'TargetUnknown';
/** Why a request was not even looked up. */
export type RequestRefusal = 'NotUnderstood' | 'SchemaNotProvided' | 'Defect';

/** One refusal in the words of plain XML. Codes: MS-OXDSCLI 2.2.4.1.1.2.8. */
export const poxFailures: Readonly<Record<LookupRefusal | RequestRefusal, { readonly code: number; readonly message: string }>> = {
  // Published: exchangelib and ews-cpp compare this sentence.
  AddressUnknown: { code: 500, message: "The email address can't be found." },
  AddressMalformed: { code: 501, message: 'The value is not an e-mail address.' },
  NoMailbox: { code: 501, message: 'No configuration information is available for this e-mail address.' },
  // Published: vendor's page "POX Autodiscover response for Exchange".
  NotUnderstood: { code: 600, message: 'Invalid Request' },
  SchemaNotProvided: { code: 601, message: 'Provider is not available' },
  TargetUnknown: { code: 602, message: 'The server cannot determine where the mailbox of this e-mail address is.' },
  Defect: { code: 603, message: 'Internal error.' },
};

/** The same per user of a SOAP request. Codes: MS-OXWSADISC 2.2.5.1; the sentences are ours except the first. */
export const soapFailures: Readonly<Record<LookupRefusal, { readonly code: SoapErrorCode; readonly message: string }>> = {
  AddressUnknown: { code: 'InvalidUser', message: "The email address can't be found." },
  AddressMalformed: { code: 'InvalidUser', message: 'The value is not an e-mail address.' },
  NoMailbox: { code: 'InvalidUser', message: 'The address belongs to a recipient without a mailbox.' },
  TargetUnknown: { code: 'InvalidUser', message: 'The mailbox is in another organization whose Autodiscover service is not known here.' },
};

/** Sentences of SOAP results other than a refused look-up. Published ones have their source beside them. */
export const soapTexts = {
  // Vendor's page "Handling Autodiscover error messages".
  NoError: 'No error.',
  RedirectAddress: 'Redirection address.',
  RedirectUrl: 'Redirection URL.',
  // OfficeDev/ews-managed-api issue 140.
  RequestedServerVersion: 'The RequestedServerVersion header is missing or invalid.',
  InvalidSetting: (name: string) => `The setting '${name}' is not known.`,
  SettingIsNotAvailable: (name: string) => `The setting '${name}' is not available.`,
  InvalidDomain: (domain: string) => `The domain '${domain}' is not an accepted domain of this organization.`,
  NotFederated: (domain: string) => `The domain '${domain}' is not a federated domain of this organization.`,
  DelegationToken: 'Whoever asks must bring a delegation token.',
  none: (what: string) => `The request names no ${what}.`,
  tooMany: (what: string, limit: number) => `The request names more than ${limit} ${what}.`,
  unreadable: (why: string) => `The request is not valid: ${why}`,
} as const;

/** The same for v2, with the HTTP status. Codes from memory, sentences ours. */
export const jsonFailures: Readonly<
  Record<LookupRefusal, { readonly status: 400 | 404; readonly code: JsonV2ErrorCode; readonly message: string }>
> = {
  AddressUnknown: { status: 404, code: 'UserNotFound', message: 'The given user is not found.' },
  AddressMalformed: { status: 400, code: 'InvalidUserId', message: 'The given user is not an e-mail address.' },
  NoMailbox: { status: 404, code: 'UserNotFound', message: 'The given user has no mailbox.' },
  TargetUnknown: { status: 404, code: 'UserNotFound', message: 'The given user is in another organization that is not known here.' },
};

/** What v2 answers when something of ours failed: status 500. */
export const jsonDefect: JsonV2Error = { ErrorCode: 'InternalServerError', ErrorMessage: 'The server met an internal error.' };

/** Why a request over SOAP becomes a fault. */
export type SoapRefusal = 'Malformed' | 'VersionMismatch' | 'ActionNotSupported' | 'Defect';

interface FaultWords {
  readonly status: 400 | 500;
  readonly code: string;
  readonly codeNamespace: string;
  /** `about`: the action, the operation, or what is wrong. */
  readonly text: (about: string) => string;
  /** WS-Addressing action of the fault: its own for faults that it defines, the general one for others. */
  readonly action: string;
}

const addressingFault = `${addressing}/fault`;
const soapFault = `${addressing}/soap/fault`;

/** Faults as WCF, in which Autodiscover is written, words them. */
export const soapFaults: Readonly<Record<SoapRefusal, FaultWords>> = {
  Malformed: {
    // WS-I Basic Profile 1.1, R1113: a message that cannot be read is answered 400.
    status: 400,
    code: 'Client',
    codeNamespace: soapNamespace,
    text: (about) => `The message cannot be read: ${about}`,
    action: soapFault,
  },
  VersionMismatch: {
    status: 500,
    code: 'VersionMismatch',
    codeNamespace: soapNamespace,
    text: () => 'Only SOAP 1.1 is spoken here.',
    action: soapFault,
  },
  ActionNotSupported: {
    status: 500,
    code: 'ActionNotSupported',
    codeNamespace: addressing,
    // .NET's published text (System.ServiceModel resources); exchangelib looks for "ContractFilter mismatch" in it.
    text: (about) =>
      `The message with Action '${about}' cannot be processed at the receiver, due to a ContractFilter mismatch at the EndpointDispatcher. ` +
      'This may be because of either a contract mismatch (mismatched Actions between sender and receiver) or a binding/security mismatch ' +
      'between the sender and the receiver.  Check that sender and receiver have the same contract and the same binding (including security ' +
      'requirements, e.g. Message, Transport, None).',
    action: addressingFault,
  },
  Defect: {
    status: 500,
    code: 'InternalServiceFault',
    codeNamespace: 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher',
    text: () => 'The server was unable to process the request due to an internal error.',
    action: 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault',
  },
};
