import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJwt, signingCredential, signJwt, thumbprints, verificationKey, verifySignature } from '../../../shared/protocols/oauth/jwt.ts';
import { requireTool } from '../../support/tools.ts';

describe.skipIf(!requireTool('openssl', 'openssl'))('openssl', () => {
  let folder: string;
  const openssl = (...parameters: string[]): string =>
    execFileSync('openssl', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  let certificate: string;
  let privateKey: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coexist-jwt-'));
    const subject = ['-subj', '/CN=Microsoft Exchange Server Auth Certificate', '-days', '3650'];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'certificate.pem', ...subject);
    openssl('x509', '-in', 'certificate.pem', '-pubkey', '-noout', '-out', 'public.pem');
    openssl('x509', '-in', 'certificate.pem', '-outform', 'DER', '-out', 'certificate.der');
    certificate = readFileSync(join(folder, 'certificate.der')).toString('base64');
    privateKey = readFileSync(join(folder, 'key.pem'), 'utf8');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];

  test.each<[string, readonly string[]]>([
    ['RS256', []],
    ['PS256', pss],
  ])('verifies what we sign by %s', async (alg, options) => {
    const token = await signJwt({ aud: 'x', exp: 1 }, signingCredential(certificate, privateKey), { alg });
    const [header, payload, signature = ''] = token.split('.');
    writeFileSync(join(folder, 'input'), `${header}.${payload}`);
    writeFileSync(join(folder, 'signature'), Buffer.from(signature, 'base64url'));
    const verify = ['dgst', '-sha256', '-verify', 'public.pem', ...options, '-signature', 'signature', 'input'];
    expect(openssl(...verify)).toContain('Verified OK');
    writeFileSync(join(folder, 'input'), `${header}.${payload}A`);
    expect(() => openssl(...verify)).toThrow('Command failed');
  });

  test.each<[string, readonly string[]]>([
    ['RS256', []],
    ['PS256', pss],
  ])('signs by %s what we verify', async (alg, options) => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg, typ: 'JWT' })}.${part({ iss: 'by hand' })}`;
    writeFileSync(join(folder, 'input'), input);
    openssl('dgst', '-sha256', '-sign', 'key.pem', ...options, '-out', 'signature', 'input');
    const jwt = readJwt(`${input}.${readFileSync(join(folder, 'signature')).toString('base64url')}`);
    if ('problem' in jwt) throw new Error(jwt.problem);
    expect(await verifySignature(jwt, verificationKey(certificate))).toBe(true);
  });

  test('gives the same thumbprint', () => {
    const [, fingerprint = ''] = openssl('x509', '-in', 'certificate.pem', '-noout', '-fingerprint', '-sha1').trim().split('=');
    expect(thumbprints(certificate).thumbprint).toBe(fingerprint.replaceAll(':', ''));
  });
});
