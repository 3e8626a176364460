import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  domainProof,
  isDomainSignature,
  proofDomainOf,
  proofOfSignature,
} from '../../../shared/bridges/authority/federation/domain-proof.ts';
import { requireTool } from '../../support/tools.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

let owner: Identity;
let other: Identity;
beforeAll(async () => {
  owner = await federationIdentity(1, 'with-identifier');
  other = await federationIdentity(2, 'with-identifier');
});

test('a proof is 88 characters of base64, the same for every spelling of the domain and for its account namespace', () => {
  const { proof, signature } = domainProof('contoso.test', owner.privateKey);
  expect(proof).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  for (const spelling of [' Contoso.TEST ', 'FYDIBOHF25SPDLT.contoso.test', 'fydibohf25spdlt.CONTOSO.test']) {
    expect(domainProof(spelling, owner.privateKey)).toEqual({ proof, signature });
  }
  expect(domainProof('fabrikam.test', owner.privateKey).proof).not.toBe(proof);
  expect(domainProof('contoso.test', other.privateKey).proof).not.toBe(proof);
});

test.each([
  ['FYDIBOHF25SPDLT.contoso.test', 'contoso.test'],
  [' Contoso.test', 'contoso.test'],
  ['FYDIBOHF25SPDLTcontoso.test', 'fydibohf25spdltcontoso.test'],
  ['mail.FYDIBOHF25SPDLT.contoso.test', 'mail.fydibohf25spdlt.contoso.test'],
  ['', ''],
])('the proof of %j is that of %j', (uri, domain) => {
  expect(proofDomainOf(uri)).toBe(domain);
});

test('the signature holds for its domain and certificate, and for nothing else', () => {
  const signature = Buffer.from(domainProof('contoso.test', owner.privateKey).signature, 'base64');
  expect(isDomainSignature('Contoso.test', signature, owner.certificate)).toBe(true);
  expect(isDomainSignature('contoso.test', signature, other.certificate)).toBe(false);
  expect(isDomainSignature('fabrikam.test', signature, owner.certificate)).toBe(false);
  expect(isDomainSignature('contoso.test', Buffer.alloc(0), owner.certificate)).toBe(false);
});

test('no mutated signature holds, and none has the same proof', () => {
  const signature = Buffer.from(domainProof('contoso.test', owner.privateKey).signature, 'base64');
  const mutations = fc.oneof(
    fc
      .tuple(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, difference]) => Buffer.from(signature.map((octet, index) => (index === at ? octet ^ difference : octet)))),
    fc.nat(signature.length - 1).map((length) => signature.subarray(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 16 }).map((more) => Buffer.concat([signature, more])),
  );
  fc.assert(
    fc.property(mutations, (mutated) => {
      expect(isDomainSignature('contoso.test', mutated, owner.certificate)).toBe(false);
      expect(proofOfSignature(mutated)).not.toBe(proofOfSignature(signature));
    }),
    { numRuns: 200 },
  );
});

describe.skipIf(!requireTool('openssl', 'openssl'))('openssl', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coexist-openssl-'));
    writeFileSync(join(folder, 'owner.key'), owner.privateKey);
    writeFileSync(join(folder, 'owner.crt'), owner.certificatePem);
    writeFileSync(join(folder, 'domain'), 'contoso.test');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const openssl = (...parameters: string[]): Buffer => execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' });

  test('makes the same proof from the key', () => {
    const signature = openssl('dgst', '-sha1', '-sign', 'owner.key', 'domain');
    writeFileSync(join(folder, 'signature'), signature);
    const proof = openssl('dgst', '-sha512', '-binary', 'signature').toString('base64');
    expect(domainProof('Contoso.test', owner.privateKey)).toEqual({ signature: signature.toString('base64'), proof });
  });

  test('verifies the signature by the certificate', () => {
    const { signature } = domainProof('contoso.test', owner.privateKey);
    writeFileSync(join(folder, 'ours'), Buffer.from(signature, 'base64'));
    writeFileSync(join(folder, 'owner.pub'), openssl('x509', '-in', 'owner.crt', '-pubkey', '-noout'));
    const verified = (file: string): string => openssl('dgst', '-sha1', '-verify', 'owner.pub', '-signature', 'ours', file).toString();
    expect(verified('domain').trim()).toBe('Verified OK');
    writeFileSync(join(folder, 'other'), 'fabrikam.test');
    expect(() => verified('other')).toThrow('Command failed');
  });
});
