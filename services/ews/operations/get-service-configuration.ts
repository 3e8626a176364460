import { largestMessageBytes } from '../../../shared/domain/mailflow/largest-message.ts';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import type { getServiceConfiguration as contract } from '../../../shared/protocols/ews/operations/get-service-configuration.ts';
import { notSupported } from '../failures.ts';
import { mostRecipients } from '../mail-tips/tips.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** Members of a group from which on clients say no exact number; ours: Exchange's is not published. */
const largeAudienceCap = 1_000;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getserviceconfiguration-operation
 * What MailTips are like is the same for everybody, whoever is acted as.
 */
export const getServiceConfiguration: Operation<typeof contract> = async (call, { RequestedConfiguration }) => {
  const { context, organization } = call;
  const config = organizationConfig(await context.settings(organization.name));
  const ResponseMessages = await perItem(call, [...new Set(RequestedConfiguration.flat())], async (name) => {
    if (name !== 'MailTips') throw notSupported(`The configuration ${name}`);
    const MailTipsConfiguration = {
      MailTipsEnabled: config.MailTipsAllTipsEnabled,
      MaxRecipientsPerGetMailTipsRequest: mostRecipients,
      MaxMessageSize: largestMessageBytes,
      LargeAudienceThreshold: config.MailTipsLargeAudienceThreshold,
      ShowExternalRecipientCount: config.MailTipsExternalRecipientsTipsEnabled,
      InternalDomains: { Domain: organization.domains.map((Name) => ({ Name, IncludeSubdomains: false })) },
      PolicyTipsEnabled: false,
      LargeAudienceCap: largeAudienceCap,
    };
    return { class: 'Success', MailTipsConfiguration } as const;
  });
  return { class: 'Success', ...(ResponseMessages.length === 0 ? {} : { ResponseMessages }) };
};
