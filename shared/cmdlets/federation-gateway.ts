import type { Stored } from '../domain/organization/config-kind.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { ExchangeCertificate } from '../domain/trust/exchange-certificates.ts';
import { exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { type FederationTrust, federationTrusts } from '../domain/trust/federation-trusts.ts';
import type { ManageDelegationResult } from '../protocols/manage-delegation/client.ts';
import type { DelegationOperation, DelegationParameters, DelegationResults } from '../protocols/manage-delegation/contract.ts';
import type { DomainErrorCode } from '../protocols/manage-delegation/domain-errors.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { dialText, requestFailedText } from './download.ts';

type Parameters = DelegationParameters;
type Results = DelegationResults;

/** The gateway of a federation trust, as an organisation's cmdlets speak to it: in the name of its current certificate. */
export interface FederationGateway {
  /** Calls an operation, for some with the proof that a domain is the organisation's. Refuses with `operation-failed`. */
  call<Operation extends DelegationOperation>(
    operation: Operation,
    given: Parameters[Operation],
    domain?: string,
  ): Promise<Results[Operation]>;
  /** The same; undefined when the gateway refuses with the one error that is expected. */
  attempt<Operation extends DelegationOperation>(
    operation: Operation,
    given: Parameters[Operation],
    expected: DomainErrorCode,
  ): Promise<Results[Operation] | undefined>;
  /** Reserves a name for an application of Exchange and lets it ask for tokens under a domain, which is proven both times. */
  federate(appId: string, name: string, domain: string): Promise<void>;
}

/** Opens the gateway of a trust. Nothing is called yet. */
export function openGateway(scope: CmdletScope, trust: FederationTrust, signer: ExchangeCertificate): FederationGateway {
  const { organization, at, trace: parent, dialer } = scope;
  const { certificate, privateKey } = signer;
  const url = trust.ManageDelegationEpr;
  const ask = async <Operation extends DelegationOperation>(operation: Operation, parameters: Parameters[Operation], domain?: string) => {
    const [{ callManageDelegation }, { domainProof }] = await service();
    const proof = domain === undefined ? undefined : { domain, signature: domainProof(domain, privateKey).signature };
    const call = { operation, parameters, proof, certificate, privateKey, at };
    try {
      return await callManageDelegation(dialer, url, call, { service: 'cmdlets', organization: organization.name, parent });
    } catch (error) {
      const text = dialText(error, url);
      throw text === undefined ? error : failed(operation, url, text);
    }
  };
  const call: FederationGateway['call'] = async (operation, given, domain) => {
    const answer = await ask(operation, given, domain);
    if (answer.is !== 'answer') throw refusalOf(operation, url, answer, domain);
    return answer.result;
  };
  return {
    call,
    async attempt(operation, given, expected) {
      const answer = await ask(operation, given);
      if (answer.is === 'answer') return answer.result;
      if (answer.is === 'fault' && answer.code === expected) return undefined;
      throw refusalOf(operation, url, answer, undefined);
    },
    async federate(appId, domainName, domain) {
      const [, , { exchangeProgram: programId }] = await service();
      await call('ReserveDomain', { appId, domainName, programId }, domain);
      await call('AddUri', { appId, uri: domain }, domain);
    },
  };
}

/** Loaded when the gateway is called for the first time: the table of cmdlets is read at every first start. */
const service = () =>
  Promise.all([
    import('../protocols/manage-delegation/client.ts'),
    import('../bridges/authority/federation/domain-proof.ts'),
    import('../protocols/manage-delegation/contract.ts'),
  ]);

function refusalOf<Operation extends DelegationOperation>(
  operation: Operation,
  url: string,
  result: Exclude<ManageDelegationResult<Operation>, { is: 'answer' }>,
  domain: string | undefined,
): Error {
  if (result.is === 'http') return failed(operation, url, result.status === 200 ? result.detail : requestFailedText(result.status));
  if (result.code === 'ProofOfOwnershipNotValid' && domain !== undefined) return proofFailed(domain);
  const { code, number, message } = result;
  return failed(operation, url, `${code} (${number}): ${message}`, remedies[code]);
}

/** What helps; the others explain themselves. */
const remedies: Readonly<Partial<Record<DomainErrorCode, string>>> = {
  InvalidPartnerCert:
    'The gateway knows another certificate of this organisation: Get-FederationTrust shows which one speaks for it, and the world clock whether it is valid.',
  DomainUnavailable: 'Another organisation has reserved it at the gateway: Remove-FederatedDomain there gives it free.',
  InvalidAppId: 'The gateway does not know the application of this trust: remove the trust and make it anew.',
  NotPermittedForDomain: 'Another application has it: Get-FederatedOrganizationIdentifier in the other organisations shows which.',
};

/** Observed: nbe.blogspot.com "Free/Busy Federation Troubleshooting", up to the detailed information, of which status 403 is shown there. */
function failed(operation: string, url: string, reason: string, remedy = ''): Error {
  const text = `An error occurred accessing Windows Live. Detailed information: "${reason}". It was ${operation} at ${url}.`;
  return cmdletRefusal('operation-failed', `${text} ${remedy}`.trimEnd());
}

/** Both sentences: "How to Configure Exchange 2010 SP1 Federation" (article of the MCM blog, 18 July 2011). */
function proofFailed(domain: string): Error {
  const text =
    'Proof of domain ownership has failed. Make sure that the TXT record for the specified domain is available in DNS. ' +
    `The format of the TXT record should be "${domain} IN TXT hash-value" where "${domain}" is the domain you want to configure for ` +
    `Federation and "hash-value" is the proof value generated with "Get-FederatedDomainProof -DomainName ${domain}".`;
  return cmdletRefusal('operation-failed', `${text} The proof of domain ownership is not valid or is missing.`);
}

/** Published: "Federation certificate with the thumbprint cannot be found when using the next certificate" (KB 2810692). */
export function federationCertificateNotFound(thumbprint: string): Error {
  return cmdletRefusal('object-not-found', `Federation certificate with the thumbprint "${thumbprint}" cannot be found.`);
}

/** A federation trust with the certificate by which the organisation speaks. */
export interface OwnTrust {
  readonly stored: Stored<FederationTrust>;
  readonly certificate: ExchangeCertificate;
}

/** The federation trust of that name. Refuses with `object-not-found`: the trust, or its certificate, is not there. */
export async function requireTrust(tx: Transaction, { organization }: Pick<CmdletScope, 'organization'>, name: string): Promise<OwnTrust> {
  const stored = await federationTrusts.find(tx, organization.name, name);
  if (stored === undefined) throw objectNotFound(organization, name, 'New-FederationTrust makes one.');
  const { OrgCertificate } = stored.value;
  const certificate = await exchangeCertificates.find(tx, organization.name, OrgCertificate);
  if (certificate === undefined) throw federationCertificateNotFound(OrgCertificate);
  return { stored, certificate: certificate.value };
}
