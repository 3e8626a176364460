import { dottedServerVersion } from '../../shared/protocols/autodiscover/server-version.ts';
import type { UserSetting, UserSettingName } from '../../shared/protocols/autodiscover/user-settings.ts';
import { addressBookUrl, type MailboxFacts } from './mailbox-facts.ts';

type Collection = 'WebClientUrlCollectionSetting' | 'AlternateMailboxCollectionSetting';
type Unnamed<Setting> = Setting extends unknown ? Omit<Setting, 'Name'> : never;
type Value = (facts: MailboxFacts) => string | undefined | Unnamed<Extract<UserSetting, { readonly type: Collection }>>;

const casVersion: Value = ({ profile }) => dottedServerVersion(profile.version);
const on: Value = () => 'On';
const url =
  (side: 'internal' | 'external', name: 'ews' | 'ecp'): Value =>
  ({ urls }) =>
    urls[side][name];
const addressBook =
  (side: 'internal' | 'external'): Value =>
  ({ urls, offlineAddressBook }) =>
    addressBookUrl(urls[side].oab, offlineAddressBook);
const webClients =
  (side: 'internal' | 'external'): Value =>
  ({ urls, traits }) => {
    const Url = urls[side].owa;
    if (Url === undefined) return undefined;
    return {
      type: 'WebClientUrlCollectionSetting',
      WebClientUrls: { WebClientUrl: [{ AuthenticationMethods: traits.authPackage, Url }] },
    };
  };

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
  ExternalMailboxServer: ({ anywhere }) => anywhere?.server,
  ExternalMailboxServerRequiresSSL: ({ anywhere }) => anywhere && pascal(anywhere.requiresSsl),
  ExternalMailboxServerAuthenticationMethods: ({ anywhere }) => anywhere?.authPackage,
  InternalEwsUrl: url('internal', 'ews'),
  ExternalEwsUrl: url('external', 'ews'),
  InternalEmwsUrl: url('internal', 'ews'),
  ExternalEmwsUrl: url('external', 'ews'),
  InternalEcpUrl: url('internal', 'ecp'),
  ExternalEcpUrl: url('external', 'ecp'),
  InternalOABUrl: addressBook('internal'),
  ExternalOABUrl: addressBook('external'),
  InternalWebClientUrls: webClients('internal'),
  ExternalWebClientUrls: webClients('external'),
  AlternateMailboxes: ({ archive }) =>
    archive && { type: 'AlternateMailboxCollectionSetting', AlternateMailboxes: { AlternateMailbox: [archive] } },
  PublicFolderInformation: ({ publicFolders }) => publicFolders,
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
