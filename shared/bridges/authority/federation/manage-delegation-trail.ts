import { Checklist, type Looked, shorten } from '../../../kernel/checklist.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Verdict } from '../../../kernel/verdict.ts';
import type { DomainErrorCode } from '../../../protocols/manage-delegation/domain-errors.ts';

/** What is looked at in a call to ManageDelegation, in this order, and where the rule is from. */
const delegationChecks = {
  'delegation.message': 'SOAP 1.1, SOAP 1.2',
  'delegation.operation': 'MS-OXWSLVID 3.2.4',
  'delegation.certificate': 'ManageDelegation2, certificate of the caller',
  'delegation.application': 'ManageDelegation2, AppId',
  'delegation.application-certificate': 'ManageDelegation2 UpdateAppIdCertificate',
  'delegation.certificate-validity': 'RFC 5280 4.1.2.5',
  'delegation.signature': 'WS-Security 1.0 section 8; the Timestamp alone',
  'delegation.timestamp': 'WS-Security 1.0 section 10',
  'delegation.parameters': 'MS-OXWSLVID 3.2.4',
  'delegation.new-certificate': 'MS-OXWSLVID 3.2.4.7',
  'delegation.domain-allowed': 'ManageDelegation2, BlockedDomainName',
  'delegation.proof-header': 'MS-OXWSLVID 2.2.4.3',
  'delegation.proof-signature': 'Get-FederatedDomainProof',
  'delegation.proof-record': 'Get-FederatedDomainProof',
  'delegation.still-registered': 'ManageDelegation2 UpdateAppIdCertificate',
  'delegation.domain-available': 'ManageDelegation2, DomainUnavailable',
  'delegation.domain-reserved': 'ManageDelegation2 ReserveDomain',
  'delegation.uri-registered': 'MS-OXWSLVID 3.2.4',
  'delegation.uri-limit': 'ManageDelegation2, MaxUriReached',
  'delegation.application-limit': 'ManageDelegation2, MaxAppIdsReached',
} as const;

/** What a call is refused with, of all that the service knows. */
export type ManageDelegationRefusal = Extract<
  DomainErrorCode,
  | 'InvalidPartnerCert'
  | 'InvalidDomainName'
  | 'BlockedDomainName'
  | 'DomainNotReserved'
  | 'DomainUnavailable'
  | 'NotPermittedForDomain'
  | 'InvalidProgramId'
  | 'ProofOfOwnershipNotValid'
  | 'InvalidAppId'
  | 'MaxAppIdsReached'
  | 'MaxUriReached'
  | 'InvalidUri'
  | 'InvalidParameter'
  | 'NotYetImplemented'
>;

export type ManageDelegationCheck = keyof typeof delegationChecks;

const order = Object.keys(delegationChecks) as readonly ManageDelegationCheck[];

/** The checks of one call in their order; what has no place in the call is passed over. */
export class ManageDelegationTrail {
  readonly #list = new Checklist<ManageDelegationCheck>(delegationChecks, order);

  pass(check: ManageDelegationCheck, looked: Looked = {}): void {
    this.#list.passOver(check);
    this.#list.note(check, 'passed', looked);
  }

  /** Throws the refusal; its detail is for the journal. */
  refuse(check: ManageDelegationCheck, looked: Looked, code: ManageDelegationRefusal): never {
    this.#list.passOver(check);
    this.#list.note(check, 'failed', looked);
    throw new Refusal<ManageDelegationRefusal>(code, { detail: `${check}: ${shorten(looked.actual ?? 'failed')}` });
  }

  /** Passes where `fits`, else refuses. */
  require(check: ManageDelegationCheck, fits: boolean, looked: Looked, code: ManageDelegationRefusal): void {
    if (!fits) this.refuse(check, looked, code);
    this.pass(check, looked);
  }

  /** A transaction may run again: what it has judged is judged anew. */
  backTo(length: number): void {
    this.#list.backTo(length);
  }

  get length(): number {
    return this.#list.length;
  }

  get verdict(): Verdict {
    return this.#list.verdict();
  }
}
