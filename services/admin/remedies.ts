import { delegationRemedies } from './delegation-remedies.ts';
import { mailRemedies } from './mail-remedies.ts';

/** What to do when a check has failed, one line each, by the check's name: first those of whoever signs in with a password. */
const signIn: Readonly<Record<string, string>> = {
  'basic.header': 'Send "Authorization: Basic" with base64 of user name, colon and password.',
  'basic.offered':
    'Use another scheme, or allow Basic: Set-WebServicesVirtualDirectory -BasicAuthentication $true; in the cloud Basic belongs to the eras 2016 and 2019, on SMTP submission to all but the last.',
  'account.exists': 'Sign in as a user of this organisation; coexist status lists them.',
  'account.enabled': 'Enable the account, or sign in as another user.',
  'account.locked': 'Wait until the lock is over, of world time (coexist clock advance), or Unlock-ADAccount <user>.',
  'account.expires': 'Let the account end later: Set-ADAccountExpiration <user> -DateTime <date>, or Clear-ADAccountExpiration <user>.',
  'account.password-age':
    'Set a new password: Set-User <user> -Password <text>; how old one may be, Set-ADDefaultDomainPasswordPolicy says.',
  'account.password-change': 'Set a new password: Set-User <user> -Password <text>, or take it back: -ResetPasswordOnNextLogon $false.',
  'account.password': "Use the account's password; endpoints.json has it.",
  'certificate.shown':
    "Show a certificate of this installation's authority, or let nobody need one: Set-WebConfigurationProperty -Filter system.webServer/security/access -Name sslFlags -Value Ssl,Ssl128 -Location 'Default Web Site/EWS'.",
  'certificate.chain':
    "Show a certificate that this installation's authority has issued (ca.pem and ca-key.pem in its folder certificates); where others are in between, let the client send them too, each an authority in its time.",
  'certificate.time': 'Show a certificate that is in its time by the world clock: coexist clock now.',
  'certificate.usage': 'Let the certificate be for client authentication: extendedKeyUsage clientAuth.',
  'certificate.user': 'Name the user in the certificate: subjectAltName otherName 1.3.6.1.4.1.311.20.2.3, the user principal name.',
  'digest.header': 'Send "Authorization: Digest" as RFC 7616 has it, with qop, cnonce and nc.',
  'digest.offered': 'Use another scheme, or take Digest on premises: Set-WebServicesVirtualDirectory -DigestAuthentication $true.',
  'digest.request':
    'Answer the challenge as it was given: its realm, qop auth, MD5-sess or MD5, and the target of the request as uri, which nobody on the way may change.',
  'digest.response':
    "Use the account's password and a name as the directory spells it (or in small letters): endpoints.json has both; a name that was changed counts with the next new password.",
  'digest.nonce':
    'Answer the new challenge: nonces are good for five minutes of world time, in one process, and each count of one is taken once.',
  'ntlm.header':
    'Send "Authorization: NTLM" (or Negotiate) with an NTLM message; Kerberos is not spoken here (curl: --ntlm and not --negotiate or --anyauth).',
  'ntlm.offered': 'Use another scheme, or take NTLM on premises: Set-WebServicesVirtualDirectory -WindowsAuthentication $true.',
  'ntlm.challenge':
    'Answer the challenge on the connection that it came on, once: keep the connection alive, and let no proxy spread requests over others.',
  'ntlm.connection': 'Nothing fails here: the verdict only says that the connection has signed in before.',
  'ntlm.version': 'Let the client answer with NTLMv2 (LmCompatibilityLevel 3 or more); NTLMv1 and anonymous answers are never taken.',
  'ntlm.response':
    "Use the account's password, with the domain that the client sends; endpoints.json has it. A second handshake on the connection makes the first one's challenge void.",
  'ntlm.time': 'Compare the clocks of client and server, coexist clock now: 36 hours lie between an answer and its server at most.',
  'ntlm.integrity': 'Let all three messages arrive as they were sent: somebody in between has changed one, or the connection has changed.',
  'ntlm.channel-binding':
    'Let nobody terminate TLS on the way, or with the same certificate; else Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking None. Where it is Require, clients without channel bindings (curl) cannot sign in.',
  'mailbox.protocol-enabled':
    'Open the protocol for the mailbox: Set-CASMailbox <mailbox> -EwsEnabled $true (or -SmtpClientAuthenticationDisabled $false).',
  'organization.ews-enabled': 'Open EWS for the organisation: Set-OrganizationConfig -EwsEnabled $true, or $null.',
  'organization.smtp-client-authentication':
    'Let one mailbox submit: Set-CASMailbox <mailbox> -SmtpClientAuthenticationDisabled $false; or all: Set-TransportConfig -SmtpClientAuthenticationDisabled $false.',
  'client.user-agent':
    'Let the application in by the name that it gives itself: Set-OrganizationConfig or Set-CASMailbox -EwsAllowList @{Add="Name/*"}, -EwsBlockList @{Remove="Name/*"}, -EwsAllowOutlook $true; servers of other organisations call themselves ASProxy/*.',
  'throttling.concurrency':
    'Let fewer requests run at a time, or allow more on premises: New-ThrottlingPolicy Relaxed -EwsMaxConcurrency 100, Set-Mailbox <mailbox> -ThrottlingPolicy Relaxed.',
  'throttling.budget':
    'Wait as long as BackOffMilliseconds says, of world time (coexist clock advance), and ask for less; on premises a policy may give more: Set-ThrottlingPolicyAssociation.',
  'subscription.server':
    'Ask the server that keeps the subscription: send X-AnchorMailbox and X-PreferServerAffinity: true with Subscribe, and both with the X-BackEndOverrideCookie of its answer ever after.',
  'mrsproxy.enabled':
    'Enable the proxy on premises: Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true; a tenant has none.',
  'mrsproxy.role': 'Call with an account that may move mailboxes: Add-RoleGroupMember "Recipient Management" -Member <user>.',
  'perimeter.source':
    'Let the address through the device in front: Set-PerimeterDevice -SourceRanges @{Add="192.0.2.0/24"}; an empty list lets everybody in.',
  'perimeter.rate':
    'Ask less often, or let the device in front take more: Set-PerimeterDevice -MaxRequestsPerMinute 1000; the next minute of world time counts anew.',
  'perimeter.path': 'Publish the path at the device in front: Set-PerimeterDevice -AllowedPaths @{Add="/EWS/*"}.',
  'perimeter.pre-authentication':
    'Publish without pre-authentication what servers ask each other: Set-PerimeterDevice -PreAuthentication None, or -PassThroughPaths /EWS/mrsproxy.svc,/EWS/exchange.asmx/wssecurity,/autodiscover/*.',
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
  'token.scope':
    'Ask for the delegated permission EWS.AccessAsUser.All (to send mail SMTP.Send, to run cmdlets Exchange.Manage) and have somebody consent to it.',
  'token.role':
    'Assign the application permission full_access_as_app (to send mail SMTP.SendAsApp, to run cmdlets Exchange.ManageAsApp) to the application and ask for a new token.',
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
  'user.password-age':
    'Set-MsolUserPassword -ForceChangePassword $false, or Set-MsolUser -PasswordNeverExpires $true in the tenant: nobody can change a password here.',
  'user.lockout': 'Wait until the lock is over, of world time (coexist clock advance 1m), and use the right password.',
  'user.conditional-access':
    'Sign in with a second factor where the policy demands one, or change it: Get-, Update-, Remove-MgIdentityConditionalAccessPolicy.',
  'user.second-factor': 'Sign in with a page and the second factor; GET /_coexist/v1/authentication-codes/<user> tells its code.',
};

