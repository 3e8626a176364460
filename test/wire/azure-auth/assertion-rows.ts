import { confirmationMethods } from '../../../shared/protocols/saml/assertion.ts';
import { business, now } from '../../unit/authority/delegation-parties.ts';
import { type AttributeStatement, attributes, audience, conditions, evil, mail, type Row, subjects } from './token-request-rows.ts';

/** S-05: the on-behalf-of assertion. */
export const s05: readonly Row[] = [
  {
    what: 'issuer is somebody else',
    spoilt: { assertion: (assertion) => ({ ...assertion, Issuer: 'FYDIBOHF25SPDLT.adatum.test' }) },
    twin: { assertion: (assertion) => ({ ...assertion, Issuer: 'fydibohf25spdlt.northwind.test' }) },
    fault: 'proof',
    check: 'sts.assertion-issuer',
  },
  {
    what: 'audience is another service',
    spoilt: audience('urn:federation:Other'),
    twin: audience('urn:federation:Other', business.issuerUri),
    fault: 'proof',
    check: 'sts.assertion-audience',
  },
  { what: 'no audience', spoilt: conditions({ AudienceRestrictionCondition: [] }), fault: 'proof', check: 'sts.assertion-audience' },
  {
    what: 'two conditions, one of another audience',
    spoilt: conditions({ AudienceRestrictionCondition: [{ Audience: [business.issuerUri] }, { Audience: ['urn:federation:Other'] }] }),
    fault: 'proof',
    check: 'sts.assertion-audience',
  },
  { what: 'tampered with', spoilt: { text: evil }, fault: 'proof', check: 'sts.assertion-signature' },
  { what: 'unsigned', spoilt: { assertionBy: 'none' }, fault: 'proof', check: 'sts.assertion-signature' },
  {
    what: 'signed with a foreign key',
    spoilt: ({ stranger }) => ({ assertionBy: stranger }),
    twin: ({ requester }) => ({ assertionBy: requester }),
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
  {
    what: 'signed by another partner',
    spoilt: ({ target }) => ({ assertionBy: target }),
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
  {
    what: 'ended more than five minutes ago',
    spoilt: conditions({ NotBefore: now - 600_000, NotOnOrAfter: now - 300_000 }),
    twin: conditions({ NotBefore: now - 599_000, NotOnOrAfter: now - 299_000 }),
    fault: 'proof',
    check: 'sts.assertion-lifetime',
  },
  {
    what: 'begins more than five minutes later',
    spoilt: conditions({ NotBefore: now + 301_000, NotOnOrAfter: now + 601_000 }),
    twin: conditions({ NotBefore: now + 300_000, NotOnOrAfter: now + 600_000 }),
    fault: 'proof',
    check: 'sts.assertion-lifetime',
  },
  {
    what: 'lives longer than its offer',
    spoilt: conditions({ NotBefore: now, NotOnOrAfter: now + 601_000 }),
    twin: conditions({ NotBefore: now, NotOnOrAfter: now + 600_000 }),
    fault: 'proof',
    check: 'sts.assertion-lifetime',
  },
  {
    what: 'never ends',
    spoilt: {
      assertion: ({ Conditions: _conditions, ...assertion }) => ({
        ...assertion,
        Conditions: { NotBefore: now, AudienceRestrictionCondition: [{ Audience: [business.issuerUri] }] },
      }),
    },
    fault: 'proof',
    check: 'sts.assertion-lifetime',
  },
  {
    what: 'confirmed by holder-of-key',
    spoilt: subjects((subject) => ({ ...subject, SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.holderOfKey] } })),
    twin: subjects((subject) => ({ ...subject, SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.senderVouches] } })),
    fault: 'proof',
    check: 'sts.assertion-confirmation',
  },
  {
    what: 'not confirmed',
    spoilt: subjects(({ NameIdentifier }) => ({ NameIdentifier })),
    fault: 'proof',
    check: 'sts.assertion-confirmation',
  },
  {
    what: 'about two persons',
    spoilt: attributes((statement) => ({
      ...statement,
      Subject: { ...statement.Subject, NameIdentifier: { value: 'mary@northwind.test' } },
    })),
    twin: attributes((statement) => statement),
    fault: 'proof',
    check: 'sts.assertion-subject',
  },
  {
    what: 'about nobody',
    spoilt: subjects((subject) => ({ ...subject, NameIdentifier: { value: ' ' } })),
    twin: subjects((subject) => ({
      ...subject,
      NameIdentifier: { value: 'x', Format: 'http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID' },
    })),
    fault: 'proof',
    check: 'sts.assertion-subject',
  },
  {
    what: 'without an address',
    spoilt: attributes((statement) => ({ ...statement, Attribute: rest(statement, 'EmailAddress') })),
    twin: attributes((statement) => ({ ...statement, Attribute: rest(statement, 'EmailAddressList') })),
    fault: 'proof',
    check: 'sts.assertion-email-address',
  },
  {
    what: 'with two addresses',
    spoilt: attributes((statement) => ({
      ...statement,
      Attribute: [...statement.Attribute, ...statement.Attribute] as unknown as AttributeStatement['Attribute'],
    })),
    fault: 'proof',
    check: 'sts.assertion-email-address',
  },
  { what: 'with an address that is none', asked: () => mail('northwind.test'), fault: 'proof', check: 'sts.assertion-email-address' },
  {
    what: 'of another version of SAML',
    spoilt: {
      onBehalfOf: (signed) => ({
        ...signed,
        attributes: signed.attributes.map((one) => (one.name === 'MinorVersion' ? { ...one, value: '0' } : one)),
      }),
    },
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
];

function rest({ Attribute }: AttributeStatement, without: string): AttributeStatement['Attribute'] {
  return Attribute.filter(({ AttributeName }) => AttributeName !== without) as unknown as AttributeStatement['Attribute'];
}
