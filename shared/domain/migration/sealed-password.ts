import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from '../organization/config-kind.ts';

/** The key under which an organisation keeps passwords of other systems; made with the first of them. */
interface MigrationKey {
  /** 32 octets, base64. */
  readonly key: string;
}

const migrationKeys = configKind<MigrationKey>('MigrationKey');
const keyName = 'Passwords';
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * A password so that whoever reads the row, an export or a dump of the table does not read it: sealed under the organisation's key, for
 * one owner only. Whoever has the whole store has the key as well.
 *
 * @param owner what it belongs to; it opens for nothing else
 */
export async function sealPassword(tx: Executor, organization: string, owner: string, password: string, at: Instant): Promise<string> {
  let key = await keyOf(tx, organization);
  if (key === undefined) {
    key = randomBytes(keyBytes);
    await migrationKeys.create(tx, organization, keyName, { key: key.toString('base64') }, at);
  }
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(owner));
  return Buffer.concat([iv, cipher.update(password, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Opens what {@link sealPassword} has made. Refuses with `password-unreadable`: another key, another owner, or not what it was. */
export async function openPassword(executor: Executor, organization: string, owner: string, sealed: string): Promise<string> {
  const key = await keyOf(executor, organization);
  const octets = Buffer.from(sealed, 'base64');
  if (key === undefined || octets.length < ivBytes + tagBytes) throw unreadable(owner);
  const decipher = createDecipheriv(algorithm, key, octets.subarray(0, ivBytes))
    .setAAD(Buffer.from(owner))
    .setAuthTag(octets.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(octets.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(owner);
  }
}

async function keyOf(executor: Executor, organization: string): Promise<Buffer | undefined> {
  const found = await migrationKeys.find(executor, organization, keyName);
  return found === undefined ? undefined : Buffer.from(found.value.key, 'base64');
}

function unreadable(owner: string): Refusal<'password-unreadable'> {
  return new Refusal('password-unreadable', { detail: `the password of ${owner} cannot be read any more` });
}
