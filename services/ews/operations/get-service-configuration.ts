import { largestReceived } from '../../../shared/domain/mailflow/size-limits.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { messages } from '../../../shared/protocols/ews/namespaces.ts';
import type { getServiceConfiguration as contract } from '../../../shared/protocols/ews/operations/get-service-configuration.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import { element } from '../../../shared/xml/element.ts';
import { notSupported } from '../failures.ts';
import { mostRecipients } from '../mail-tips/tips.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Name = RequestOf<typeof contract>['RequestedConfiguration'][number][number];
type Messages = NonNullable<Extract<ResponseOf<typeof contract>, { class: 'Success' }>['ResponseMessages']>;
type Configuration = Omit<Extract<Messages[number], { class: 'Success' }>, 'class'>;

/** Members of a group from which on clients say no exact number; ours: Exchange's is not published. */
const largeAudienceCap = 1_000;
/** Hours after which clients ask for protection rules again. A figure of ours. */
const refreshHours = 24;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getserviceconfiguration-operation
 * The configurations are the same for everybody; whoever is acted as must be somebody (page "ActingAs").
 */
export const getServiceConfiguration: Operation<typeof contract> = async (call, { ActingAs, RequestedConfiguration }) => {
  const { context, organization } = call;
  if (ActingAs !== undefined) {
    const { EmailAddress = '', RoutingType } = ActingAs;
    const known = await context.directory(organization.name).byAddress(EmailAddress);
    if (RoutingType === undefined || known === undefined) return errorMessage('ErrorInvalidArgument');
  }
  const settings = await context.settings(organization.name);
  const ResponseMessages = await perItem(call, [...new Set(RequestedConfiguration.flat())], async (name) => {
    const configuration = configurationNamed(name, organization, settings);
    if (configuration === undefined) throw notSupported(`The configuration ${name}`);
    return { class: 'Success', ...configuration } as const;
  });
  return { class: 'Success', ...(ResponseMessages.length === 0 ? {} : { ResponseMessages }) };
};

/**
 * What an organisation answers that has no Unified Messaging, no rules of protection and data loss prevention, and no
 * SharePoint: that (inferred, but for the form). Undefined: the schema has no answer.
 */
function configurationNamed(name: Name, organization: Organization, settings: Settings): Configuration | undefined {
  const InternalDomains = { Domain: organization.domains.map((Name) => ({ Name, IncludeSubdomains: false })) };
  switch (name) {
    case 'MailTips': {
      const config = organizationConfig(settings);
      const MailTipsConfiguration = {
        MailTipsEnabled: config.MailTipsAllTipsEnabled,
        MaxRecipientsPerGetMailTipsRequest: mostRecipients,
        MaxMessageSize: largestReceived({ organization, settings }),
        LargeAudienceThreshold: config.MailTipsLargeAudienceThreshold,
        ShowExternalRecipientCount: config.MailTipsExternalRecipientsTipsEnabled,
        InternalDomains,
        PolicyTipsEnabled: false,
        LargeAudienceCap: largeAudienceCap,
      };
      return { MailTipsConfiguration };
    }
    case 'UnifiedMessagingConfiguration':
      return { UnifiedMessagingConfiguration: { UmEnabled: false, PlayOnPhoneDialString: '', PlayOnPhoneEnabled: false } };
    case 'ProtectionRules':
      return { ProtectionRulesConfiguration: { RefreshInterval: refreshHours, Rules: {}, InternalDomains } };
    case 'PolicyNudges':
      return { PolicyNudgeRulesConfiguration: element(messages, 'PolicyNudgeRulesConfiguration') };
    case 'SharePointURLs':
      return { SharePointURLsConfiguration: { InternalSPMySiteHostURL: '', ExternalSPMySiteHostURL: '' } };
    default:
      return undefined;
  }
}
