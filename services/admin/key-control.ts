import { X509Certificate } from 'node:crypto';
import type { Registry } from '../../shared/domain/organization/registry.ts';
import { activateSigningKey, publishSigningKey, retireSigningKey, stageSigningKey } from '../../shared/domain/trust/rollover.ts';
import { type SigningKey, type SigningKeyState, signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { refreshTenantKeys } from '../../shared/domain/trust/tenant-keys.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import type { Clock, Instant } from '../../shared/kernel/clock.ts';
import type { KeyPool } from '../../shared/net/key-pool.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import type { Store } from '../../shared/store/database.ts';

/** The keys of the authentication service, and how one follows another. Each change returns the key as it is then. */
export interface KeyControl {
  /** In the order of their lives: the oldest first. */
  list(): Promise<readonly SigningKeyView[]>;
  /** A new key, of which nobody is told. */
  stage(): Promise<SigningKeyView>;
  /** Moves a key on; throws a Refusal for a key that there is not or whose state does not allow it. */
  move(step: KeyStep, x5t: string): Promise<SigningKeyView>;
}

export type KeyStep = 'publish' | 'activate' | 'retire';

/** A key without its private part. */
export interface SigningKeyView {
  readonly x5t: string;
  /** The same in hexadecimal, as Windows shows it. */
  readonly thumbprint: string;
  readonly state: SigningKeyState;
  readonly since: Instant;
  readonly subject: string;
  readonly notAfter: Instant;
}

/** What the control works on. */
export interface KeyControlParts {
  readonly store: Store;
  readonly registry: Pick<Registry, 'current'>;
  readonly clock: Clock;
  readonly keys: Pick<KeyPool, 'take'>;
}

const steps = { publish: publishSigningKey, activate: activateSigningKey, retire: retireSigningKey };
const subject = 'CN=accounts.accesscontrol.windows.net';
const dayMs = 86_400_000;
const certificateDays = 5 * 365;

export function createKeyControl({ store, registry, clock, keys }: KeyControlParts): KeyControl {
  const now = (): Instant => clock.now(authenticationService);
  return {
    async list() {
      const stored = await signingKeys.list(store.read, authorityScope);
      return stored.map(({ value }) => viewOf(value)).toSorted((left, right) => left.notAfter - right.notAfter);
    },
    async stage() {
      const notBefore = Math.floor(now() / 1_000) * 1_000;
      const validity = { notBefore, notAfter: notBefore + certificateDays * dayMs };
      const { certificate, privateKey, thumbprint } = await issueSelfSigned({ subject, ...validity, privateKey: await keys.take() });
      const x5t = Buffer.from(thumbprint, 'hex').toString('base64url');
      return viewOf(await store.transaction((tx) => stageSigningKey(tx, { x5t, certificate, privateKey }, now())));
    },
    async move(step, x5t) {
      const tenants = (await registry.current()).all.filter(({ kind }) => kind === 'cloud').map(({ name }) => name);
      const at = now();
      const moved = await store.transaction(async (tx) => {
        const key = await steps[step](tx, x5t, at);
        await refreshTenantKeys(tx, tenants, at);
        return key;
      });
      return viewOf(moved);
    },
  };
}

function viewOf({ x5t, certificate, state, since }: SigningKey): SigningKeyView {
  const read = new X509Certificate(Buffer.from(certificate, 'base64'));
  const thumbprint = Buffer.from(x5t, 'base64url').toString('hex').toUpperCase();
  return { x5t, thumbprint, state, since, subject: read.subject, notAfter: Date.parse(read.validTo) };
}
