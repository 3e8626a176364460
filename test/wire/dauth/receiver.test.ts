import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Assertion, claimNamespaces } from '../../../shared/protocols/saml/assertion.ts';
import { receiverFaults } from '../../../shared/protocols/wstrust/faults.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { claim, withClaim } from '../../support/delegation-tokens.ts';
import { applicationUri, type Case, type Ground, minuteMs, now, openGround, url } from './ground.ts';
import { faultOf, post } from './messages.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.lab.close());

const conditions =
  (change: Partial<NonNullable<Assertion['Conditions']>>) =>
  (assertion: Assertion): Assertion => ({
    ...assertion,
    Conditions: { AudienceRestrictionCondition: [], ...assertion.Conditions, ...change },
  });

const withoutName = (assertion: Assertion): Assertion => ({
  ...assertion,
  statements: assertion.statements.map((statement) =>
    statement.is === 'AttributeStatement' ? { ...statement, value: { ...statement.value, Subject: {} } } : statement,
  ),
});

const good: readonly (readonly [what: string, of: Case])[] = [
  ['D-03 encrypted to the previous certificate', { recipient: 'previous' }],
  ['D-05 signed by the previous key of the issuer', { signer: 'previousIssuer' }],
  ['D-06 signed by SHA-256', { algorithm: 'rsa-sha256' }],
  ['D-07 the audience with a slash, in small letters', { facts: { audience: `http://${applicationUri.toLowerCase()}/` } }],
  ['D-08 NotBefore 4:59 ahead', { facts: { at: now + 5 * minuteMs - 1_000 } }],
  ['D-08 NotOnOrAfter 4:59 ago', { facts: { at: now - 30 * minuteMs, lifeMs: 25 * minuteMs + 1_000 } }],
  ['D-08 an offer at its last moment', { facts: { offer: 'MSExchange.MailTips', at: now - 5 * minuteMs } }],
  ['D-09 an offer that the next call uses', { facts: { offer: 'MSExchange.SharingCalendarFreeBusy' } }],
  ['D-10 without the claims that may be missing', { change: withClaim('RequestorDomain') }],
  ['D-12 the domain in capitals', { facts: { emailAddress: 'Pat@Fabrikam.TEST' } }],
];

test.each([['a token as the gateway makes it', {}] as const, ...good])('%s is taken', async (_, of) => {
  const answer = await post(ground.lab, url, ground.message(of));
  expect(answer.status).toBe(200);
  expect(answer.body).toContain('<Value>https://mail.contoso.test/EWS/Exchange.asmx</Value>');
  const exchange = await ground.lab.exchangeOf(answer);
  expect(exchange).toMatchObject({ operation: 'GetUserSettings', code: 'NoError', outcome: 'answered', verdict: { accepted: true } });
  expect(exchange.caller?.toLowerCase()).toBe('pat@fabrikam.test');
});

type Fault = keyof typeof receiverFaults;
const id = 'uuid-7d2c1f7e-0c0e-4b0e-9e9b-3f1f2f3f4f5f';
const signature = /<ds:Signature .*<\/ds:Signature>/;
const cipherValue = (change: (text: string) => string) => (token: XmlElement) => replaceLast(token, change);

/** Changes the last CipherValue: that of the assertion, not that of the key. */
function replaceLast(of: XmlElement, change: (text: string) => string): XmlElement {
  const last = of.children.at(-1);
  if (typeof last !== 'object') return { ...of, children: [change(String(last))] };
  return { ...of, children: [...of.children.slice(0, -1), replaceLast(last, change)] };
}

/** Of the wrapped key: the first CipherValue, which stands deepest in KeyInfo. */
function replaceKey(of: XmlElement, change: (text: string) => string): XmlElement {
  return {
    ...of,
    children: of.children.map((part) =>
      typeof part === 'object' && part.name === 'KeyInfo'
        ? { ...part, children: part.children.map((inner) => (typeof inner === 'object' ? replaceLast(inner, change) : inner)) }
        : part,
    ),
  };
}

const shortened = (text: string): string => Buffer.from(text, 'base64').subarray(0, -16).toString('base64');
const flipped = (text: string): string => {
  const octets = Buffer.from(text, 'base64');
  octets.writeUInt8(octets.readUInt8(octets.length - 20) ^ 1, octets.length - 20);
  return octets.toString('base64');
};

