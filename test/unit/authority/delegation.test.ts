import { beforeAll, describe, expect, test } from 'vitest';
import { issueDelegationToken } from '../../../shared/bridges/authority/federation/delegation-issue.ts';
import { writeDelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import { stsChecks } from '../../../shared/bridges/authority/federation/sts-checks.ts';
import { judgeTokenRequest } from '../../../shared/bridges/authority/federation/sts-judge.ts';
import { readAssertion } from '../../../shared/protocols/saml/assertion.ts';
import { decryptElement, recipientOf } from '../../../shared/protocols/saml/decrypt.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { readProofKey } from '../../../shared/protocols/saml/proof-key.ts';
import { applicationAddress } from '../../../shared/protocols/wstrust/request.ts';
import { requestIds, spoiltRequest } from '../../support/delegation-requests.ts';
import { verifyDocument } from '../saml/assertions.ts';
import { business, delegationParties, groundOf, northwindAsks, now, type Parties, partner } from './delegation-parties.ts';

let parties: Parties;
beforeAll(async () => {
  parties = await delegationParties();
});

const world = () => [partner('northwind', parties.requester), partner('adatum', parties.target)];

describe('the request', () => {
  test('has the form of the real ones: members in their order, what is said and what is signed', () => {
    const text = writeDelegationRequest(northwindAsks(parties)).toString();
    const names = [...text.matchAll(/<([\w:]+)[ >/]/g)].map(([, name]) => name);
    expect(names).toEqual([
      ...['s:Envelope', 's:Header', 'a:Action', 'a:MessageID', 'a:ReplyTo', 'a:Address', 'a:To', 'o:Security'],
      ...['u:Timestamp', 'u:Created', 'u:Expires', ...signatureNames(2, false), 's:Body', 't:RequestSecurityToken'],
      ...['t:RequestType', 't:TokenType', 't:KeyType', 't:KeySize', 't:CanonicalizationAlgorithm', 't:EncryptionAlgorithm'],
      ...['t:EncryptWith', 't:SignWith', 't:ComputedKeyAlgorithm', 'wsp:AppliesTo', 'a:EndpointReference', 'a:Address', 't:OnBehalfOf'],
      ...['saml:Assertion', 'saml:Conditions', 'saml:AudienceRestrictionCondition', 'saml:Audience', 'saml:AttributeStatement'],
      ...['saml:Subject', 'saml:NameIdentifier', 'saml:SubjectConfirmation', 'saml:ConfirmationMethod'],
      ...['saml:Attribute', 'saml:AttributeValue', 'saml:Attribute', 'saml:AttributeValue', 'saml:AuthenticationStatement'],
      ...['saml:Subject', 'saml:NameIdentifier', 'saml:SubjectConfirmation', 'saml:ConfirmationMethod', ...signatureNames(1, true)],
      ...['auth:AdditionalContext', 'auth:ContextItem', 'auth:Value', 't:Claims', 'auth:ClaimType', 'auth:Value', 'wsp:PolicyReference'],
    ]);
    expect([...text.matchAll(/URI="(#[^"]*)"/g)].map(([, uri]) => uri)).toEqual([
      '#_1',
      '#_0',
      expect.stringMatching(/^#saml-[0-9a-f-]{36}$/),
    ]);
    expect(text).toContain('<u:Created>2026-11-20T12:00:00Z</u:Created><u:Expires>2026-11-20T12:05:00Z</u:Expires>');
    expect(text).toContain('NotBefore="2026-11-20T12:00:00Z" NotOnOrAfter="2026-11-20T12:05:00Z"');
    expect(text).toContain('<a:Address>http://FYDIBOHF25SPDLT.adatum.test</a:Address>');
    expect(text).toContain('<auth:Value>FYDIBOHF25SPDLT.northwind.test</auth:Value>');
    expect(text).toContain('<auth:Value>MSExchange.SharingCalendarFreeBusy</auth:Value>');
    expect(text).toContain('URI="EX_MBI_FED_SSL"');
    expect(text).toMatch(/<t:RequestSecurityToken [^>]*Id="uuid-[0-9a-f-]{36}"/);
    const identifiers = [...text.matchAll(/<o:KeyIdentifier[^>]*>([^<]*)</g)].map(([, identifier]) => identifier);
    const own = certificateFacts(parties.requester.certificate).subjectKeyIdentifier;
    expect(identifiers).toEqual([own, own]);
  });

  test('is what the tests spoil', () => {
    const asked = (): ReturnType<typeof northwindAsks> => northwindAsks(parties, { ids: requestIds('same') });
    const bare = (octets: Buffer): string => octets.toString().replace(/[0-9a-f-]{36}|<ds:(?:Digest|Signature)Value>[^<]*/g, '');
    expect(bare(spoiltRequest(asked()))).toBe(bare(writeDelegationRequest(asked())));
  });

  test('names a target by an address: as it is, when it is one', () => {
    const uris = ['outlook.test', 'FYDIBOHF25SPDLT.adatum.test', 'http://adatum.test', 'urn:adatum'];
    expect(uris.map(applicationAddress)).toEqual([
      ...['http://outlook.test', 'http://FYDIBOHF25SPDLT.adatum.test', 'http://adatum.test', 'urn:adatum'],
    ]);
  });

  test('of a user without an address is a defect', () => {
    const user = { userPrincipalName: 'joe@northwind.test', emailAddresses: [] };
    expect(() => writeDelegationRequest(northwindAsks(parties, { user }))).toThrow('an address of the user');
  });
});

function signatureNames(references: number, enveloped: boolean): readonly string[] {
  const transforms = enveloped ? ['ds:Transform', 'ds:Transform'] : ['ds:Transform'];
  const reference = ['ds:Reference', 'ds:Transforms', ...transforms, 'ds:DigestMethod', 'ds:DigestValue'];
  return [
    ...['ds:Signature', 'ds:SignedInfo', 'ds:CanonicalizationMethod', 'ds:SignatureMethod'],
    ...Array.from({ length: references }, () => reference).flat(),
    ...['ds:SignatureValue', 'ds:KeyInfo', 'o:SecurityTokenReference', 'o:KeyIdentifier'],
  ];
}

describe('the judgement', () => {
  test('of a good request passes every check, in order', async () => {
    const answer = await judgeTokenRequest(writeDelegationRequest(northwindAsks(parties)), groundOf(world()));
    expect(answer.verdict.checks.map(({ check, outcome }) => [check, outcome])).toEqual(
      // Passwords of accounts that are an organisation's own are its own matter.
      stsChecks.map((check) => [check, check === 'sts.user-password' ? 'skipped' : 'passed']),
    );
    expect(answer).toMatchObject({
      requester: { uris: ['fydibohf25spdlt.northwind.test', 'northwind.test'] },
      judged: {
        offer: 'MSExchange.SharingCalendarFreeBusy',
        appliesTo: 'http://FYDIBOHF25SPDLT.adatum.test',
        user: { emailAddress: 'Joe@Northwind.test', domain: 'northwind.test', name: { value: 'joe@northwind.test' } },
      },
    });
  });

  test('skips what comes after a failure', async () => {
    const answer = await judgeTokenRequest(writeDelegationRequest(northwindAsks(parties)), groundOf([]));
    const outcomes = answer.verdict.checks.map(({ outcome }) => outcome);
    expect(answer).toMatchObject({ verdict: { accepted: false }, refusal: { code: 'SignerUnknown' }, requester: undefined });
    expect(outcomes).toEqual(['passed', 'passed', 'passed', 'failed', ...Array.from({ length: stsChecks.length - 4 }, () => 'skipped')]);
  });

  test('tells partners with one certificate apart by the requestor', async () => {
    const [first, second] = ['aardvark', 'zebra'].map((name) => partner(name, parties.requester));
    const [own, target] = world();
    if (first === undefined || second === undefined || own === undefined || target === undefined) throw new Error('nobody is there');
    const request = writeDelegationRequest(northwindAsks(parties));
    for (const partners of [
      [first, own, second, target],
      [own, first, second, target],
      [first, second, own, target],
    ]) {
      expect(await judgeTokenRequest(request, groundOf(partners))).toMatchObject({ judged: { requester: { appId: own.appId } } });
    }
    expect(await judgeTokenRequest(request, groundOf([first, second, target]))).toMatchObject({
      refusal: { code: 'RequestorUnknown' },
    });
  });

  test('of users of the cloud asks whether a tenant has the domain', async () => {
    const cloud = partner('cloud', parties.requester, { uris: ['outlook.test'], domains: [], hostsTenants: true });
    const asked = (mail: string) =>
      northwindAsks(parties, { applicationUri: 'outlook.test', user: { userPrincipalName: mail, emailAddresses: [mail] } });
    const judged = (mail: string) =>
      judgeTokenRequest(writeDelegationRequest(asked(mail)), groundOf([cloud, partner('adatum', parties.target)]));
    expect(await judged('kim@Tenant.test')).toMatchObject({ judged: { user: { domain: 'tenant.test' } } });
    expect(await judged('kim@northwind.test')).toMatchObject({ refusal: { code: 'DomainNotProvisioned' } });
  });
});

describe('the token', () => {
  test('can be read by the target alone, and says what the real ones say', async () => {
    const answer = await judgeTokenRequest(writeDelegationRequest(northwindAsks(parties)), groundOf(world()));
    if (!('judged' in answer)) throw answer.refusal;
    const ground = { instance: business, signer: parties.signer, at: now, ids: requestIds('token') };
    const token = issueDelegationToken(ground, answer.judged);
    const { subjectKeyIdentifier } = certificateFacts(parties.target.certificate);
    expect(recipientOf(token.token)).toBe(subjectKeyIdentifier);
    expect(token).toMatchObject({ appliesTo: 'http://FYDIBOHF25SPDLT.adatum.test', lifetime: { created: now, expires: now + 300_000 } });
    const keys = (identifier: string): string | undefined => (identifier === subjectKeyIdentifier ? parties.target.privateKey : undefined);
    const { text } = decryptElement(token.token, keys);
    const assertion = readAssertion(await verifyDocument(text, parties.signer));
    const proofKey = Buffer.from(token.proofKey);
    const [first, second] = assertion.statements;
    for (const statement of assertion.statements) {
      const { KeyInfo } = statement.value.Subject.SubjectConfirmation ?? {};
      expect(KeyInfo === undefined ? undefined : readProofKey(KeyInfo, keys)).toEqual(proofKey);
      expect(statement.value.Subject).toMatchObject({
        NameIdentifier: { Format: 'http://schemas.xmlsoap.org/claims/upn', value: 'joe@northwind.test' },
        SubjectConfirmation: { ConfirmationMethod: ['urn:oasis:names:tc:SAML:1.0:cm:holder-of-key'] },
      });
    }
    expect(proofKey).toHaveLength(32);
    expect(assertion).toMatchObject({
      AssertionID: token.assertionId,
      Issuer: 'urn:federation:MicrosoftOnline',
      IssueInstant: now,
      Conditions: {
        NotBefore: now,
        NotOnOrAfter: now + 300_000,
        AudienceRestrictionCondition: [{ Audience: ['http://FYDIBOHF25SPDLT.adatum.test'] }],
      },
    });
    expect(first).toMatchObject({ is: 'AuthenticationStatement' });
    expect(second?.is === 'AttributeStatement' ? second.value.Attribute : []).toEqual([
      claim('EmailAddress', 'http://schemas.xmlsoap.org/claims', 'Joe@Northwind.test'),
      claim('RequestorDomain', 'http://schemas.microsoft.com/ws/2006/04/identity/claims', 'northwind.test'),
      claim('action', 'http://schemas.xmlsoap.org/ws/2006/12/authorization/claims', 'MSExchange.SharingCalendarFreeBusy'),
      claim('ThirdPartyRequested', 'http://schemas.microsoft.com/ws/2006/04/identity/claims', 'True'),
    ]);
    expect(issueDelegationToken(ground, answer.judged).proofKey).not.toEqual(token.proofKey);
  });
});

const claim = (AttributeName: string, AttributeNamespace: string, value: string) => ({
  AttributeName,
  AttributeNamespace,
  AttributeValue: [value],
});
