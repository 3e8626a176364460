/** What to do when a check of these has failed: delegation tokens brought to EWS and Autodiscover, and the messages around them. */
export const delegationRemedies: Readonly<Record<string, string>> = {
  'dauth.offered': 'Switch it on: Set-WebServicesVirtualDirectory, Set-AutodiscoverVirtualDirectory -WSSecurityAuthentication $true.',
  'dauth.security': 'Put one wsse:Security into the header, with the token as the issuer answered it; see the detail for what is wrong.',
  'dauth.federation':
    'Federate the organization: New-FederationTrust, Set-FederatedOrganizationIdentifier -AccountNamespace ... -Enabled $true.',
  'dauth.token': 'Send the EncryptedData of the token response as it is: AES-256-CBC, its key wrapped by RSA-OAEP.',
  'dauth.recipient':
    'Let the issuer encrypt to the current certificate: Set-FederationTrust -PublishFederationCertificate at the receiver; the requester names its ApplicationUri in TargetApplicationUri.',
  'dauth.decryption': 'Send the token as it was issued; nothing more is told about what cannot be decrypted.',
  'dauth.assertion': 'Encrypt one SAML 1.1 assertion with one signature directly in it.',
  'dauth.signing-key': "Read the issuer's metadata again, twice: Set-FederationTrust -RefreshMetadata; coexist keys shows which key signs.",
  'dauth.signature':
    'Bring the token as it was signed; nothing in the assertion may change afterwards. With RefuseSha1Tokens it must be signed by SHA-256.',
  'dauth.claims': 'Let the issuer write a SAML 1.1 assertion; the detail says what cannot be read.',
  'dauth.lifetime': 'Ask for a new token, and compare the clocks of issuer and receiver: coexist clock now.',
  'dauth.audience':
    'Ask for a token for this organization: TargetApplicationUri of the organization relationship is the AccountNamespace of the other side.',
  'dauth.issuer': 'Use the instance of the gateway that the receiver trusts: Get-FederationTrust, TokenIssuerUri, on both sides.',
  'dauth.requestor': 'Let the issuer name one organization that asked, or none.',
  'dauth.offer': 'Ask for a token for what is to be called: the offer of the operation, in the claim action.',
  'dauth.offer-duration': 'Ask for a new token: each offer has its own duration, which counts from the first moment of the token.',
  'dauth.subject': 'Let every statement of the assertion name the same user.',
  'dauth.email-address': 'Give the user an e-mail address in a federated domain: the token must name one.',
  'dauth.identity': 'Share with the domain of the caller: New-OrganizationRelationship -DomainNames ... -Enabled $true.',
  'dauth.replay': 'Nothing fails here: the verdict only says that a token may be used again.',
  'dauth.proof-key': 'Use a token with a proof key, or send it to /WSSecurity, which asks for no proof.',
  'dauth.certificate': 'Send the certificate in a wsse:BinarySecurityToken, and refer to it in KeyInfo of the signature.',
  'dauth.message-signature':
    'Sign the Timestamp by the proof key (HMAC-SHA1), or To and Timestamp by the key of the certificate, and nothing besides.',
  'dauth.message-times': 'Send the message within five minutes of its Created, and compare the clocks: coexist clock now.',
  'dauth.certificate-owner': 'Bring a delegation token: no certificate stands for anybody here.',
};
