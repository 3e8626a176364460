/** What whoever signs in with a password can do. */
export const signInRemedies: Readonly<Record<string, string>> = {
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