/** Token requests to the federation gateway. */
const tokenRequests: Readonly<Record<string, string>> = {
  'sts.form': 'Send a SOAP 1.2 message with the Action of RST/Issue, without a document type declaration, of a mebibyte at most.',
  'sts.request': 'Ask for a SAML 1.1 token with a symmetric key, and put one on-behalf-of assertion into the request.',
  'sts.security': 'Send one wsse:Security with Timestamp and Signature.',
  'sts.signer':
    'Sign with the certificate that the gateway knows: Set-FederationTrust -PublishFederationCertificate after a rollover; Test-FederationTrust tells.',
  'sts.certificate-period':
    'Get a certificate that is in force: New-ExchangeCertificate, Set-FederationTrust -Thumbprint, then -PublishFederationCertificate.',
  'sts.signature': 'Send the message as it was signed, To and Timestamp covered by its signature and nothing besides.',
  'sts.address': "Send the request where its To says: the trust's TokenIssuerEpr, of the same instance of the gateway.",
  'sts.timestamp': 'Make the request anew, and compare the clocks: coexist clock now.',
  'sts.requestor': 'Name the application that the certificate is registered for: ApplicationUri of Get-FederationTrust.',
  'sts.applies-to':
    'Name an application that is registered at this instance of the gateway: Set-OrganizationRelationship -TargetApplicationUri; Get-FederationInformation tells it.',
  'sts.offer': 'Ask for an offer that there is: MSExchange.SharingCalendarFreeBusy, MSExchange.Autodiscover, MSExchange.MailTips ...',
  'sts.policy': 'Ask for the policy EX_MBI_FED_SSL.',
  'sts.assertion-signature': 'Sign the on-behalf-of assertion, enveloped, with the certificate that signs the message.',
  'sts.assertion-form': 'Send a SAML 1.1 assertion: Conditions, AttributeStatement, AuthenticationStatement.',
  'sts.assertion-issuer': 'Let Issuer of the assertion be the ApplicationUri of the requester.',
  'sts.assertion-audience': "Let the assertion's audience be the issuer of this instance: TokenIssuerUri of Get-FederationTrust.",
  'sts.assertion-lifetime': 'Make the assertion anew, let it live as long as its offer at most, and compare the clocks: coexist clock now.',
  'sts.assertion-subject': 'Let all statements of the assertion name the same user.',
  'sts.assertion-confirmation': 'Let every subject be confirmed by sender-vouches.',
  'sts.assertion-email-address': "Put one EmailAddress of the user into the assertion: the user's primary address.",
  'sts.email-domain':
    "Federate the domain of the user's address and wait until it is Active: Add-FederatedDomain; Get-FederatedOrganizationIdentifier lists them.",
  'sts.user-password':
    'In the tenant: Set-MsolUserPassword -ForceChangePassword $false for one that has to be changed, Set-MsolUser -PasswordNeverExpires $true for one that has expired.',
};

