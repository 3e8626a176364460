import type { Settings } from '../../shared/domain/organization/settings.ts';
import { type SigningKey, signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { AzureAuthContext } from './context.ts';

interface Keys {
  readonly all: readonly SigningKey[];
  readonly active: SigningKey;
}

/** By the settings that they were read from, which are replaced when anything in them changes. */
const read = new WeakMap<Settings, Keys>();

async function keysOf(context: AzureAuthContext): Promise<Keys> {
  const settings = await context.settings(authorityScope);
  const known = read.get(settings) ?? keysIn(settings);
  read.set(settings, known);
  return known;
}

function keysIn(settings: Settings): Keys {
  const all = signingKeys.all(settings);
  const active = all.find(({ state }) => state === 'active');
  return { all, active: present(active, 'an active key of the authentication service') };
}

/** Every key of the service, in whatever state. */
export async function authorityKeys(context: AzureAuthContext): Promise<readonly SigningKey[]> {
  return (await keysOf(context)).all;
}

/** The key that signs. */
export async function activeKey(context: AzureAuthContext): Promise<SigningKey> {
  return (await keysOf(context)).active;
}
