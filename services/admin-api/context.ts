import type { CmdletGround } from '../../shared/cmdlets/scope.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';

/** Everything that the admin API needs from outside; the composition root fills it in. */
export interface AdminApiContext extends AdmissionContext {
  readonly seams: Seams;
  /** What cmdlets stand on. */
  readonly cmdlets: CmdletGround;
}