/** Calls to ManageDelegation, by which an organisation registers itself and its domains at the federation gateway. */
const registrations: Readonly<Record<string, string>> = {
  'delegation.message': 'Send a SOAP 1.1 or 1.2 envelope without a document type declaration, of 256 KiB at most, with one wsse:Security.',
  'delegation.operation':
    'Call an operation of http://domains.live.com/Service/ManageDelegation2/V1.0 with its own parameters; version 1 is not offered.',
  'delegation.certificate': 'Put the federation certificate into ds:X509Data of the signature: Set-FederationTrust -Thumbprint.',
  'delegation.application':
    'Use the AppId that CreateAppId gave at this instance of the gateway: Get-FederationTrust shows ApplicationIdentifier.',
  'delegation.application-certificate':
    'Sign with the certificate that is registered for the AppId; another one is registered by Set-FederationTrust -PublishFederationCertificate, while the old one is in force.',
  'delegation.certificate-validity':
    'Use a certificate that is in force, and compare the clocks: coexist clock now. One that has expired cannot register its successor.',
  'delegation.signature': 'Sign the Timestamp of the message with the key of the certificate, and nothing besides.',
  'delegation.timestamp': 'Make the message anew, and compare the clocks: coexist clock now.',
  'delegation.parameters':
    'Name a domain (contoso.test) or an account namespace (FYDIBOHF25SPDLT.contoso.test), and the program ExchangeConnector.',
  'delegation.new-certificate': 'Register a certificate of an RSA key that is in force now, DER in base64.',
  'delegation.domain-allowed': 'Federate a domain of your own: those of the service itself (onmicrosoft.com, outlook.com ...) are blocked.',
  'delegation.proof-header': 'Send DomainOwnershipProofHeader for the domain of the call, with HashAlgorithm SHA-512.',
  'delegation.proof-signature': 'Sign the name of the domain with the key of the certificate that signs the message.',
  'delegation.proof-record':
    'Publish the proof: Add-DnsServerResourceRecord -Txt with the value of Get-FederatedDomainProof, again after every change of the certificate; until the TTL is over the old answer may be remembered.',
  'delegation.still-registered': 'Make the call again: the application was changed while the call was judged.',
  'delegation.domain-available': 'Release the domain at the other application, or federate another one.',
  'delegation.domain-reserved': 'Reserve the domain first: ReserveDomain, then AddUri; Add-FederatedDomain does both.',
  'delegation.uri-registered':
    "Name a URI of the application; a domain is released after RemoveUri, and the application's own URI is removed last.",
  'delegation.uri-limit': 'Remove a URI that is not needed: Remove-FederatedDomain; an application has 200 at most.',
  'delegation.application-limit': 'Use the AppId that there is, or a new certificate: New-ExchangeCertificate.',
};

