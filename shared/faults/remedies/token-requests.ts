/** Token requests to the federation gateway. */
export const tokenRequestsRemedies: Readonly<Record<string, string>> = {
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
