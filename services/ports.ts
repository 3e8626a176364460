import { UsageError } from './flags.ts';

/** `ephemeral`: the system chooses every port. Otherwise the whole block lies at `base`, 100 ports wide. */
export type PortPlan = { readonly kind: 'ephemeral' } | { readonly kind: 'block'; readonly base: number };

/** Where each listener binds; 0 lets the system choose. */
export interface ListenerPorts {
  /** https, by organisation. */
  readonly organizations: ReadonlyMap<string, number>;
  readonly azureAuth: number;
  readonly http: number;
  readonly control: number;
  readonly proxy: number;
  /** DNS, udp and tcp. */
  readonly dns: number;
  /** SMTP submission, of all organisations. */
  readonly submission: number;
}

const offsets = { proxy: 38, onPremises: 43, cloud: 44, azureAuth: 45, dns: 53, control: 60, http: 80, submission: 87 } as const;
/** Free for further organisations: 45 is azure-auth, 53 DNS, 60 control, 80 http, 87 submission. */
const furtherOffsets = [...range(46, 52), ...range(61, 79), ...range(88, 99)];

/**
 * The block of conventions B.3: the first on-premises organisation at 43, the first cloud at 44, the others from 46 on
 * in the order of the world. Throws {@link UsageError} when the world has more organisations than the block has room.
 */
export function listenerPorts(
  plan: PortPlan,
  organizations: readonly { readonly name: string; readonly kind: 'on-premises' | 'cloud' }[],
): ListenerPorts {
  const at = (offset: number): number => (plan.kind === 'ephemeral' ? 0 : plan.base + offset);
  const firsts = {
    'on-premises': organizations.find(({ kind }) => kind === 'on-premises'),
    cloud: organizations.find(({ kind }) => kind === 'cloud'),
  };
  const ports = new Map<string, number>();
  let further = 0;
  for (const organization of organizations) {
    if (organization === firsts['on-premises']) ports.set(organization.name, at(offsets.onPremises));
    else if (organization === firsts.cloud) ports.set(organization.name, at(offsets.cloud));
    else {
      const offset = furtherOffsets[further];
      if (offset === undefined)
        throw new UsageError(`the world has ${organizations.length} organisations; a port block has room for ${further + 2}`);
      further += 1;
      ports.set(organization.name, at(offset));
    }
  }
  return {
    organizations: ports,
    azureAuth: at(offsets.azureAuth),
    http: at(offsets.http),
    control: at(offsets.control),
    proxy: at(offsets.proxy),
    dns: at(offsets.dns),
    submission: at(offsets.submission),
  };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
