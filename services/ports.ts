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
  /** The devices in front of organisations on-premises, as far as there is room; those that have none are chosen by the system. */
  readonly perimeters: ReadonlyMap<string, number>;
  /** SMTP between servers, port 25, by organisation. */
  readonly smtp: ReadonlyMap<string, number>;
  /** SMTP submission by receive connectors, port 587, of each organisation on-premises. */
  readonly clients: ReadonlyMap<string, number>;
}

const offsets = {
  smtpOnPremises: 25,
  smtpCloud: 26,
  proxy: 38,
  onPremises: 43,
  cloud: 44,
  azureAuth: 45,
  dns: 53,
  control: 60,
  http: 80,
  submission: 87,
} as const;
/** Free for further organisations: 45 is azure-auth, 53 DNS, 60 control, 80 http, 87 submission. */
const furtherOffsets = [...range(46, 52), ...range(61, 79), ...range(88, 99)];
/** The first of the organisations on-premises, and further ones; where there is no room the system chooses. */
const clientOffsets = [86, ...range(81, 85), ...range(54, 59)];
const furtherSmtpOffsets = [...range(27, 37), ...range(39, 42), ...range(0, 22)];
/** Of the first organisations on-premises. */
const perimeterOffsets = [24, 23];

/**
 * The block of ports: the first on-premises organisation at 43 and 25, the first cloud at 44 and 26, the others
 * where there is room, in the order of the world. Throws {@link UsageError} when the world has more organisations than that.
 */
export function listenerPorts(plan: PortPlan, organizations: readonly PortOwner[]): ListenerPorts {
  const at = (offset: number): number => (plan.kind === 'ephemeral' ? 0 : plan.base + offset);
  const lay = (onPremises: number, cloud: number, further: readonly number[]): ReadonlyMap<string, number> =>
    new Map([...laid(organizations, onPremises, cloud, further)].map(([name, offset]) => [name, at(offset)]));
  const onPremises = (room: readonly number[]): ReadonlyMap<string, number> =>
    new Map(
      organizations
        .filter(({ kind }) => kind === 'on-premises')
        .map(({ name }, index) => [name, room[index] === undefined ? 0 : at(room[index])]),
    );
  return {
    organizations: lay(offsets.onPremises, offsets.cloud, furtherOffsets),
    smtp: lay(offsets.smtpOnPremises, offsets.smtpCloud, furtherSmtpOffsets),
    clients: onPremises(clientOffsets),
    perimeters: onPremises(perimeterOffsets),
    azureAuth: at(offsets.azureAuth),
    http: at(offsets.http),
    control: at(offsets.control),
    proxy: at(offsets.proxy),
    dns: at(offsets.dns),
    submission: at(offsets.submission),
  };
}

interface PortOwner {
  readonly name: string;
  readonly kind: 'on-premises' | 'cloud';
}

/** The offset of each organisation's listener of one sort. */
function laid(
  organizations: readonly PortOwner[],
  onPremises: number,
  cloud: number,
  further: readonly number[],
): ReadonlyMap<string, number> {
  const firsts = {
    'on-premises': organizations.find(({ kind }) => kind === 'on-premises'),
    cloud: organizations.find(({ kind }) => kind === 'cloud'),
  };
  const left = [...further];
  return new Map(
    organizations.map((organization) => {
      if (organization === firsts['on-premises']) return [organization.name, onPremises];
      if (organization === firsts.cloud) return [organization.name, cloud];
      const offset = left.shift();
      if (offset === undefined)
        throw new UsageError(`the world has ${organizations.length} organisations; a port block has room for ${further.length + 2}`);
      return [organization.name, offset];
    }),
  );
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
