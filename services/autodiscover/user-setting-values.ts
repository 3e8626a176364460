import { dottedServerVersion } from '../../shared/protocols/autodiscover/server-version.ts';
import type { UserSetting, UserSettingName } from '../../shared/protocols/autodiscover/user-settings.ts';
import type { MailboxFacts } from './mailbox-facts.ts';

type Value = (facts: MailboxFacts) => string | Omit<Extract<UserSetting, { readonly type: 'WebClientUrlCollectionSetting' }>, 'Name'>;

const ews: Value = ({ urls }) => urls.ews;
const ecp: Value = ({ urls }) => urls.ecp;
const casVersion: Value = ({ profile }) => dottedServerVersion(profile.version);
const on: Value = () => 'On';
const webClients: Value = ({ urls, traits }) => ({
  type: 'WebClientUrlCollectionSetting',
  WebClientUrls: { WebClientUrl: [{ AuthenticationMethods: traits.authPackage, Url: urls.owa }] },
});

/** The settings that have a value here. Every other known name is answered SettingIsNotAvailable. */
const values: Readonly<Partial<Record<UserSettingName, Value>>> = {
  UserDisplayName: ({ recipient }) => recipient.displayName,
  UserDN: ({ recipient }) => recipient.legacyDn,
  UserDeploymentId: ({ deploymentId }) => deploymentId,
  UserMSOnline: ({ traits }) => pascal(traits.isMicrosoftOnline),
  AutoDiscoverSMTPAddress: ({ recipient }) => recipient.primaryAddress,
  InternalMailboxServer: ({ server }) => server,
  InternalRpcClientServer: ({ server }) => server,
  InternalMailboxServerDN: ({ serverDn }) => serverDn,
  MailboxDN: ({ databaseDn }) => databaseDn,
  ExternalMailboxServer: ({ webAuthority }) => webAuthority,
  ExternalMailboxServerRequiresSSL: () => 'True',
  ExternalMailboxServerAuthenticationMethods: ({ traits }) => traits.authPackage,
  InternalEwsUrl: ews,
  ExternalEwsUrl: ews,
  InternalEmwsUrl: ews,
  ExternalEmwsUrl: ews,
  InternalEcpUrl: ecp,
  ExternalEcpUrl: ecp,
  InternalWebClientUrls: webClients,
  ExternalWebClientUrls: webClients,
  InternalServerExclusiveConnect: on,
  ExternalServerExclusiveConnect: on,
  CrossOrganizationSharingEnabled: () => 'False',
  CasVersion: casVersion,
  ExternalEwsVersion: casVersion,
  EwsSupportedSchemas: ({ traits }) => traits.ewsSupportedSchemas,
  MapiHttpEnabled: () => 'False',
  ShowGalAsDefaultView: () => 'True',
};

/** The value of a setting for a mailbox, or undefined when it has none here. */
export function userSettingValue(name: UserSettingName, facts: MailboxFacts): UserSetting | undefined {
  const value = values[name]?.(facts);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? { type: 'StringSetting', Name: name, Value: value } : { ...value, Name: name };
}

function pascal(flag: boolean): 'True' | 'False' {
  return flag ? 'True' : 'False';
}
