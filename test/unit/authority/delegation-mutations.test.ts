import fc from 'fast-check';
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { expect, test } from 'vitest';
import { writeDelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import { judgeTokenRequest } from '../../../shared/bridges/authority/federation/sts-judge.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { delegationParties, groundOf, northwindAsks, partner } from './delegation-parties.ts';

/** What the requester has signed: two headers, the assertion but its signature, and what the signatures list. */
const signed = '//a:To | //u:Timestamp | //saml:Assertion/*[not(self::ds:Signature)] | //saml:Assertion/@* | //ds:SignedInfo';
const prefixes = { a: namespaces.wsa, u: namespaces.wsu, saml: namespaces.saml, ds: namespaces.ds };

/** The canonical form of what is signed, as libxml2 sees it; undefined: not well-formed. */
function signedParts(text: string): string | undefined {
  try {
    using document = XmlDocument.fromString(text);
    const found = document.find(signed, prefixes);
    return found
      .map((node) => ('value' in node ? String(node.value) : node.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })))
      .join('\n');
  } catch {
    return undefined;
  }
}

const insertions = ['', 'A', '0', ' ', '\n', '<', '&', '"', '<!---->', '<![CDATA[z]]>', '&#x41;', '<a/>', ' a="b"', ':'];
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  isInside: fc.boolean(),
  length: fc.constantFrom(0, 1, 1, 2),
  by: fc.constantFrom(...insertions),
});

test('every mutation that changes the canonical form of a signed part is refused', async () => {
  const parties = await delegationParties();
  const ground = groundOf([partner('northwind', parties.requester), partner('adatum', parties.target)]);
  const text = writeDelegationRequest(northwindAsks(parties)).toString();
  const original = signedParts(text);
  const answer = await judgeTokenRequest(Buffer.from(text), ground);
  expect(original).toContain('Joe@Northwind.test');
  const spans = [/<a:To .*?<\/a:To>/, /<u:Timestamp .*?<\/u:Timestamp>/, /<saml:Assertion .*<\/saml:Assertion>/].map((pattern) => {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`there is no ${pattern}`);
    return { start: match.index, length: match[0].length };
  });
  const inside = spans.reduce((sum, { length }) => sum + length, 0);
  /** The place of a character in the signed parts alone. */
  const placeInside = (share: number): number => {
    let left = Math.floor(share * inside);
    for (const { start, length } of spans) {
      if (left < length) return start + left;
      left -= length;
    }
    return text.length - 1;
  };
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutation, async ({ at, isInside, length, by }) => {
      const start = isInside ? placeInside(at) : Math.floor(at * text.length);
      const changed = `${text.slice(0, start)}${by}${text.slice(start + length)}`;
      const given = await judgeTokenRequest(Buffer.from(changed), ground);
      if (!('judged' in given)) {
        refused += 1;
        return;
      }
      expect(signedParts(changed)).toBe(original);
      expect(given).toMatchObject({ judged: { user: 'judged' in answer ? answer.judged.user : undefined } });
    }),
    { numRuns: 60 },
  );
  expect(refused).toBeGreaterThan(10);
});
