/** Who may do what, once it is known who calls. */
export const rightsRemedies: Readonly<Record<string, string>> = {
  'application.linked-account':
    'Link an account that has a role: Set-PartnerApplication -LinkedAccount, New-ManagementRoleAssignment -User.',
  'application.access-policy':
    'Let the policies cover the mailbox: Get-ApplicationAccessPolicy, New-ApplicationAccessPolicy, or another mailbox.',
  'impersonation.header':
    'Name the user in t:ExchangeImpersonation with an application token, and leave it out with a token that has a user.',
  'impersonation.role':
    'Give the caller the role: New-ManagementRoleAssignment -Role ApplicationImpersonation -User <caller>; it is gone from the cloud of later eras.',
  'impersonation.scope': 'Widen the management scope of the assignment, or impersonate somebody whom it covers.',
  'impersonation.user': 'Impersonate a user who has a mailbox in this organisation, by primary address, user principal name or SID.',
  'submission.organization': 'Say in the user name, or by the host that is asked, to which organisation of the world it belongs.',
  'submission.token-kind': 'Bring an access token with SMTP.Send or SMTP.SendAsApp: server-to-server tokens send no mail.',
  'submission.user': 'Name the mailbox of the token, or a shared one that its user has FullAccess to, in XOAUTH2 user=.',
  'tenant.shared-principal':
    "Call as an application of your own: Exchange's shared service principal is blocked in this era (coexist era).",
  'tenant.ews-enabled': 'Set-OrganizationConfig -EwsEnabled $true; in the last era EWS is gone for good.',
  'tenant.ews-allow-list': 'Put the application on the list: Set-OrganizationConfig -EwsAllowedAppIDs <application id>.',
};
