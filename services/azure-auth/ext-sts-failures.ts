import type { StsRefusal } from '../../shared/bridges/authority/federation/sts-checks.ts';
import type { Soap12Fault } from '../../shared/protocols/soap/fault-12.ts';
import { serviceErrors, serviceFault } from '../../shared/protocols/wstrust/faults.ts';

const proofFailed = serviceFault('FailedAuthentication', serviceErrors.passwordsDiffer);
const unknownMember = serviceFault('FailedAuthentication', serviceErrors.memberNameInvalid);

/**
 * What the security token service says of each refusal; which goes with which is in part inferred. Causes with a text
 * are published (OfficeDocs-Support, "Resolve free/busy errors"); subcodes without one are those of WS-Trust.
 */
export const delegationFaults: Readonly<Record<StsRefusal, Soap12Fault>> = {
  MessageMalformed: serviceFault('InvalidRequest'),
  // SOAP 1.2 part 1, 5.4.8; the reason is ours.
  HeaderNotUnderstood: { code: 'MustUnderstand', reason: 'A header that must be understood is not understood.' },
  RequestMalformed: serviceFault('BadRequest'),
  RequestNotSupported: serviceFault('InvalidRequest'),
  SignerUnknown: unknownMember,
  ProofInvalid: proofFailed,
  RequestorUnknown: unknownMember,
  TargetUnknown: serviceFault('InvalidScope'),
  OfferUnknown: serviceFault('BadRequest'),
  PolicyUnknown: serviceFault('BadRequest'),
  AssertionInvalid: proofFailed,
  DomainNotProvisioned: serviceFault('FailedAuthentication', serviceErrors.provisionNeeded),
  PasswordExpired: serviceFault('FailedAuthentication', serviceErrors.passwordExpired),
  PasswordToBeChanged: serviceFault('FailedAuthentication', serviceErrors.passwordToBeChanged),
};