const bad: readonly (readonly [what: string, of: Case, check: string, result: string, fault: Fault])[] = [
  ['D-02 encrypted to somebody else', { recipient: 'stranger' }, 'recipient', 'InvalidUnknownEncryption', 'InvalidSecurityToken'],
  ['D-04 a cut key', { finish: (token) => replaceKey(token, shortened) }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-04 another key', { finish: (token) => replaceKey(token, flipped) }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-04 a cut assertion', { finish: cipherValue(shortened) }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-04 broken padding', { finish: cipherValue(flipped) }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-04 nothing', { finish: cipherValue(() => '') }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-04 no XML inside', { tamper: (text) => `${text}${text}` }, 'decryption', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  [
    'D-04 another algorithm',
    {
      finish: (token) => ({
        ...token,
        children: [element(token.namespace, 'EncryptionMethod', [], { Algorithm: 'x' }), ...token.children.slice(1)],
      }),
    },
    'token',
    'InvalidTokenFormat',
    'InvalidSecurityToken',
  ],
  ['D-05 signed by an unknown key', { signer: 'stranger' }, 'signing-key', 'InvalidTokenFailedValidation', 'InvalidSecurityToken'],
  [
    'D-05 a key of the message itself',
    {
      signer: 'stranger',
      tamper: (text) =>
        text.replace(
          /<o:SecurityTokenReference.*<\/o:SecurityTokenReference>/,
          `<ds:X509Data><ds:X509Certificate>${ground.who.stranger.certificate}</ds:X509Certificate></ds:X509Data>`,
        ),
    },
    'signing-key',
    'InvalidTokenFailedValidation',
    'InvalidSecurityToken',
  ],
  ['D-06 no assertion', { tamper: () => '<a/>' }, 'assertion', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-06 unsigned', { tamper: (text) => text.replace(signature, '') }, 'assertion', 'InvalidTokenFailedValidation', 'FailedAuthentication'],
  ...(
    [
      ['a changed claim', (text) => text.replaceAll('pat@', 'ceo@')],
      ['a longer life', (text) => text.replace('NotOnOrAfter="2026', 'NotOnOrAfter="2027')],
      ['the true one inside a false one', (text) => text.replace(signature, (one) => `${text}${one}`).replace('pat@', 'ceo@')],
      [
        'the true one in an Object of the signature',
        (text) => {
          const wrapped = (signature.exec(text)?.[0] ?? '').replace(
            '</ds:Signature>',
            `<ds:Object>${text.replace(signature, '')}</ds:Object></ds:Signature>`,
          );
          const evil = text.replace(signature, '').replaceAll('pat@', 'ceo@').replaceAll(id, `${id}-evil`);
          return evil.replace('</saml:Assertion>', `${wrapped}</saml:Assertion>`);
        },
      ],
      ['a second element of its AssertionID', (text) => text.replace('<saml:AttributeStatement>', `<saml:AttributeStatement Id="${id}">`)],
      ['two SignedInfo', (text) => text.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, (one) => one + one)],
      ['a comment in DigestValue', (text) => text.replace('<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->')],
      ['a reference to another element', (text) => text.replace(`URI="#${id}"`, 'URI="#other"')],
      ['no enveloped transform', (text) => text.replace(/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, '')],
    ] as const satisfies readonly (readonly [string, (text: string) => string])[]
  ).map(([what, tamper]) => [`D-06 ${what}`, { tamper }, 'signature', 'InvalidTokenFailedValidation', 'FailedAuthentication'] as const),
  [
    'D-06 two signatures',
    { tamper: (text) => text.replace(signature, (one) => one + one) },
    'assertion',
    'InvalidTokenFailedValidation',
    'FailedAuthentication',
  ],
  [
    'D-07 for another application',
    { facts: { audience: 'http://FYDIBOHF25SPDLT.fabrikam.test' } },
    'audience',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-07 for nobody',
    { change: conditions({ AudienceRestrictionCondition: [] }) },
    'audience',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-07 for this one and, besides, for another',
    { change: conditions({ AudienceRestrictionCondition: [{ Audience: [`http://${applicationUri}`] }, { Audience: ['http://other'] }] }) },
    'audience',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-08 NotBefore 5:01 ahead',
    { facts: { at: now + 5 * minuteMs + 1_000 } },
    'lifetime',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-08 NotOnOrAfter 5:01 ago',
    { facts: { at: now - 30 * minuteMs, lifeMs: 25 * minuteMs - 1_000 } },
    'lifetime',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-08 without an end',
    { change: conditions({ NotOnOrAfter: undefined }) },
    'lifetime',
    'InvalidTokenFailedValidation',
    'InvalidSecurity',
  ],
  [
    'D-08 an offer that is over, whatever NotOnOrAfter says',
    { facts: { offer: 'MSExchange.MailTips', at: now - 5 * minuteMs - 1_000 } },
    'offer-duration',
    'InvalidExpired',
    'FailedAuthentication',
  ],
  ['D-09 an unknown offer', { facts: { offer: 'MSExchange.Everything' } }, 'offer', 'InvalidOffer', 'FailedAuthentication'],
  ['D-09 an offer for something else', { facts: { offer: 'MSExchange.SharingRead' } }, 'offer', 'InvalidOffer', 'FailedAuthentication'],
  ['D-09 no offer', { change: withClaim('action') }, 'offer', 'InvalidOffer', 'FailedAuthentication'],
  [
    'D-09 two offers',
    { change: withClaim('action', claim('action', claimNamespaces.authorization, 'MSExchange.Autodiscover', 'MSExchange.MailTips')) },
    'offer',
    'InvalidOffer',
    'FailedAuthentication',
  ],
  ['D-10 no NameIdentifier', { change: withoutName }, 'subject', 'InvalidTokenFormat', 'InvalidSecurityToken'],
  ['D-10 no EmailAddress', { change: withClaim('EmailAddress') }, 'email-address', 'InvalidUnknownEmailAddress', 'FailedAuthentication'],
  [
    'D-10 an EmailAddress of another namespace',
    { change: withClaim('EmailAddress', claim('EmailAddress', claimNamespaces.identity, 'pat@fabrikam.test')) },
    'email-address',
    'InvalidUnknownEmailAddress',
    'FailedAuthentication',
  ],
  ['D-11 of the consumer instance', { facts: { issuer: 'uri:WindowsLiveID' } }, 'issuer', 'InvalidTrustBroker', 'FailedAuthentication'],
  [
    'D-11 of two requesters',
    { change: withClaim('RequestorDomain', claim('RequestorDomain', claimNamespaces.microsoft, 'a.test', 'b.test')) },
    'requestor',
    'InvalidTarget',
    'FailedAuthentication',
  ],
  [
    'D-12 of a domain that nothing is shared with',
    { facts: { emailAddress: 'kim@tailspin.test' } },
    'identity',
    'InvalidUnknownExternalIdentity',
    'FailedAuthentication',
  ],
  [
    'D-12 of a domain whose relationship is disabled',
    { facts: { emailAddress: 'kim@northwind.test' } },
    'identity',
    'InvalidUnknownExternalIdentity',
    'FailedAuthentication',
  ],
];

