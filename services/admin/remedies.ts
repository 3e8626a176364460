/** What to do when a check has failed, one line each, by the check's name: first those of whoever signs in with a password. */
const signIn: Readonly<Record<string, string>> = {
  'basic.header': 'Send "Authorization: Basic" with base64 of user name, colon and password.',
  'basic.offered':
    'Use another scheme, or allow Basic: Set-WebServicesVirtualDirectory -BasicAuthentication $true; in the cloud Basic belongs to the eras 2016 and 2019, on SMTP submission to all but the last.',
  'account.exists': 'Sign in as a user of this organisation; coexist status lists them.',
  'account.enabled': 'Enable the account, or sign in as another user.',
  'account.password': "Use the account's password; endpoints.json has it.",
  'mailbox.owner': 'Open your own mailbox, or get FullAccess to the other one.',
  'mailbox.full-access': 'Give the caller FullAccess to the mailbox, or open it with an impersonation right.',
};

/** Tokens brought to Exchange. */
const tokens: Readonly<Record<string, string>> = {
  'token.offered': 'Switch tokens on: Set-WebServicesVirtualDirectory -OAuthAuthentication $true.',
  'token.header': 'Send "Authorization: Bearer" with a token; the word alone only asks for the challenge.',
  'token.readable':
    'Send the token as it was issued: three parts of base64url with dots between; coexist token decode shows what can be read.',
  'token.profile': 'Bring an access token (ver 1.0 with scp or roles) or an actor token; identity and callback tokens open no mailbox.',
  'token.configuration':
    'Say who the organisation is, and by what it proves itself: Set-AuthConfig -ServiceName 00000002-0000-0ff1-ce00-000000000000, New-ExchangeCertificate, Set-AuthConfig -CertificateThumbprint.',
  'token.actor': 'Put exactly one signed actor token, as ACS issued it, into the claim actortoken.',
  'token.audience': 'Ask for a token for this host: resource 00000002-0000-0ff1-ce00-000000000000/<host>@<realm>, or https://<host>/.',
  'token.audience-host': 'Ask for a token for the host that the request names, port included; a proxy in between must not rewrite Host.',
  'token.issuer':
    'Trust the issuer: New-AuthServer -AuthMetadataUrl ..., or Set-AuthServer -Enabled $true; Get-AuthServer shows whom you trust.',
  'token.algorithm': 'Sign with RS256 or PS256; alg none and shared secrets are never taken.',
  'token.key': "Read the issuer's metadata again: Set-AuthServer -RefreshAuthMetadata; coexist keys shows which key signs.",
  'token.signature': 'Bring the token as the issuer signed it; if its keys have changed, Set-AuthServer -RefreshAuthMetadata.',
  'token.lifetime': 'Ask for a new token, and compare the clocks of issuer and receiver: coexist clock now.',
  'token.tenant': 'Ask the tenant of this organisation for the token; the realm, or tid, must be its own.',
  'token.application': 'Make the application known: New-PartnerApplication or Set-PartnerApplication -Enabled $true -UseAuthServer $true.',
  'token.application-realm': 'Name the application in the realm of the issuer: nameid <application>@<tenant id>.',
  'token.user-claims':
    'Name the user: nii, and one of nameid, upn, smtp, sip; a SID counts with Set-PartnerApplication -AcceptSecurityIdentifierInformation $true.',
  'token.user': 'Let every claim name the same user, and one whom this organisation has.',
  'token.account': 'Name a user with an enabled account: groups, contacts and disabled accounts sign in nowhere.',
  'token.audience-realm': 'Let audience and issuer name the same realm: the tenant id.',
  'token.outer-unsigned': 'Leave the outer token unsigned: {"alg":"none"} and an empty third part; the actor token inside is the proof.',
  'token.outer-issuer': 'Let the outer token be issued by the application that the actor token names: iss <application>@<realm>.',
  'token.outer-realm': 'Let iss of the outer token name a realm of this organisation: its tenant id or an accepted domain.',
  'token.outer-lifetime': 'Make the outer token anew for the call, and compare the clocks: coexist clock now.',
  'token.user-context': 'Nothing fails here: the verdict only says that the application asserts the user.',
  'token.linked-account': 'Link an account with a role: Set-PartnerApplication -LinkedAccount <mail address>.',
  'token.scope': 'Ask for the delegated permission EWS.AccessAsUser.All (to send mail SMTP.Send) and have somebody consent to it.',
  'token.role':
    'Assign the application permission full_access_as_app (to send mail SMTP.SendAsApp) to the application and ask for a new token.',
  'token.replay': 'Use each token once, or do as Exchange does: switch StrictTokenReplay off.',
};

