import { describe, expect, test } from 'vitest';
import {
  type Assertion,
  audiencesOf,
  claimNamespaces,
  claimValues,
  confirmationMethods,
  nameFormats,
  passwordAuthentication,
  readAssertion,
  subjectsOf,
  writeAssertion,
} from '../../../shared/protocols/saml/assertion.ts';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { readProofKey } from '../../../shared/protocols/saml/proof-key.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { delegationAssertion } from './assertions.ts';

const written = (assertion: Assertion): string => canonicalXml(writeAssertion(assertion));

test('a delegation assertion is written as the gateway has it and read back', () => {
  const assertion = delegationAssertion();
  const text = written(assertion);
  expect(text).toContain(
    '<saml:Conditions NotBefore="2026-11-21T08:00:00Z" NotOnOrAfter="2026-11-21T08:05:00Z"><saml:AudienceRestrictionCondition><saml:Audience>http://FYDIBOHF25SPDLT.contoso.test</saml:Audience></saml:AudienceRestrictionCondition></saml:Conditions><saml:AuthenticationStatement ',
  );
  expect(text).toContain('MajorVersion="1" MinorVersion="1"');
  const read = readAssertion(parseXml(text));
  expect(written(read)).toBe(text);
  expect(claimValues(read, claimNamespaces.authorization, 'action')).toEqual(['MSExchange.SharingCalendarFreeBusy']);
  expect(claimValues(read, claimNamespaces.identity, 'EmailAddress')).toEqual([]);
  expect(audiencesOf(read)).toEqual([['http://FYDIBOHF25SPDLT.contoso.test']]);
  const [subject, other] = subjectsOf(read);
  expect(subject?.NameIdentifier).toEqual({ Format: 'http://schemas.xmlsoap.org/claims/upn', value: 'joe@fabrikam.test' });
  const keyInfo = other?.SubjectConfirmation?.KeyInfo;
  expect(keyInfo && readProofKey(keyInfo, () => undefined)).toEqual(Buffer.alloc(32, 7));
});

test('an on-behalf-of assertion: one user with several addresses, confirmed by the sender', () => {
  const Subject = {
    NameIdentifier: { Format: nameFormats.upn, value: 'joe@fabrikam.test' },
    SubjectConfirmation: { ConfirmationMethod: [confirmationMethods.senderVouches] },
  };
  const claim = (AttributeName: string, ...AttributeValue: string[]) => ({
    AttributeName,
    AttributeNamespace: claimNamespaces.identity,
    AttributeValue,
  });
  const assertion: Assertion = {
    AssertionID: 'saml-1',
    Issuer: 'FYDIBOHF25SPDLT.fabrikam.test',
    IssueInstant: 0,
    Conditions: { NotBefore: 0, NotOnOrAfter: 1000, AudienceRestrictionCondition: [{ Audience: ['urn:federation:MicrosoftOnline'] }] },
    statements: [
      { is: 'AttributeStatement', value: { Subject, Attribute: [claim('EmailAddress', 'a@b'), claim('EmailAddressList', 'c@d', 'e@f')] } },
      { is: 'AuthenticationStatement', value: { AuthenticationMethod: passwordAuthentication, AuthenticationInstant: 0, Subject } },
    ],
  };
  const read = readAssertion(parseXml(written(assertion)));
  expect(read).toEqual(assertion);
  expect(claimValues(read, claimNamespaces.identity, 'EmailAddressList')).toEqual(['c@d', 'e@f']);
});

describe('no assertion', () => {
  const text = written(delegationAssertion());
  test.each<[string, string]>([
    ['another element', text.replaceAll('saml:Assertion', 'saml:Response')],
    ['version 2', text.replace('MajorVersion="1"', 'MajorVersion="2"')],
    ['no AssertionID', text.replace(/AssertionID="[^"]*"/, '')],
    ['no statement', text.replace(/<saml:AuthenticationStatement.*<\/saml:AttributeStatement>/, '')],
    ['a date that is none', text.replace('NotBefore="2026', 'NotBefore="yesterday')],
    ['an unknown condition', text.replace('</saml:Conditions>', '<saml:Other/></saml:Conditions>')],
    ['a second Conditions', text.replace(/<saml:Conditions.*<\/saml:Conditions>/, (one) => one + one)],
    ['an element in a claim', text.replace('>joe@', '><b/>joe@')],
  ])('%s', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(() => readAssertion(parseXml(changed))).toThrow('MalformedAssertion');
  });
});
