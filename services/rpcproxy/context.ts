import type { Seams } from '../../shared/kernel/seams.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';

/** Everything that the proxy needs from outside; the composition root fills it in. */
export interface RpcProxyContext extends AdmissionContext {
  readonly seams: Seams;
}
