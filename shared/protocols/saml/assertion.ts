import { Refusal } from '../../kernel/refusal.ts';
import { anyContent, attr, many, maybe, maybeAttr, one, sequence, simple, some, someOf, textContent } from '../../xml/codec.ts';
import type { XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { anyUri, dateTime, enumeration, string } from '../../xml/simple-types.ts';
import { namespaces } from './namespaces.ts';

const { saml, ds } = namespaces;

/** How a subject is confirmed (SAML 1.1 bindings). */
export const confirmationMethods = {
  holderOfKey: 'urn:oasis:names:tc:SAML:1.0:cm:holder-of-key',
  senderVouches: 'urn:oasis:names:tc:SAML:1.0:cm:sender-vouches',
} as const;

/** How the user was authenticated: by a password, as the tokens of this time say. */
export const passwordAuthentication = 'urn:oasis:names:tc:SAML:1.0:am:password';

/** Formats of a NameIdentifier. The issuer of the delegation token spells `upn` in small letters (CoreWCF, SamlSerializer tests). */
export const nameFormats = {
  upn: 'http://schemas.xmlsoap.org/claims/UPN',
  issuedUpn: 'http://schemas.xmlsoap.org/claims/upn',
  immutableId: 'http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID',
} as const;

/** Namespaces of attributes; those of the issued token: CoreWCF, SamlSerializer tests. */
export const claimNamespaces = {
  /** EmailAddress and EmailAddressList of an on-behalf-of assertion. */
  identity: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims',
  /** EmailAddress of a delegation token. */
  claims: 'http://schemas.xmlsoap.org/claims',
  /** RequestorDomain, ThirdPartyRequested, AuthenticatingAuthority. */
  microsoft: 'http://schemas.microsoft.com/ws/2006/04/identity/claims',
  /** action. */
  authorization: 'http://schemas.xmlsoap.org/ws/2006/12/authorization/claims',
} as const;

const nameIdentifier = sequence({ Format: maybeAttr(anyUri), NameQualifier: maybeAttr(string), value: textContent(string) });
const subjectConfirmation = sequence({ ConfirmationMethod: some(saml, simple(anyUri)), KeyInfo: maybe(ds, anyContent) });
const subject = sequence({ NameIdentifier: maybe(saml, nameIdentifier), SubjectConfirmation: maybe(saml, subjectConfirmation) });
const samlAttribute = sequence({
  AttributeName: attr(string),
  AttributeNamespace: attr(anyUri),
  AttributeValue: some(saml, simple(string)),
});
const audienceRestriction = sequence({ Audience: some(saml, simple(anyUri)) });
const conditions = sequence({
  NotBefore: maybeAttr(dateTime),
  NotOnOrAfter: maybeAttr(dateTime),
  AudienceRestrictionCondition: many(saml, audienceRestriction),
});
const authenticationStatement = sequence({
  AuthenticationMethod: attr(anyUri),
  AuthenticationInstant: attr(dateTime),
  Subject: one(saml, subject),
});
const attributeStatement = sequence({ Subject: one(saml, subject), Attribute: some(saml, samlAttribute) });
const assertionContent = sequence({
  MajorVersion: attr(enumeration('xs:integer', ['1'])),
  MinorVersion: attr(enumeration('xs:integer', ['1'])),
  AssertionID: attr(string),
  Issuer: attr(string),
  IssueInstant: attr(dateTime),
  Conditions: maybe(saml, conditions),
  statements: someOf(saml, { AuthenticationStatement: authenticationStatement, AttributeStatement: attributeStatement }),
  Signature: maybe(ds, anyContent),
});

type Content = ReturnType<typeof assertionContent.decode>;

/** Who is spoken about. KeyInfo of a holder-of-key confirmation holds the proof key (proof-key.ts). */
export type SamlSubject = ReturnType<typeof subject.decode>;

/**
 * A SAML 1.1 assertion, members named as on the wire: AssertionID, Issuer, IssueInstant, Conditions, `statements` (tagged
 * AuthenticationStatement or AttributeStatement, in their order). Instants are milliseconds and are written in whole seconds.
 */
export type Assertion = Omit<Content, 'MajorVersion' | 'MinorVersion' | 'Signature'>;

/** The element is no SAML 1.1 assertion as they are exchanged here. */
export type AssertionRefusal = 'MalformedAssertion';

/** The `saml:Assertion` element, unsigned: sign it with `signEnveloped(node, assertion.AssertionID, ...)`. */
export function writeAssertion(assertion: Assertion): XmlElement {
  return assertionContent.encode({ MajorVersion: '1', MinorVersion: '1', ...assertion }, saml, 'Assertion');
}

/**
 * Reads a `saml:Assertion`. Its signature, if it has one, is not looked at: give what `verifySignature` answers. Throws a
 * `Refusal<AssertionRefusal>`; the detail says what is wrong where. Conditions and statements of other kinds are not known.
 */
export function readAssertion(of: XmlElement): Assertion {
  if (of.namespace !== saml || of.name !== 'Assertion') throw new Refusal<AssertionRefusal>('MalformedAssertion', { detail: of.name });
  try {
    const { MajorVersion: _major, MinorVersion: _minor, Signature: _signature, ...assertion } = assertionContent.decode(of);
    return assertion;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new Refusal<AssertionRefusal>('MalformedAssertion', { detail: error.message });
  }
}

/** Values of one claim over all attribute statements, in order; none when it is not there. */
export function claimValues(assertion: Assertion, namespace: string, name: string): readonly string[] {
  return assertion.statements
    .flatMap((statement) =>
      statement.is === 'AttributeStatement'
        ? statement.value.Attribute.filter((claim) => claim.AttributeNamespace === namespace && claim.AttributeName === name)
        : [],
    )
    .flatMap((claim) => claim.AttributeValue);
}

/** Subjects of all statements, in order; those of one assertion must be the same person, which the receiver judges. */
export function subjectsOf(assertion: Assertion): readonly SamlSubject[] {
  return assertion.statements.map((statement) => statement.value.Subject);
}

/** Audiences that the assertion is restricted to; SAML 1.1 2.3.2.1.3: each condition must be met by one of its audiences. */
export function audiencesOf(assertion: Assertion): readonly (readonly string[])[] {
  return (assertion.Conditions?.AudienceRestrictionCondition ?? []).map(({ Audience }) => Audience);
}
