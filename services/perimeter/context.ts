import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Listener } from '../../shared/domain/organization/host-map.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { PerimeterDevice } from '../../shared/domain/organization/perimeter-devices.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { HttpsDoorOptions } from '../../shared/service/https-door.ts';
import type { Store } from '../../shared/store/database.ts';

/** Everything that the device needs from outside; the composition root fills it in. */
export interface PerimeterOptions extends HttpsDoorOptions {
  readonly organization: Organization;
  readonly settings: () => Promise<Settings>;
  readonly directory: Directory;
  /** Where wrong passwords are counted. */
  readonly store: Store;
  /** The front end's own listener. */
  readonly upstream: Listener;
  /** Without an octet from the servers; longer than the heartbeats of streaming notifications are apart. Five minutes. */
  readonly idleMs?: number;
}

/** What a request is judged by. */
export interface PerimeterGround {
  readonly options: PerimeterOptions;
  readonly device: PerimeterDevice;
  readonly settings: Settings;
  readonly at: Instant;
}
