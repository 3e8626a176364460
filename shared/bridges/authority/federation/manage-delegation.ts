import type { Settings } from '../../../domain/organization/settings.ts';
import type { Store, Transaction } from '../../../domain/organization/transaction.ts';
import { type DelegationPartner, delegationPartners } from '../../../domain/trust/delegation-partners.ts';
import type { FederationInstance } from '../../../domain/trust/federation-instances.ts';
import { authorityScope } from '../../../domain/trust/well-known.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { Identifiers } from '../../../kernel/ids.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Verdict } from '../../../kernel/verdict.ts';
import {
  type DelegationOperation,
  type DelegationParameters,
  type DelegationResults,
  delegationContracts,
  exchangeProgram,
} from '../../../protocols/manage-delegation/contract.ts';
import { domainErrorNumber } from '../../../protocols/manage-delegation/domain-errors.ts';
import {
  type ManageDelegationRequest,
  type ReceivedCall,
  readDelegationCall,
  writeDelegationFault,
  writeDelegationResult,
  writeNotUnderstoodFault,
} from '../../../protocols/manage-delegation/message.ts';
import { soap12Namespace, soapNamespace } from '../../../protocols/soap/envelope.ts';
import { proofDomainOf } from './domain-proof.ts';
import { judgeCaller, type ManageDelegationCaller, requireInForce, usableCertificate } from './manage-delegation-caller.ts';
import { isBlockedDomain, isDomainName, judgeProof } from './manage-delegation-domains.ts';
import { delegationOperations } from './manage-delegation-operations.ts';
import { type ManageDelegationRefusal, ManageDelegationTrail } from './manage-delegation-trail.ts';

/** What a call is judged by and what it may change. */
export interface ManageDelegationGround {
  readonly store: Pick<Store, 'transaction'>;
  /** Those of `authorityScope`. */
  readonly settings: Settings;
  /** The TXT records of a name, as the authentication service's machines know them; not inside a transaction. */
  readonly lookUpText: (name: string) => Promise<readonly string[]>;
  readonly at: Instant;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

/** What goes back, and what the journal is told. */
export interface ManageDelegationAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly verdict: Verdict;
  /** Undefined where none could be read. */
  readonly operation: DelegationOperation | undefined;
  /** The application that called. */
  readonly caller?: string;
  /** `2002 BlockedDomainName` */
  readonly code?: string;
  readonly detail?: string;
}

/**
 * Answers a call to ManageDelegation2 (MS-OXWSLVID 3.2): who calls, whether the domain is the caller's, and
 * then the operation, in one transaction that begins when everything has been looked up. A refusal is a SOAP fault with status
 * 500. Both instances of the gateway take the same messages, those of version 2: of version 1, which the consumer instance had
 * in life besides, there is nothing here.
 */