test.each(bad)('%s is refused', async (_, of, check, result, fault) => {
  const answer = await post(ground.lab, url, ground.message(of));
  expect(faultOf(answer)).toEqual({ status: 500, code: fault, reason: receiverFaults[fault] });
  expect(answer.body).toContain('http://www.w3.org/2005/08/addressing/soap/fault</');
  const exchange = await ground.lab.exchangeOf(answer);
  expect(exchange).toMatchObject({ operation: 'GetUserSettings', code: fault, outcome: 'refused', caller: null });
  expect(exchange.detail).toMatch(new RegExp(`^${result}: dauth\\.${check}`));
  const { accepted, checks = [] } = exchange.verdict ?? {};
  expect(accepted).toBe(false);
  const failed = checks.findIndex(({ outcome }) => outcome === 'failed');
  expect(checks[failed]?.check).toBe(`dauth.${check}`);
  expect(new Set(checks.slice(failed + 1).map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
  expect(checks.slice(0, failed).map(({ outcome }) => outcome)).not.toContain('failed');
});

test('D-04 of what cannot be decrypted nothing more is told than that', async () => {
  const cases = bad.filter(([, , check]) => check === 'decryption');
  const told = await Promise.all(
    cases.map(async ([, of]) => {
      const answer = await post(ground.lab, url, ground.message(of));
      const { verdict, detail } = await ground.lab.exchangeOf(answer);
      return JSON.stringify([answer.body, verdict, detail]);
    }),
  );
  expect(told.length).toBeGreaterThan(5);
  expect(new Set(told).size).toBe(1);
});
