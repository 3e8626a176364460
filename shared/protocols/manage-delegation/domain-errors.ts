import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { delegationNamespace } from './contract.ts';

/**
 * What ManageDelegation refuses with. The names are known from interoperability, not published; of the numbers 2003 to 2011
 * their order alone is known.
 */
const domainErrors = {
  InvalidPartner: 1001,
  InvalidPartnerCert: 1002,
  PartnerNotAuthorized: 1003,
  MemberNotAuthorized: 1004,
  InvalidDomainName: 2001,
  BlockedDomainName: 2002,
  InvalidDomainConfigId: 2003,
  DomainNotReserved: 2004,
  DomainUnavailable: 2005,
  DomainPendingChanges: 2006,
  DomainSuspended: 2007,
  DomainPendingConfiguration: 2008,
  NotPermittedForDomain: 2009,
  InvalidProgramId: 2010,
  ProofOfOwnershipNotValid: 2011,
  InvalidAppId: 4001,
  InvalidAppIdAdminKey: 4002,
  MaxAppIdsReached: 4003,
  MaxUriReached: 4004,
  InvalidUri: 4005,
  InternalError: 9001,
  InvalidParameter: 9002,
  PassportError: 9003,
  NotYetImplemented: 10001,
} as const;

export type DomainErrorCode = keyof typeof domainErrors;

/** The number of an error. */
export function domainErrorNumber(code: DomainErrorCode): number {
  return domainErrors[code];
}

/** What stands in the detail of a fault. That it holds a code is known; how it spells it is ours. */
export function domainErrorElement(code: DomainErrorCode): XmlElement {
  return element(delegationNamespace, 'DomainError', [
    element(delegationNamespace, 'Code', [String(domainErrors[code])]),
    element(delegationNamespace, 'Name', [code]),
  ]);
}

/** The error in the detail of a fault, by its number; undefined where it holds none that is known. */
export function readDomainError(detail: readonly XmlElement[]): DomainErrorCode | undefined {
  const error = detail.find(({ namespace, name }) => namespace === delegationNamespace && name === 'DomainError');
  const code = error && child(error, delegationNamespace, 'Code');
  const number = code === undefined ? Number.NaN : Number(text(code).trim());
  return (Object.keys(domainErrors) as DomainErrorCode[]).find((name) => domainErrors[name] === number);
}
