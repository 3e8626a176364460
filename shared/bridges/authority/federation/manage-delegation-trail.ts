import { assert } from '../../../kernel/assert.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../../kernel/verdict.ts';
import type { DomainErrorCode } from '../../../protocols/manage-delegation/domain-errors.ts';
import { shorten } from '../judgement.ts';

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
export type DelegationRefusalCode = Extract<
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

export type DelegationCheck = keyof typeof delegationChecks;

type Facts = Pick<Check, 'expected' | 'actual'>;

const order = Object.keys(delegationChecks) as readonly DelegationCheck[];

/** The checks of one call in their order; what is passed over, because it has no place in the call, is skipped. */
export class ManageDelegationTrail {
  readonly #checks: Check[] = [];

  pass(check: DelegationCheck, facts: Facts = {}): void {
    this.#note(check, 'passed', facts);
  }

  /** Throws the refusal; its detail is for the journal. */
  refuse(check: DelegationCheck, facts: Facts, code: DelegationRefusalCode): never {
    this.#note(check, 'failed', facts);
    throw new Refusal<DelegationRefusalCode>(code, { detail: `${check}: ${shorten(facts.actual ?? 'failed')}` });
  }

  /** Passes where `fits`, else refuses. */
  require(check: DelegationCheck, fits: boolean, facts: Facts, code: DelegationRefusalCode): void {
    if (!fits) this.refuse(check, facts, code);
    this.pass(check, facts);
  }

  /** A transaction may run again: what it has judged is judged anew. */
  backTo(length: number): void {
    this.#checks.length = length;
  }

  get length(): number {
    return this.#checks.length;
  }

  /** The verdict as it stands; what was not looked at is skipped. */
  get verdict(): Verdict {
    return judge([...this.#checks, ...skipped(order.slice(this.#checks.length))]);
  }

  #note(check: DelegationCheck, outcome: Check['outcome'], { expected, actual }: Facts): void {
    const position = order.indexOf(check);
    assert(position >= this.#checks.length, `${check} is out of order`);
    this.#checks.push(...skipped(order.slice(this.#checks.length, position)));
    this.#checks.push({
      check,
      outcome,
      ...(expected === undefined ? {} : { expected: shorten(expected) }),
      ...(actual === undefined ? {} : { actual: shorten(actual) }),
      reference: delegationChecks[check],
    });
  }
}

function skipped(checks: readonly DelegationCheck[]): readonly Check[] {
  return checks.map((check) => ({ check, outcome: 'skipped', reference: delegationChecks[check] }));
}