/** What organisations show each other. */
const sharing: Readonly<Record<string, string>> = {
  'sharing.organization-relationship':
    'Say how the other organization is reached: New-OrganizationRelationship -DomainNames ... -TargetApplicationUri ... -TargetAutodiscoverEpr ..., or Set-OrganizationRelationship -Enabled $true.',
  'sharing.intra-organization-connector':
    'Enable the connector: Set-IntraOrganizationConnector -Enabled $true, or make it: New-IntraOrganizationConnector -TargetAddressDomains ... -DiscoveryEndpoint ...',
  'sharing.availability-address-space':
    'Say how the other forest is reached: New-OrganizationRelationship, or Add-AvailabilityAddressSpace -ForestName ... -AccessMethod OrgWideFB -Credentials @{UserName=...; Password=...}.',
  'sharing.per-user-account':
    'Name the account that asks for users of another forest, or a group that has it: Set-AvailabilityConfig -PerUserAccount ...; New-AvailabilityConfig makes the configuration.',
  'sharing.authorization':
    'Share free/busy with the domain of the caller: Set-OrganizationRelationship -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails, and -FreeBusyAccessScope with a group that has the user, or none.',
  'sharing.calendar-permission':
    'Let the entry that decided show something: Set-MailboxFolderPermission <mailbox>:\\Calendar -User Default -AccessRights AvailabilityOnly; Get-MailboxFolderPermission shows the entries.',
  'sharing.mail-tips':
    'Share MailTips with the domain of the caller: Set-OrganizationRelationship -MailTipsAccessEnabled $true -MailTipsAccessLevel All (or Limited).',
  'sharing.photos': 'Share photographs with the domain of the caller: Set-OrganizationRelationship -PhotosEnabled $true.',
};

const remedies: Readonly<Record<string, string>> = {
  ...signIn,
  ...tokens,
  ...rights,
  ...clients,
  ...requests,
  ...delegationRemedies,
  ...tokenRequests,
  ...registrations,
  ...sharing,
  ...mailRemedies,
};

/** The remedy for a check that has failed; null for a check that nobody has written one for. */
export function remedyFor(check: string): string | null {
  return remedies[check] ?? null;
}

/** Every check that has a remedy. */
export function checksWithRemedy(): readonly string[] {
  return Object.keys(remedies);
}
