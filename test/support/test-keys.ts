import { generateKeyPair } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claimFile, ensureFolder, readIfThere } from '../../shared/net/certificate-files.ts';

const folder = join(import.meta.dirname, '../../node_modules/.cache/coexist-test-keys');

/**
 * RSA-2048 keys for tests, PKCS #8 PEM: always the same ones in the same order on one machine, so that what is made from
 * them repeats. They are made once and kept beside the packages, for no test should wait for them.
 */
export function testKeys(): { take(): Promise<string> } {
  let next = 0;
  return {
    take() {
      next += 1;
      return testKey(next);
    },
  };
}

const loaded = new Map<number, Promise<string>>();

/** One of the keys, by its number from 1. */
export function testKey(number: number): Promise<string> {
  const key = loaded.get(number) ?? load(number);
  loaded.set(number, key);
  return key;
}

async function load(number: number): Promise<string> {
  const file = join(folder, `${number}.pem`);
  const kept = await readIfThere(file);
  if (kept !== undefined) return kept;
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await ensureFolder(folder);
  return claimFile(file, privateKey);
}