/** Who may do what, once it is known who calls. */
const rights: Readonly<Record<string, string>> = {
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

/** Applications and users at the authentication service. */
const clients: Readonly<Record<string, string>> = {
  'tenant.known': 'Name a tenant of the world by its id or a domain; endpoints.json has the authority of each.',
  'instance.known': 'Ask about an authority of this service; endpoints.json lists its names.',
  'client.header': 'Send one client_id: that of the Basic header and that of the body are the same.',
  'client.exists': 'Use the id of an application of the world; endpoints.json lists them.',
  'client.in-tenant': "Sign in at the application's own tenant.",
  'client.enabled': 'Enable the application: Set-MsolServicePrincipal -AccountEnabled $true.',
  'client.confidential': 'Use an application with a credential: a public client gets no token of this grant.',
  'client.credentials': 'A confidential client shows a secret or an assertion, a public one neither.',
  'client.secret': "Use the application's secret; endpoints.json has it, New-MsolServicePrincipalCredential adds one.",
  'client.secret-period': 'Add a secret that is in force now: New-MsolServicePrincipalCredential -Type Password.',
  'client.roles': 'Nothing fails here: the verdict only lists the application permissions that the token has.',
  'client.consent': 'Have somebody consent to the permissions, or ask for those that were granted.',
  'client.assertion-type': 'Send client_assertion_type urn:ietf:params:oauth:client-assertion-type:jwt-bearer.',
  'client.assertion-form': 'Send a JSON web token; coexist token decode shows what can be read of it.',
  'client.assertion-algorithm': 'Sign the assertion with RS256 or PS256.',
  'client.assertion-key':
    'Register the certificate: New-MsolServicePrincipalCredential -Type Asymmetric -Value <certificate>; name it in x5t or x5t#S256.',
  'client.assertion-key-period': 'Register a certificate that is in force now: New-MsolServicePrincipalCredential.',
  'client.assertion-signature': 'Sign with the key of the certificate that the header names.',
  'client.assertion-iss': 'Let iss of the assertion be the client_id.',
  'client.assertion-sub': 'Let sub of the assertion be the client_id.',
  'client.assertion-replay':
    'Make a new assertion with a jti of its own, or switch StrictTokenReplay off: the real service takes it again.',
  'client.assertion-audience': 'Let aud of the assertion be the token endpoint, or the issuer, of the tenant that is asked.',
  'assertion.form': 'Send the access token that was brought to you, as it is.',
  'assertion.issuer': 'Let iss be <application>@<tenant id>, of the tenant that is asked.',
  'assertion.key': 'Bring a token that this service has signed with a key that it still publishes; coexist keys lists them.',
  'assertion.signature': 'Bring the token as it was issued.',
  'assertion.audience':
    'Let aud name this service and the right party: for ACS 00000001-0000-0000-c000-000000000000/accounts.accesscontrol.windows.net@<tenant id>, on behalf of a user your own client id.',
  'assertion.lifetime': 'Make the assertion anew, let it live a day at most, and compare the clocks: coexist clock now.',
  'assertion.user': 'Bring a token that a user has: an application token is nobody to act for.',
  'resource.principal':
    'Name a resource of the tenant; add the host with Set-MsolServicePrincipal -ServicePrincipalNames or Update-HybridConfiguration.',
  'resource.exists': 'Name a resource that the tenant has.',
  'resource.enabled': 'Enable the resource: Set-MsolServicePrincipal -AccountEnabled $true.',
  'resource.scopes': 'Ask for permissions that the resource offers, or for .default.',
};

/** Requests to the authentication service, and the users in them. */
const requests: Readonly<Record<string, string>> = {
  'request.form': 'Send application/x-www-form-urlencoded, each parameter once.',
  'request.parameters': 'Send the parameter that is missing.',
  'request.grant-type': 'Use a grant that this endpoint knows.',
  'request.realm': 'Let the realm be the tenant of the path, or leave it out.',
  'request.scope': 'Ask for the permissions of one resource; with client credentials for <resource>/.default.',
  'request.response-type': 'Ask for the response type code, id_token or both.',
  'request.response-mode': 'Use the response mode query, fragment or form_post.',
  'request.prompt': 'Use one of the prompts that there are, or leave it out.',
  'request.code-challenge': 'Send code_challenge with code_challenge_method S256 or plain (RFC 7636).',
  'request.token-use': 'Send requested_token_use=on_behalf_of.',
  'redirect.registered': 'Use an address that the application has registered; http://localhost fits every port.',
  'session.present': 'Sign in with a page: prompt=none needs somebody who has signed in already.',
  'code.known': 'Redeem the code that the authorization endpoint gave, at the tenant and by the client that asked for it.',
  'code.unused': 'Sign in again: a code is redeemed once.',
  'code.lifetime': 'Redeem the code within ten minutes, of world time.',
  'code.redirect-uri': 'Redeem the code with the redirect_uri that it was asked with.',
  'code.verifier': 'Send the code_verifier that belongs to the code_challenge (RFC 7636).',
  'device.user-code': 'Type the code that the device shows, while it lives.',
  'device.pending': 'Begin anew on the device: the code was used or is too old.',
  'grant.tenant': 'Use the refresh token at the tenant that issued it.',
  'grant.client': 'Use the refresh token as the application that it was issued to.',
  'user.exists': 'Sign in as a user of the tenant; endpoints.json lists them.',
  'user.hinted': 'Nothing fails here: the verdict only says that login_hint signed the user in.',
  'user.password': "Use the account's password; endpoints.json has it.",
  'user.enabled': 'Enable the account, or sign in as another user.',
  'user.lockout': 'Wait until the lock is over, of world time (coexist clock advance 1m), and use the right password.',
  'user.conditional-access':
    'Sign in with a second factor where the policy demands one, or change it: Get-, Update-, Remove-MgIdentityConditionalAccessPolicy.',
  'user.second-factor': 'Sign in with a page and the second factor; GET /_coexist/v1/authentication-codes/<user> tells its code.',
};

const remedies: Readonly<Record<string, string>> = { ...signIn, ...tokens, ...rights, ...clients, ...requests };

/** The remedy for a check that has failed; null for a check that nobody has written one for. */
export function remedyFor(check: string): string | null {
  return remedies[check] ?? null;
}

/** Every check that has a remedy. */
export function checksWithRemedy(): readonly string[] {
  return Object.keys(remedies);
}