export async function answerManageDelegation(
  octets: Uint8Array,
  instance: FederationInstance,
  ground: ManageDelegationGround,
): Promise<ManageDelegationAnswer> {
  const trail = new ManageDelegationTrail();
  const heard: Heard = { soap: soapNamespace, isUnderstood: true };
  let operation: DelegationOperation | undefined;
  let caller: string | undefined;
  const told = (): Pick<ManageDelegationAnswer, 'verdict' | 'operation' | 'caller' | 'contentType'> => ({
    verdict: trail.verdict,
    operation,
    contentType: contentTypeOf(heard.soap),
    ...(caller === undefined ? {} : { caller }),
  });
  try {
    const call = readCall(trail, octets, heard);
    const { request } = call;
    operation = request.operation;
    const known = await judgeCaller(trail, call, { ...ground, instance });
    caller = known.partner?.appId;
    const prepared = judgeRequest(trail, request, ground.at);
    const domain = domainOf(prepared);
    if (delegationContracts[operation].wantsProof && domain !== undefined) {
      await judgeProof(trail, domain, { proof: call.proof, certificate: known.certificate }, ground.lookUpText);
    }
    const result = await perform(trail, prepared, known, { ...ground, instance });
    if ('AppId' in result) caller = result.AppId;
    return { ...told(), status: 200, body: writeDelegationResult(heard.soap, operation, result) };
  } catch (error) {
    const { verdict } = trail;
    if (!(error instanceof Refusal) || verdict.accepted) throw error;
    const code = error.code as ManageDelegationRefusal;
    return {
      ...told(),
      status: 500,
      body: heard.isUnderstood ? writeDelegationFault(heard.soap, code, reasons[code]) : writeNotUnderstoodFault(heard.soap),
      code: `${domainErrorNumber(code)} ${code}`,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
}

/** What a fault says: our own words, for the service's are not published. */
const reasons: Readonly<Record<ManageDelegationRefusal, string>> = {
  InvalidPartnerCert: 'The message is not signed by a certificate that may sign it now.',
  InvalidDomainName: 'The domain name is not valid.',
  BlockedDomainName: 'The domain name cannot be used.',
  DomainNotReserved: 'The domain is not reserved.',
  DomainUnavailable: 'The domain belongs to another application.',
  NotPermittedForDomain: 'This cannot be done with the domain.',
  InvalidProgramId: 'The program is not known.',
  ProofOfOwnershipNotValid: 'It is not proven that the domain belongs to the caller.',
  InvalidAppId: 'There is no such application.',
  MaxAppIdsReached: 'There is an application for this certificate.',
  MaxUriReached: 'The application has as many URIs as it may have.',
  InvalidUri: 'The URI is not valid.',
  InvalidParameter: 'The message cannot be read.',
  NotYetImplemented: 'There is no such operation.',
};

function contentTypeOf(soap: string): string {
  return soap === soap12Namespace ? 'application/soap+xml; charset=utf-8' : 'text/xml; charset=utf-8';
}

/** What is known of a message even where it cannot be read. */
interface Heard {
  soap: string;
  isUnderstood: boolean;
}

function readCall(trail: ManageDelegationTrail, octets: Uint8Array, heard: Heard): ReceivedCall {
  try {
    const call = readDelegationCall(octets);
    heard.soap = call.soap;
    trail.pass('delegation.message');
    trail.pass('delegation.operation', { actual: call.request.operation });
    return call;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    heard.soap = error.values['soap'] ?? soapNamespace;
    heard.isUnderstood = error.code !== 'HeaderNotUnderstood';
    const actual = error.message;
    if (error.code === 'MalformedMessage' || !heard.isUnderstood) trail.refuse('delegation.message', { actual }, 'InvalidParameter');
    trail.pass('delegation.message');
    return trail.refuse('delegation.operation', { actual }, error.code === 'UnknownOperation' ? 'NotYetImplemented' : 'InvalidParameter');
  }
}

/** Looks at what is asked, and gives it with names in lower case and certificates as they are kept. */
function judgeRequest(trail: ManageDelegationTrail, request: ManageDelegationRequest, at: Instant): ManageDelegationRequest {
  const domain = domainOf(request);
  if (domain !== undefined) {
    const isName = isDomainName(proofDomainOf(domain));
    const facts = { expected: 'the name of a domain', actual: domain || 'nothing' };
    if (!isName) trail.refuse('delegation.parameters', facts, 'uri' in request.parameters ? 'InvalidUri' : 'InvalidDomainName');
  }
  if (request.operation === 'ReserveDomain') {
    const { programId } = request.parameters;
    const facts = { expected: exchangeProgram, actual: programId || 'none' };
    if (programId !== exchangeProgram) trail.refuse('delegation.parameters', facts, 'InvalidProgramId');
  }
  trail.pass('delegation.parameters', domain === undefined ? {} : { actual: domain });
  if (request.operation === 'UpdateAppIdCertificate') return withCertificate(trail, request, at);
  if (domain !== undefined && delegationContracts[request.operation].wantsProof) {
    const facts = { expected: 'no domain of the service itself', actual: domain };
    trail.require('delegation.domain-allowed', !isBlockedDomain(proofDomainOf(domain)), facts, 'BlockedDomainName');
  }
  return folded(request);
}

function withCertificate(
  trail: ManageDelegationTrail,
  request: Extract<ManageDelegationRequest, { readonly operation: 'UpdateAppIdCertificate' }>,
  at: Instant,
): ManageDelegationRequest {
  const newCertificate = usableCertificate(request.parameters.newCertificate);
  if (newCertificate === undefined) {
    const facts = { expected: 'a certificate of an RSA key', actual: 'another text' };
    return trail.refuse('delegation.new-certificate', facts, 'InvalidPartnerCert');
  }
  requireInForce(trail, 'delegation.new-certificate', newCertificate, at);
  return { ...request, parameters: { ...request.parameters, newCertificate } };
}

/** The URI or domain that a call is about. */
function domainOf({ parameters }: ManageDelegationRequest): string | undefined {
  if ('uri' in parameters) return parameters.uri;
  return 'domainName' in parameters ? parameters.domainName : undefined;
}

function folded(request: ManageDelegationRequest): ManageDelegationRequest {
  const { parameters } = request;
  const names = {
    ...('uri' in parameters ? { uri: parameters.uri.trim().toLowerCase() } : {}),
    ...('domainName' in parameters ? { domainName: parameters.domainName.trim().toLowerCase() } : {}),
  };
  return { ...request, parameters: { ...parameters, ...names } } as ManageDelegationRequest;
}

type Performing = ManageDelegationGround & { readonly instance: FederationInstance };

/** Runs the operation on what the store holds now. What has been judged of the caller is looked at again: it may have changed. */
function perform(
  trail: ManageDelegationTrail,
  request: ManageDelegationRequest,
  { certificate, partner: known }: ManageDelegationCaller,
  { store, at, identifiers, instance }: Performing,
): Promise<DelegationResults[DelegationOperation]> {
  const judged = trail.length;
  return store.transaction(async (tx) => {
    // A transaction may be run again.
    trail.backTo(judged);
    const partners = await partnersIn(tx, instance);
    const partner = known && partners.find(({ appId }) => appId === known.appId);
    if (known !== undefined && partner?.certificate !== certificate) {
      return trail.refuse('delegation.still-registered', { expected: known.appId, actual: 'changed meanwhile' }, 'InvalidPartnerCert');
    }
    const ground = { tx, trail, instance: instance.name, certificate, partner, partners, at, identifiers };
    const run = delegationOperations[request.operation] as (
      on: typeof ground,
      parameters: DelegationParameters[DelegationOperation],
    ) => Promise<DelegationResults[DelegationOperation]>;
    return run(ground, request.parameters);
  });
}

async function partnersIn(tx: Transaction, { name }: FederationInstance): Promise<readonly DelegationPartner[]> {
  const stored = await delegationPartners.list(tx, authorityScope);
  return stored.map(({ value }) => value).filter(({ instance }) => instance === name);
}
