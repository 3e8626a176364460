import fc from 'fast-check';
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeDelegationToken } from '../../../shared/bridges/access/delegation-token.ts';
import { judgeWsSecurity, readSecuredMessage } from '../../../shared/bridges/access/ws-security.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { encryptOctets } from '../../../shared/protocols/saml/encrypt.ts';
import { referenceToAssertion } from '../../../shared/protocols/saml/key-info.ts';
import { soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { element } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { federationObjects, type MadeToken, makeDelegationToken, proofKey, settingsOf } from '../../support/delegation-tokens.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';
import { mutated, mutation, signedParts } from '../saml/mutation.ts';

const at = Date.UTC(2026, 10, 20, 12);
let current: Identity;
let settings: Settings;
let made: MadeToken;
beforeAll(async () => {
  const issuer = await federationIdentity(1, 'with-identifier');
  current = await federationIdentity(3, 'with-identifier');
  settings = settingsOf(federationObjects({ applicationUri: 'contoso.test', current, issuer }));
  const facts = {
    ...{ at, lifeMs: 300_000, audience: 'http://contoso.test', issuer: 'urn:federation:MicrosoftOnline' },
    ...{ emailAddress: 'pat@fabrikam.test', offer: 'MSExchange.MailTips' },
  };
  made = makeDelegationToken({ facts, signer: issuer, recipient: current });
});

const judge = (token: MadeToken['token']) => judgeDelegationToken({ token, settings, at, offers: undefined });

describe('every mutation is refused', () => {
  test('that changes the canonical form of the signed assertion, whoever encrypts it anew', async () => {
    const original = signedParts(made.plain);
    const { caller } = (await judge(made.token)) as { readonly caller: object };
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async (change) => {
        const changed = mutated(made.plain, change);
        const judged = await judge(encryptOctets(Buffer.from(changed), current.certificate));
        if (judged.refusal !== undefined) refused += 1;
        else expect([signedParts(changed) === original, judged.caller]).toEqual([true, caller]);
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  /** Padding octets but the last are noise: nobody signs them, and nothing is read from them. */
  const isInPadding = (octets: Buffer, index: number): boolean => index >= octets.length - 32;
  /** An octet of the initialisation vector changes the one in its place: a blank between attributes may become another one. */
  const isBlank = (index: number, mask: number): boolean =>
    index < 16 && made.plain.charAt(index) === ' ' && '\t\n\r'.includes(String.fromCharCode(0x20 ^ mask));

  test('that changes the octets of what is encrypted, or of its key', async () => {
    const text = canonicalXml(made.token);
    const values = [...text.matchAll(/<xenc:CipherValue>([^<]*)</g)].map(([, value = '']) => value);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: values.length - 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, position, mask) => {
        const value = values[which] ?? '';
        const octets = Buffer.from(value, 'base64');
        const index = position % octets.length;
        octets.writeUInt8(octets.readUInt8(index) ^ mask, index);
        const judged = await judge(parseXml(text.replace(value, () => octets.toString('base64'))));
        if (judged.refusal !== undefined) refused += 1;
        else expect({ which, isNoise: isInPadding(octets, index) || isBlank(index, mask) }).toEqual({ which: 1, isNoise: true });
      }),
      { numRuns: 400, examples: [0x29, 0x2a, 0x2d].map((mask): [number, number, number] => [1, 15, mask]) },
    );
    expect(refused).toBeGreaterThan(250);
  });

  test('of the Timestamp, its signature or the token in a message with proof of possession', async () => {
    const text = writeMessage({
      soap: soapNamespace,
      addressing: { action: 'urn:action', to: 'https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity/SymmetricKey' },
      tokens: [made.token],
      times: { created: at, expires: at + 300_000 },
      signature: {
        signer: { algorithm: 'hmac-sha1', secret: proofKey },
        keyInfo: [referenceToAssertion(made.assertionId)],
        covers: ['Timestamp'],
      },
      body: element('urn:body', 'Ask', ['x']),
    }).toString();
    const question = {
      door: 'proof',
      isOffered: true,
      settings,
      at,
      offers: undefined,
      identity: 'operation',
      understands: () => true,
    } as const;
    const callerOf = async (octets: string): Promise<object | undefined> => {
      try {
        const judged = await judgeWsSecurity(readSecuredMessage(Buffer.from(octets)), question);
        return judged.refusal === undefined ? judged.caller : undefined;
      } catch {
        return undefined;
      }
    };
    const caller = await callerOf(text);
    expect(caller).toBeDefined();
    const parts = [/<u:Timestamp .*<\/u:Timestamp>/s, /<ds:SignedInfo>.*<\/ds:SignatureValue>/s, /(?<=<xenc:CipherValue>)[^<]*/g];
    const regions = parts.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, `g${pattern.flags.replace('g', '')}`))]);
    const original = meaning(text);
    // A word between SignedInfo and SignatureValue, which nobody signs.
    const between = (regions[1]?.[0].indexOf('<ds:SignatureValue') ?? 0) - 1;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: regions.length - 1 }), mutation, async (which, { at: position, length, by }) => {
        const region = regions[which];
        const [part, index] = [region?.[0] ?? '', region?.index ?? 0];
        // Strictly inside the part: what stands beside it is not its business.
        const inner = part.slice(1, -1);
        const from = position % inner.length;
        const changed = `${text.slice(0, index + 1)}${inner.slice(0, from)}${by}${inner.slice(from + length)}${text.slice(index + part.length - 1)}`;
        const accepted = await callerOf(changed);
        if (accepted === undefined) refused += 1;
        else expect([meaning(changed) === original, accepted]).toEqual([true, caller]);
      }),
      { numRuns: 400, examples: [[1, { at: between, length: 0, by: ':' }]] },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/**
 * The message as libxml2 sees it, without white space in base64 and without what is encrypted, which the signature in it guards:
 * another IV may make a line end of the space in the first tag. Undefined: not well-formed.
 */
function meaning(text: string): string | undefined {
  try {
    using document = XmlDocument.fromString(text);
    return document
      .canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })
      .replaceAll(/(?<=<xenc:CipherValue>)[^<]*/g, '')
      .replace(/(?<=<ds:SignatureValue>)[^<]*/g, (value) => value.replace(/\s/g, ''));
  } catch {
    return undefined;
  }
}
