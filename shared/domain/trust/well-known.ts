import type { Guid } from '../../kernel/ids.ts';

/** Identifiers that Microsoft's applications have in every tenant (MS-SPS2SAUTH; microsoft/CSS-Exchange). */
export const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000' as Guid;
/** The issuer of server-to-server tokens (Azure ACS). */
export const acsAppId = '00000001-0000-0000-c000-000000000000' as Guid;
export const graphAppId = '00000003-0000-0000-c000-000000000000' as Guid;

/** Application role on Exchange that opens every mailbox. */
export const fullAccessAsApp = 'full_access_as_app';
/** Delegated permission on Exchange by which an application acts in EWS as the user who signed in. */
export const ewsAccessAsUser = 'EWS.AccessAsUser.All';
/** The same for sending by SMTP: by an application on its own, and as the user who signed in. */
export const smtpSendAsApp = 'SMTP.SendAsApp';
export const smtpSend = 'SMTP.Send';
/** The same for cmdlets by the admin API (MicrosoftDocs/office-docs-powershell, App-only authentication). */
export const exchangeManageAsApp = 'Exchange.ManageAsApp';
export const exchangeManage = 'Exchange.Manage';

/** The scope of configuration objects that belong to no organisation: the authentication service's own. */
export const authorityScope = '';
/** "Microsoft Exchange Online Remote PowerShell", by which administrators sign in (Microsoft's list of first-party applications). */
export const shellAppId = 'a0c73c16-a7e3-4564-9a95-2bdf47383716' as Guid;
/** The delegated permission that opens the shell of a tenant. */
export const shellAccessAsUser = 'RemotePowerShell.AccessAsUser.All';
