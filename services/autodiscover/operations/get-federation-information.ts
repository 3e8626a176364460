import { federationOf } from '../../../shared/domain/trust/federated-organization.ts';
import type { getFederationInformation as contract, SoapErrorCode } from '../../../shared/protocols/autodiscover/contract.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { soapTexts } from '../failures.ts';

type Request = ReturnType<(typeof contract)['request']['decode']>['Request'];
type Response = ReturnType<(typeof contract)['response']['decode']>['Response'];

/**
 * Tells whoever asks how the organisation is federated: as what it is known to the gateway, which domains it has proved
 * there, and whose tokens it takes. A domain that is not among the federated ones is `NotFederated`;
 * one that the organisation has nothing to do with is an `InvalidDomain`.
 */
export async function getFederationInformation(context: AutodiscoverContext, { organization }: Asked, request: Request): Promise<Response> {
  const domain = (request.Domain ?? '').trim();
  if (domain === '') return invalidFederationRequest(soapTexts.none('domain'));
  const federation = federationOf(await context.settings(organization.name));
  if (federation === undefined) return strange(domain, organization);
  const { Domains: Domain } = federation.identifier;
  if (!Domain.some((one) => one.toLowerCase() === domain.toLowerCase())) return strange(domain, organization);
  const { ApplicationUri, TokenIssuerEpr: Endpoint, TokenIssuerUri: Uri } = federation.trust;
  return {
    ErrorCode: 'NoError',
    ErrorMessage: '',
    ApplicationUri,
    Domains: { Domain: [...Domain] },
    TokenIssuers: { TokenIssuer: [{ Endpoint, Uri }] },
  };
}

function strange(domain: string, { domains }: Asked['organization']): Response {
  const isOurs = domains.some((one) => one.toLowerCase() === domain.toLowerCase());
  return isOurs ? refused('NotFederated', soapTexts.NotFederated(domain)) : refused('InvalidDomain', soapTexts.InvalidDomain(domain));
}

/** The answer to a request that is refused as a whole. */
export function invalidFederationRequest(message: string): Response {
  return refused('InvalidRequest', message);
}

function refused(ErrorCode: SoapErrorCode, ErrorMessage: string): Response {
  return { ErrorCode, ErrorMessage };
}
