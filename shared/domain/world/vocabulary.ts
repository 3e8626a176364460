/** Words that a world file chooses from. What each of them means stands in a table of the room that gives it meaning. */
export const organizationKinds = ['on-premises', 'cloud'] as const;
export type OrganizationKind = (typeof organizationKinds)[number];

/** Products; shown values in `domain/organization/profiles.ts`. */
export const productNames = ['exchange-2007', 'exchange-2010', 'exchange-2016', 'exchange-2019', 'exchange-se', 'exchange-online'] as const;
export type ProductName = (typeof productNames)[number];

/** Eras of a cloud tenant; settings in `domain/organization/eras.ts`. */
export const eraNames = ['2016', '2019', '2025-11', '2026-10', '2027-04'] as const;
export type EraName = (typeof eraNames)[number];

/** How a device in front of an organisation's servers asks clients who they are; meaning in `domain/organization/perimeter-devices.ts`. */
export const preAuthentications = ['None', 'Basic', 'Forms', 'Ntlm'] as const;

/** The authentication service of the cloud as listeners, clock and journal name it: no organisation, so none may be called so. */
export const authenticationService = 'azure-auth';
/** Microsoft Graph, which belongs to no tenant either and shares its listener. */
export const graphHost = 'graph.microsoft.test';
/** The hosts that lead to it; each has spellings of Microsoft's (`domain/organization/host-map.ts`). */
export const authenticationHosts: readonly string[] = [
  'login.microsoftonline.test',
  'accounts.accesscontrol.test',
  'nexus.microsoftonline-p.test',
  'domains.live.test',
  'login.live.test',
  'nexus.passport.test',
  graphHost,
];

/** RecipientTypeDetails of the directory objects; all of them but a plain `User` carry an address. */
export const recipientTypes = [
  'UserMailbox',
  'SharedMailbox',
  'RoomMailbox',
  'EquipmentMailbox',
  'PublicFolderMailbox',
  'ArbitrationMailbox',
  'MailUser',
  'RemoteUserMailbox',
  'RemoteSharedMailbox',
  'RemoteRoomMailbox',
  'RemoteEquipmentMailbox',
  'User',
  'MailContact',
  'MailUniversalDistributionGroup',
  'MailUniversalSecurityGroup',
  'UniversalDistributionGroup',
  'UniversalSecurityGroup',
  'PublicFolder',
] as const;
export type RecipientType = (typeof recipientTypes)[number];

/** Application roles that Exchange Online offers (Microsoft, "Authenticate an EWS application by using OAuth", and for IMAP, POP, SMTP). */
export const exchangeRoles = [
  'full_access_as_app',
  'Exchange.ManageAsApp',
  'IMAP.AccessAsApp',
  'POP.AccessAsApp',
  'SMTP.SendAsApp',
] as const;
export type ExchangeRole = (typeof exchangeRoles)[number];

/** Delegated permissions that Exchange Online offers. */
export const exchangeScopes = [
  'EWS.AccessAsUser.All',
  'Exchange.Manage',
  'IMAP.AccessAsUser.All',
  'POP.AccessAsUser.All',
  'SMTP.Send',
] as const;

/** Application permissions of Microsoft Graph: those of the dedicated hybrid application, on Microsoft's page about it. */
export const graphRoles = ['Calendars.Read', 'MailTips.ReadBasic.All', 'MailboxSettings.Read', 'ProfilePhoto.Read.All'] as const;

/** What can be written into a calendar of the seed. */
export const calendarPlans = ['none', 'generate:working-week', 'generate:busy-week'] as const;
export type CalendarPlan = (typeof calendarPlans)[number];

/** What can be written into a mailbox of the seed. */
export const messagePlans = ['none', 'generate:correspondence'] as const;
export type MessagePlan = (typeof messagePlans)[number];

/** In characters: a photograph of 100 KB in base64 has its place in it. */
export const longestCmdletLine = 163_840;
