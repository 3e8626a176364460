import { type Assertion, claimNamespaces } from '../../../protocols/saml/assertion.ts';

/** What a fault rule makes of an assertion: `Issuer`, `NameIdentifier`, `Audience`, `NotBefore`, `NotOnOrAfter`, and attributes by their names. */
export interface OtherClaims {
  /** Texts and lists of texts; times as xs:dateTime. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Counts before `set`. */
  readonly remove: readonly string[];
}

type Statement = Assertion['statements'][number];
type Attribute = (Statement & { readonly is: 'AttributeStatement' })['value']['Attribute'][number];

const ownNames: ReadonlySet<string> = new Set(['Issuer', 'NameIdentifier', 'Audience', 'NotBefore', 'NotOnOrAfter']);

/** The assertion with other claims, still unsigned. An attribute that it did not have is one of the namespace of EmailAddress. */
export function withOtherClaims(assertion: Assertion, { set, remove }: OtherClaims): Assertion {
  const chosen = <T>(name: string, usual: T, read: (value: unknown) => T, none: T): T =>
    remove.includes(name) ? none : name in set ? read(set[name]) : usual;
  const { Issuer, Conditions, statements } = assertion;
  const { NotBefore, NotOnOrAfter, AudienceRestrictionCondition = [] } = Conditions ?? {};
  const named = statements.map((statement): Statement => {
    const { Subject: subject } = statement.value;
    const { NameIdentifier: name } = subject;
    const NameIdentifier = chosen('NameIdentifier', name, (value) => ({ ...name, value: textsOf(value).join() }), undefined);
    const { NameIdentifier: _, ...nameless } = subject;
    const Subject = { ...nameless, ...(NameIdentifier === undefined ? {} : { NameIdentifier }) };
    return statement.is === 'AuthenticationStatement'
      ? { is: statement.is, value: { ...statement.value, Subject } }
      : { is: statement.is, value: { Subject, Attribute: attributesOf(statement.value.Attribute, { set, remove }) } };
  });
  const [from, until] = [chosen('NotBefore', NotBefore, instantOf, undefined), chosen('NotOnOrAfter', NotOnOrAfter, instantOf, undefined)];
  return {
    ...assertion,
    Issuer: chosen('Issuer', Issuer, (value) => textsOf(value).join(), ''),
    Conditions: {
      ...(from === undefined ? {} : { NotBefore: from }),
      ...(until === undefined ? {} : { NotOnOrAfter: until }),
      AudienceRestrictionCondition: chosen('Audience', AudienceRestrictionCondition, (value) => [{ Audience: [...textsOf(value)] }], []),
    },
    // A statement without an attribute says nothing.
    statements: named.filter((one) => one.is !== 'AttributeStatement' || one.value.Attribute.length > 0),
  };
}

function attributesOf(attributes: readonly Attribute[], { set, remove }: OtherClaims): Attribute[] {
  const known = new Set(attributes.map(({ AttributeName: name }) => name));
  const kept = attributes
    .filter(({ AttributeName: name }) => !remove.includes(name))
    .map((one) => (one.AttributeName in set ? { ...one, AttributeValue: [...textsOf(set[one.AttributeName])] } : one));
  const added = Object.entries(set)
    .filter(([name]) => !known.has(name) && !ownNames.has(name) && !remove.includes(name))
    .map(([AttributeName, value]) => ({ AttributeName, AttributeNamespace: claimNamespaces.claims, AttributeValue: [...textsOf(value)] }));
  return [...kept, ...added];
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

function instantOf(value: unknown): number {
  return Date.parse(String(value));
}
