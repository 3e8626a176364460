import { many, maybe, one, sequence, simple } from '../../xml/codec.ts';
import { int, string } from '../../xml/simple-types.ts';
import { soapAutodiscover as namespace } from './namespaces.ts';
import { typed } from './xsi.ts';

const text = simple(string);

/**
 * The setting names that servers know, in the order of the vendor's page `setting-soap` and, after it, of the
 * Managed API's UserSettingName (both MIT or CC-BY). Any other name is an invalid setting.
 */
export const userSettingNames = [
  'UserDisplayName',
  'UserDN',
  'UserDeploymentId',
  'InternalMailboxServer',
  'InternalRpcClientServer',
  'InternalMailboxServerDN',
  'InternalEcpUrl',
  'InternalEcpVoicemailUrl',
  'InternalEcpEmailSubscriptionsUrl',
  'InternalEcpTextMessagingUrl',
  'InternalEcpDeliveryReportUrl',
  'InternalEcpRetentionPolicyTagsUrl',
  'InternalEcpPublishingUrl',
  'InternalEwsUrl',
  'InternalOABUrl',
  'InternalUMUrl',
  'InternalWebClientUrls',
  'MailboxDN',
  'PublicFolderServer',
  'ActiveDirectoryServer',
  'ExternalMailboxServer',
  'ExternalMailboxServerRequiresSSL',
  'ExternalMailboxServerAuthenticationMethods',
  'EcpVoicemailUrlFragment',
  'EcpEmailSubscriptionsUrlFragment',
  'EcpTextMessagingUrlFragment',
  'EcpDeliveryReportUrlFragment',
  'EcpRetentionPolicyTagsUrlFragment',
  'EcpPublishingUrlFragment',
  'ExternalEcpUrl',
  'ExternalEcpVoicemailUrl',
  'ExternalEcpEmailSubscriptionsUrl',
  'ExternalEcpTextMessagingUrl',
  'ExternalEcpDeliveryReportUrl',
  'ExternalEcpRetentionPolicyTagsUrl',
  'ExternalEcpPublishingUrl',
  'ExternalEwsUrl',
  'ExternalOABUrl',
  'ExternalUMUrl',
  'ExternalWebClientUrls',
  'CrossOrganizationSharingEnabled',
  'AlternateMailboxes',
  'CasVersion',
  'EwsSupportedSchemas',
  'InternalPop3Connections',
  'ExternalPop3Connections',
  'InternalImap4Connections',
  'ExternalImap4Connections',
  'InternalSmtpConnections',
  'ExternalSmtpConnections',
  'InternalServerExclusiveConnect',
  'ExternalServerExclusiveConnect',
  'ExchangeRpcUrl',
  'ShowGalAsDefaultView',
  'AutoDiscoverSMTPAddress',
  'InteropExternalEwsUrl',
  'ExternalEwsVersion',
  'InteropExternalEwsVersion',
  'MobileMailboxPolicyInterop',
  'GroupingInformation',
  'UserMSOnline',
  'MapiHttpEnabled',
  'InternalEcpPhotoUrl',
  'InternalEcpConnectUrl',
  'InternalEcpTeamMailboxUrl',
  'InternalEcpTeamMailboxCreatingUrl',
  'InternalEcpTeamMailboxEditingUrl',
  'InternalEcpTeamMailboxHidingUrl',
  'InternalEcpExtensionInstallationUrl',
  'InternalEmwsUrl',
  'InternalPhotosUrl',
  'EcpPhotoUrlFragment',
  'EcpConnectUrlFragment',
  'EcpTeamMailboxUrlFragment',
  'EcpTeamMailboxCreatingUrlFragment',
  'EcpTeamMailboxEditingUrlFragment',
  'EcpExtensionInstallationUrlFragment',
  'ExternalEcpPhotoUrl',
  'ExternalEcpConnectUrl',
  'ExternalEcpTeamMailboxUrl',
  'ExternalEcpTeamMailboxCreatingUrl',
  'ExternalEcpTeamMailboxEditingUrl',
  'ExternalEcpTeamMailboxHidingUrl',
  'ExternalEcpExtensionInstallationUrl',
  'ExternalEmwsUrl',
  'ExternalPhotosUrl',
  'MobileMailboxPolicy',
  'DocumentSharingLocations',
  'InternalMailboxServerAuthenticationMethods',
  'MailboxVersion',
  'SPMySiteHostURL',
  'SiteMailboxCreationURL',
  'InternalRpcHttpServer',
  'InternalRpcHttpConnectivityRequiresSsl',
  'InternalRpcHttpAuthenticationMethod',
  'PublicFolderInformation',
  'RedirectUrl',
  'EwsPartnerUrl',
  'CertPrincipalName',
  'InternalOutlookServiceUrl',
  'ExternalOutlookServiceUrl',
] as const;
export type UserSettingName = (typeof userSettingNames)[number];

/** True for a name of the list; names are compared letter for letter. */
export function isUserSettingName(name: string): name is UserSettingName {
  return knownNames.has(name);
}
const knownNames: ReadonlySet<string> = new Set(userSettingNames);

const webClientUrl = sequence({ AuthenticationMethods: one(namespace, text), Url: one(namespace, text) });
const alternateMailbox = sequence({
  Type: one(namespace, text),
  DisplayName: maybe(namespace, text),
  LegacyDN: maybe(namespace, text),
  Server: maybe(namespace, text),
  SmtpAddress: maybe(namespace, text),
  OwnerSmtpAddress: maybe(namespace, text),
});
const protocolConnection = sequence({
  Hostname: one(namespace, text),
  Port: one(namespace, simple(int)),
  EncryptionMethod: one(namespace, text),
});

/** A setting's value. What stands in the base type comes first, as DataContract writes it: the name. */
export const userSetting = typed({
  StringSetting: sequence({ Name: one(namespace, text), Value: one(namespace, text) }),
  WebClientUrlCollectionSetting: sequence({
    Name: one(namespace, text),
    WebClientUrls: one(namespace, sequence({ WebClientUrl: many(namespace, webClientUrl) })),
  }),
  AlternateMailboxCollectionSetting: sequence({
    Name: one(namespace, text),
    AlternateMailboxes: one(namespace, sequence({ AlternateMailbox: many(namespace, alternateMailbox) })),
  }),
  ProtocolConnectionCollectionSetting: sequence({
    Name: one(namespace, text),
    ProtocolConnections: one(namespace, sequence({ ProtocolConnection: many(namespace, protocolConnection) })),
  }),
});
export type UserSetting = ReturnType<typeof userSetting.decode>;
