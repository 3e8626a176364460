import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { namespaces } from '../saml/namespaces.ts';
import type { SoapFault } from '../soap/fault.ts';
import type { Soap12Fault } from '../soap/fault-12.ts';

/** Subcodes of WS-Trust 2005/02, section 11. */
export type TrustSubcode =
  | 'InvalidRequest'
  | 'FailedAuthentication'
  | 'RequestFailed'
  | 'InvalidSecurityToken'
  | 'AuthenticationBadElements'
  | 'BadRequest'
  | 'ExpiredData'
  | 'InvalidTimeRange'
  | 'InvalidScope';

/** How the security token service names the cause: `psf:value` is the status of the request, `psf:code` and `psf:text` the cause. */
export interface ServiceError {
  /** `0x` and eight hexadecimal digits. */
  readonly status: string;
  readonly code: string;
  readonly text: string;
}

/** Status of a request that succeeded, and of one that failed to authenticate (OfficeDocs-Support, "Resolve free/busy errors"). */
export const requestStatus = { succeeded: '0x0', failed: '0x80048821' } as const;

/** Causes that Microsoft has published, with their texts as they are, the space at the end included ("Resolve free/busy errors"). */
export const serviceErrors = {
  memberNameInvalid: {
    status: requestStatus.failed,
    code: '0x80041034',
    text: 'The specified member name is either invalid or empty. ',
  },
  passwordsDiffer: { status: requestStatus.failed, code: '0x80041012', text: 'The entered and stored passwords do not match. ' },
  // The code that goes with this text is not published; it repeats the status.
  provisionNeeded: {
    status: requestStatus.failed,
    code: requestStatus.failed,
    text: 'Provision is needed before federated account can be logged in. ErrorWin32InteropError',
  },
  // Nor are those of these two.
  passwordExpired: { status: requestStatus.failed, code: requestStatus.failed, text: 'The password for the account has expired' },
  passwordToBeChanged: { status: requestStatus.failed, code: requestStatus.failed, text: 'The password has to be changed' },
} as const satisfies Readonly<Record<string, ServiceError>>;

/**
 * The reason that goes with a subcode: of FailedAuthentication the one that Microsoft has published (same page), of
 * the others that of WS-Trust 2005/02, section 11.
 */
const reasons: Readonly<Record<TrustSubcode, string>> = {
  InvalidRequest: 'The request was invalid or malformed',
  FailedAuthentication: 'Authentication Failure',
  RequestFailed: 'The specified request failed',
  InvalidSecurityToken: 'Security token has been revoked',
  AuthenticationBadElements: 'Insufficient Digest Elements',
  BadRequest: 'The specified RequestSecurityToken is not understood.',
  ExpiredData: 'The request data is out-of-date',
  InvalidTimeRange: 'The requested time range is invalid or unsupported',
  InvalidScope: 'The request scope is invalid or unsupported',
};

/** The fault of the security token service; without a cause, where none is published, it has no Detail. */
export function serviceFault(subcode: TrustSubcode, error?: ServiceError, reason = reasons[subcode]): Soap12Fault {
  const fault = { code: 'Sender', subcode: { namespace: namespaces.wst, prefix: 'wst', name: subcode }, reason } as const;
  if (error === undefined) return fault;
  const internal = psf('internalerror', [psf('code', [error.code]), psf('text', [error.text])]);
  return { ...fault, detail: [psf('error', [psf('value', [error.status]), internal])] };
}

/** Reads the cause from the Detail of a fault; undefined where it holds none. */
export function readServiceError(detail: readonly XmlElement[]): ServiceError | undefined {
  const error = detail.find((part) => part.name === 'error' && part.namespace === namespaces.psf);
  if (error === undefined) return undefined;
  const internal = child(error, namespaces.psf, 'internalerror');
  return { status: textOf(error, 'value'), code: textOf(internal, 'code'), text: textOf(internal, 'text') };
}

/** The `psf:pp` header of every answer of the service. `authState` is said with a failure: '0x80048800' (same page). */
export function statusHeader(status: string, serverInfo: string, authState?: string): XmlElement {
  return psf('pp', [
    psf('serverVersion', ['1']),
    ...(authState === undefined ? [] : [psf('authstate', [authState])]),
    psf('reqstatus', [status]),
    psf('serverInfo', [serverInfo]),
  ]);
}

/** `psf:reqstatus` of an answer's headers; undefined without a `psf:pp`. */
export function readStatus(header: readonly XmlElement[]): string | undefined {
  const found = header.find((part) => part.name === 'pp' && part.namespace === namespaces.psf);
  return found === undefined ? undefined : textOf(found, 'reqstatus');
}

/** Faults of a receiver of tokens, EWS and Autodiscover alike, with the texts that Microsoft has published (same page). */
export const receiverFaults = {
  InvalidSecurity: 'An error occurred when verifying security for the message.',
  InvalidSecurityToken: 'An error occurred when processing the security tokens in the message.',
  FailedAuthentication: 'At least one security token in the message could not be validated.',
} as const;

/** The SOAP 1.1 fault of a receiver of tokens; its envelope's Action is `faultAction`. */
export function receiverFault(code: keyof typeof receiverFaults): SoapFault {
  return { codeNamespace: namespaces.wsse, code, reason: receiverFaults[code] };
}

function textOf(of: XmlElement | undefined, name: string): string {
  const found = of === undefined ? undefined : child(of, namespaces.psf, name);
  return found === undefined ? '' : text(found);
}

function psf(name: string, children: readonly (XmlElement | string)[]): XmlElement {
  return element(namespaces.psf, name, children);
}
