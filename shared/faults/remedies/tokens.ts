/** Tokens brought to Exchange. */
export const tokensRemedies: Readonly<Record<string, string>> = {
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
