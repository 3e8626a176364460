/** Namespaces of the federation documents, each as its specification has it. */
export const namespaces = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  saml: 'urn:oasis:names:tc:SAML:1.0:assertion',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  wst: 'http://schemas.xmlsoap.org/ws/2005/02/trust',
  wsa: 'http://www.w3.org/2005/08/addressing',
  wsp: 'http://schemas.xmlsoap.org/ws/2004/09/policy',
  auth: 'http://schemas.xmlsoap.org/ws/2006/12/authorization',
  psf: 'http://schemas.microsoft.com/Passport/SoapServices/SOAPFault',
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
} as const;

/** The prefix of each of {@link namespaces} where a signed or encrypted part is written; the same everywhere, so that parts nest. */
export const federationPrefixes: Readonly<Record<string, string>> = {
  [namespaces.ds]: 'ds',
  [namespaces.xenc]: 'xenc',
  [namespaces.saml]: 'saml',
  [namespaces.wsse]: 'o',
  [namespaces.wsu]: 'u',
  [namespaces.wst]: 't',
  [namespaces.wsa]: 'a',
  [namespaces.wsp]: 'wsp',
  [namespaces.auth]: 'auth',
  [namespaces.psf]: 'psf',
  [namespaces.soap11]: 'soap',
  [namespaces.soap12]: 's',
};

/** Algorithm identifiers of XML Signature and XML Encryption that this environment speaks, and no others. */
export const algorithms = {
  exclusiveC14n: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  rsaSha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  hmacSha1: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  aes256Cbc: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  rsaOaep: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  psha1: 'http://schemas.xmlsoap.org/ws/2005/02/trust/CK/PSHA1',
} as const;

const x509Profile = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0';

/** What a `wsse:KeyIdentifier`, `wsse:Reference` or `wsse:BinarySecurityToken` holds, and how it is spelt. */
export const tokenTypes = {
  subjectKeyIdentifier: `${x509Profile}#X509SubjectKeyIdentifier`,
  x509: `${x509Profile}#X509v3`,
  samlAssertionId: 'http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID',
  saml11: 'http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1',
  base64: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary',
} as const;
