import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Executor } from '../../store/database.ts';
import type { Stored } from '../organization/config-kind.ts';
import { type SigningKey, type SigningKeyState, signingKeys } from './signing-keys.ts';
import { authorityScope } from './well-known.ts';

export type RolloverRefusalCode = 'signing-key-unknown' | 'signing-key-exists' | 'signing-key-state';

/** A new key comes to be; nobody is told of it. Refuses `signing-key-exists`. */
export async function stageSigningKey(
  tx: Executor,
  key: Pick<SigningKey, 'x5t' | 'certificate' | 'privateKey'>,
  at: Instant,
): Promise<SigningKey> {
  if ((await signingKeys.find(tx, authorityScope, key.x5t)) !== undefined)
    throw refusal('signing-key-exists', key.x5t, 'it is there already');
  const staged: SigningKey = { ...key, state: 'staged', since: at };
  await signingKeys.create(tx, authorityScope, key.x5t, staged, at);
  return staged;
}

/** A staged key goes into the metadata. Refuses `signing-key-unknown` and `signing-key-state`. */
export async function publishSigningKey(tx: Executor, x5t: string, at: Instant): Promise<SigningKey> {
  return enter(tx, await stored(tx, x5t, ['staged']), 'published', at);
}

/** A published key signs from now on; the one that signed so far stays published. Refuses as {@link publishSigningKey}. */
export async function activateSigningKey(tx: Executor, x5t: string, at: Instant): Promise<SigningKey> {
  const next = await stored(tx, x5t, ['published']);
  for (const key of await signingKeys.list(tx, authorityScope)) {
    if (key.value.state === 'active') await enter(tx, key, 'published', at);
  }
  return enter(tx, next, 'active', at);
}

/** A key that signs no more leaves the metadata; a staged one is given up. Refuses as {@link publishSigningKey}: the active key, above all. */
export async function retireSigningKey(tx: Executor, x5t: string, at: Instant): Promise<SigningKey> {
  return enter(tx, await stored(tx, x5t, ['staged', 'published']), 'retired', at);
}

async function stored(tx: Executor, x5t: string, allowed: readonly SigningKeyState[]): Promise<Stored<SigningKey>> {
  const found = await signingKeys.find(tx, authorityScope, x5t);
  if (found === undefined) throw refusal('signing-key-unknown', x5t, 'there is no such key');
  const { state } = found.value;
  if (!allowed.includes(state)) throw refusal('signing-key-state', x5t, `it is ${state}, not ${allowed.join(' or ')}`);
  return found;
}

async function enter(tx: Executor, key: Stored<SigningKey>, state: SigningKeyState, at: Instant): Promise<SigningKey> {
  const entered: SigningKey = { ...key.value, state, since: at };
  await signingKeys.replace(tx, key, entered, at);
  return entered;
}

function refusal(code: RolloverRefusalCode, x5t: string, why: string): Refusal<RolloverRefusalCode> {
  return new Refusal(code, { detail: `${x5t}: ${why}`, values: { X5t: x5t } });
}
