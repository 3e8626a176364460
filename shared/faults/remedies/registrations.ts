/** Calls to ManageDelegation, by which an organisation registers itself and its domains at the federation gateway. */
export const registrationsRemedies: Readonly<Record<string, string>> = {
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
