import type { ExternalCaller } from '../../shared/bridges/access/external-caller.ts';
import type { Authority, Spelling } from '../../shared/domain/organization/advertised-urls.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';

/** Everything that Autodiscover needs from outside; the composition root fills it in. */
export interface AutodiscoverContext extends AdmissionContext {
  readonly seams: Seams;
  /** How virtual hosts are called in answers. */
  readonly spell: Spelling;
}

/** Who is asked, how it was reached, and when. Operations get nothing else. */
export interface Asked {
  readonly organization: Organization;
  readonly authority: Authority;
  readonly instant: Instant;
  /** Who asks from outside, by a delegation token; absent where somebody of the organisation has signed in, or nobody had to. */
  readonly external?: ExternalCaller;
}
