import { listenerPorts } from '../../services/ports.ts';
import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import type { World } from '../../shared/domain/world/world.ts';

/** The block of ports of the image. */
export const portBase = 4400;

/** Ports inside the container that this machine gets to. */
export interface PublishedPorts {
  readonly control: number;
  readonly proxy: number;
  readonly submission: number;
  /** https, by organisation and `azure-auth`. */
  readonly https: ReadonlyMap<string, number>;
  /** SMTP, by organisation. */
  readonly smtp: ReadonlyMap<string, number>;
  /** All that are no organisation's https. */
  readonly others: readonly number[];
}

/** Those of a world. */
export function publishedPorts({ organizations }: Pick<World, 'organizations'>): PublishedPorts {
  const ports = listenerPorts({ kind: 'block', base: portBase }, organizations, organizations);
  const { control, proxy, submission, smtp, sharedHttps } = ports;
  return {
    ...{ control, proxy, submission, smtp },
    https: new Map([...ports.organizations, [authenticationService, ports.azureAuth]]),
    others: [control, proxy, submission, ports.http, ...(sharedHttps === null ? [] : [sharedHttps]), ...smtp.values()],
  };
}
