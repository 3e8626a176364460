import type { Instant } from '../../../kernel/clock.ts';
import { organizationConfig } from '../../organization/organization-config.ts';
import type { TokenGround } from './ground.ts';
import { type Finding, failed, fine, skipped } from './trail.ts';

/** Whether a token was presented before: asked only where the organisation is strict, which no Exchange server is. */
export function replay(token: string, until: Instant, { settings, seen, at }: TokenGround): Finding {
  if (!organizationConfig(settings).StrictTokenReplay) return skipped(undefined, 'tokens are not remembered, as in Exchange');
  if (seen === undefined) return skipped(undefined, 'StrictTokenReplay is on, but nothing remembers tokens here');
  if (seen.remember(token, until, at)) return fine('not presented before');
  return failed('token-replayed', [], {
    expected: 'a token not presented before (StrictTokenReplay)',
    actual: 'presented before; a real Exchange server keeps no memory of tokens and would accept it',
  });
}
