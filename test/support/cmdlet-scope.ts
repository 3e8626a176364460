import { createTokenCache } from '../../shared/bridges/hybrid/token-cache.ts';
import type { CmdletScope } from '../../shared/cmdlets/cmdlet.ts';
import { type CmdletGround, openScope } from '../../shared/cmdlets/scope.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { testKeys } from './test-keys.ts';

type Given = Pick<CmdletGround, 'store' | 'registry' | 'directory'> & Partial<CmdletGround>;

/** A scope for cmdlets on a store of a test; unless the test brings a dialer, no name is known. */
export function testScope(
  given: Given,
  organization: Organization,
  at = 5,
  warn: CmdletScope['warn'] = () => undefined,
): Promise<CmdletScope> {
  const ground: CmdletGround = {
    keys: testKeys(),
    tokens: createTokenCache(),
    identifiers: createIdentifiers(seededRandom('test')),
    dialer: { https: ({ url }) => Promise.reject(new Refusal('NameNotFound', { detail: `ENOTFOUND ${new URL(url).hostname}` })) },
    ...given,
  };
  return openScope(ground, organization, at, undefined, warn);
}
