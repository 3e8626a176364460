import type { Federation } from '../domain/trust/federated-organization.ts';
import type { OrganizationRelationship } from '../domain/trust/organization-relationships.ts';
import type { RelationshipSettings } from '../protocols/autodiscover/contract.ts';
import { type FoundFederation, issuerMismatch } from './federation-information.ts';

/**
 * What is wrong with a relationship. Observed: `AutodiscoverServiceCallFailed`. From memory, on none of Microsoft's pages:
 * `FailureToGetDelegationToken`, `ApplicationUrisDiffer`, `VerificationOfRemoteOrganizationRelationshipFailed`. The others are ours.
 */
type IssueId =
  | 'UserWithoutFederatedAddress'
  | 'FederationInformationNotReceived'
  | 'ApplicationUrisDiffer'
  | 'TokenIssuersDiffer'
  | 'AutodiscoverEndpointsDiffer'
  | 'DomainNamesDiffer'
  | 'FailureToGetDelegationToken'
  | 'AutodiscoverServiceCallFailed'
  | 'VerificationOfRemoteOrganizationRelationshipFailed'
  | 'AccessDiffers'
  | 'RelationshipDisabled';

/** One finding of Test-OrganizationRelationship. */
export interface Issue {
  readonly Id: IssueId;
  readonly Status: 'Error' | 'Warning';
  readonly Description: string;
  /** Behind Exchange's own sentence: what it was. */
  readonly why?: string;
}

/** Whether a relationship says of the other organisation what that one says of itself. */
export function* consistencyIssues(
  { TargetApplicationUri, TargetAutodiscoverEpr, DomainNames }: OrganizationRelationship,
  { trust }: Federation,
  { endpoint, information }: FoundFederation,
): Generator<Issue> {
  const { applicationUri, domains, tokenIssuers } = information;
  if (!isSame(applicationUri, TargetApplicationUri))
    yield error(
      'ApplicationUrisDiffer',
      `TargetApplicationUri is '${TargetApplicationUri}'; the remote organization is known as '${applicationUri}'.`,
    );
  const issuers = tokenIssuers.map(({ uri }) => uri);
  const mismatch = issuerMismatch([trust.TokenIssuerUri], issuers);
  if (mismatch !== undefined) yield error('TokenIssuersDiffer', mismatch);
  if (!isSame(`${endpoint}/WSSecurity`, TargetAutodiscoverEpr))
    yield warning(
      'AutodiscoverEndpointsDiffer',
      `TargetAutodiscoverEpr is '${TargetAutodiscoverEpr}'; the remote organization answers at '${endpoint}/WSSecurity'.`,
    );
  const strange = DomainNames.filter((name) => !isSame(name, applicationUri) && !domains.some((domain) => isSame(domain, name)));
  if (strange.length > 0)
    yield warning('DomainNamesDiffer', `The remote organization has not federated ${strange.join(', ')} of DomainNames.`);
}

/** Whether the other side's relationship is the counterpart of this one. */
export function* remoteIssues(
  relationship: OrganizationRelationship,
  { trust, identifier }: Federation,
  theirs: readonly RelationshipSettings[],
): Generator<Issue> {
  const Id = 'VerificationOfRemoteOrganizationRelationshipFailed';
  const [remote, ...others] = theirs;
  if (remote === undefined || others.length > 0) {
    yield error(Id, `The remote organization has ${theirs.length} organization relationships with this one.`);
    return;
  }
  const { Name, TargetApplicationUri: target, DomainNames, FreeBusyAccessEnabled, MailTipsAccessEnabled } = remote;
  // One that only answers needs no target.
  if (target !== null && !isSame(target, trust.ApplicationUri))
    yield error(
      'ApplicationUrisDiffer',
      `TargetApplicationUri of the remote organization relationship '${Name ?? ''}' is '${target}'; this organization is known as '${trust.ApplicationUri}'.`,
    );
  const missing = identifier.Domains.filter((domain) => !(DomainNames?.Domain ?? []).some((one) => isSame(one, domain)));
  if (missing.length > 0)
    yield warning('DomainNamesDiffer', `DomainNames of the remote organization relationship lacks ${missing.join(', ')}.`);
  const flags = { FreeBusyAccessEnabled, MailTipsAccessEnabled };
  for (const name of ['FreeBusyAccessEnabled', 'MailTipsAccessEnabled'] as const)
    if (flags[name] !== relationship[name])
      yield warning('AccessDiffers', `${name} is ${relationship[name]} here and ${flags[name]} in the remote organization relationship.`);
}

/** What keeps the relationship from working; `why` stands behind a sentence of Exchange's. */
export function error(Id: IssueId, Description: string, why?: string): Issue {
  return { Id, Status: 'Error', Description, ...(why === undefined ? {} : { why }) };
}

/** What may be meant so. */
export function warning(Id: IssueId, Description: string): Issue {
  return { Id, Status: 'Warning', Description };
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
