import { type OrganizationRelationship, relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import type {
  getOrganizationRelationshipSettings as contract,
  RelationshipSettings,
} from '../../../shared/protocols/autodiscover/contract.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { soapTexts } from '../failures.ts';

type Request = ReturnType<(typeof contract)['request']['decode']>['Request'];
type Response = ReturnType<(typeof contract)['response']['decode']>['Response'];

/**
 * Tells somebody of another organisation the relationship with the domain of the address in his token (vendor's page
 * `getorganizationrelationshipsettings-operation-soap`); the domains in the request add nothing to it. One who has signed in
 * with an account has no such address.
 */
export async function getOrganizationRelationshipSettings(
  context: AutodiscoverContext,
  { organization, external }: Asked,
  _request: Request,
): Promise<Response> {
  if (external === undefined) return invalidRelationshipRequest(soapTexts.DelegationToken);
  const relationship = relationshipFor(await context.settings(organization.name), external.domain);
  const OrganizationRelationshipSettings = relationship === undefined ? [] : [settingsOf(relationship)];
  return { ErrorCode: 'NoError', ErrorMessage: '', OrganizationRelationshipSettingsCollection: { OrganizationRelationshipSettings } };
}

function settingsOf(relationship: OrganizationRelationship): RelationshipSettings {
  const { DeliveryReportEnabled, DomainNames, FreeBusyAccessEnabled, FreeBusyAccessLevel, MailTipsAccessEnabled } = relationship;
  const { MailTipsAccessLevel, MailboxMoveEnabled, Name, TargetApplicationUri, TargetAutodiscoverEpr, TargetSharingEpr } = relationship;
  return {
    ...{ DeliveryReportEnabled, DomainNames: { Domain: [...DomainNames] }, FreeBusyAccessEnabled, FreeBusyAccessLevel },
    ...{ MailTipsAccessEnabled, MailTipsAccessLevel, MailboxMoveEnabled, Name },
    TargetApplicationUri: TargetApplicationUri || null,
    TargetAutodiscoverEpr: TargetAutodiscoverEpr || null,
    TargetSharingEpr: TargetSharingEpr || null,
  };
}

/** The answer to a request that is refused as a whole. */
export function invalidRelationshipRequest(ErrorMessage: string): Response {
  return { ErrorCode: 'InvalidRequest', ErrorMessage };
}
