import { type Given, UsageError } from './flags.ts';

/** `ephemeral`: the system chooses every port. Otherwise the whole block lies at `base`, 100 ports wide. */
export type PortPlan = { readonly kind: 'ephemeral' } | { readonly kind: 'block'; readonly base: number };

/** Where each listener binds; 0 lets the system choose. */
export interface ListenerPorts {
  /** https, by organisation. */
  readonly organizations: ReadonlyMap<string, number>;
  readonly azureAuth: number;
  /** https of all names together; null: each organisation has its own listener and there is no other. */
  readonly sharedHttps: number | null;
  readonly http: number;
  readonly control: number;
  /** Requests that front ends of other processes pass on. */
  readonly back: number;
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
  back: 0,
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
const furtherSmtpOffsets = [...range(27, 37), ...range(39, 42), ...range(1, 22)];
/** Of the first organisations on-premises. */
const perimeterOffsets = [24, 23];

/** Where clients look for what has no port of its own in a name or a record (RFC 7230, 5321, 6409, 1035); 26 is the cloud's 25. */
const wellKnown = { https: 443, http: 80, dns: 53, submission: 587, smtp: { 'on-premises': 25, cloud: 26 } } as const;

/**
 * The block of ports: the first on-premises organisation at 43 and 25, the first cloud at 44 and 26, the others
 * where there is room, in the order of the world. Throws {@link UsageError} when the world has more organisations than that.
 *
 * @param wellKnownOf for whom listeners are opened, where clients shall find what they look for at its well-known port: mail of the only
 * one at 25, of several at 25 for the first on-premises and 26 for the first in the cloud
 */
export function listenerPorts(plan: PortPlan, organizations: readonly PortOwner[], wellKnownOf?: readonly PortOwner[]): ListenerPorts {
  const isWellKnown = wellKnownOf !== undefined;
  const at = (offset: number): number => (plan.kind === 'ephemeral' ? 0 : plan.base + offset);
  const lay = (onPremises: number, cloud: number, further: readonly number[]): ReadonlyMap<string, number> =>
    new Map([...laid(organizations, onPremises, cloud, further)].map(([name, offset]) => [name, at(offset)]));
  const onPremises = (room: readonly number[]): ReadonlyMap<string, number> =>
    new Map(
      organizations
        .filter(({ kind }) => kind === 'on-premises')
        .map(({ name }, index) => [name, room[index] === undefined ? 0 : at(room[index])]),
    );
  const smtp = new Map(lay(offsets.smtpOnPremises, offsets.smtpCloud, furtherSmtpOffsets));
  const [alone, ...others] = wellKnownOf ?? [];
  if (alone !== undefined && others.length === 0) smtp.set(alone.name, wellKnown.smtp['on-premises']);
  else {
    for (const [kind, port] of Object.entries(wellKnown.smtp)) {
      const first = wellKnownOf?.find((one) => one.kind === kind);
      if (first !== undefined) smtp.set(first.name, port);
    }
  }
  return {
    organizations: lay(offsets.onPremises, offsets.cloud, furtherOffsets),
    smtp,
    clients: onPremises(clientOffsets),
    perimeters: onPremises(perimeterOffsets),
    azureAuth: at(offsets.azureAuth),
    sharedHttps: isWellKnown ? wellKnown.https : null,
    http: isWellKnown ? wellKnown.http : at(offsets.http),
    control: at(offsets.control),
    back: at(offsets.back),
    proxy: at(offsets.proxy),
    dns: isWellKnown ? wellKnown.dns : at(offsets.dns),
    submission: isWellKnown ? wellKnown.submission : at(offsets.submission),
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

/** What `--port` and `--port-base` say; a flag overrules a variable. Throws {@link UsageError}. */
export function readPorts(port: Given | undefined, base: Given | undefined): PortPlan {
  const rank = (given: Given | undefined): number => (given === undefined ? 0 : given.origin.startsWith('-') ? 2 : 1);
  if (port !== undefined && port.value !== '0') throw new UsageError(`${port.origin}: only 0 is accepted; --port-base moves the block`);
  if (port !== undefined && rank(port) === rank(base)) throw new UsageError(`${port.origin} and ${base?.origin} exclude each other`);
  if (rank(port) > rank(base)) return { kind: 'ephemeral' };
  if (base === undefined) return { kind: 'block', base: 4400 };
  if (!/^\d{1,5}$/.test(base.value) || Number(base.value) < 1 || Number(base.value) > 65_436) {
    throw new UsageError(`${base.origin}: ${JSON.stringify(base.value)} is not a port from 1 to 65436`);
  }
  return { kind: 'block', base: Number(base.value) };
}

/** Throws {@link UsageError} where the system chooses the ports: then there are no well-known ones. */
export function hasBlock(ports: PortPlan, { origin }: Given): true {
  if (ports.kind === 'ephemeral') throw new UsageError(`${origin} and --port 0 exclude each other`);
  return true;
}

/** Those organisations of a world that {@link listenerPorts} gives well-known ports; undefined where none are wanted. */
export function wellKnownOf(
  { organizations }: { readonly organizations: readonly PortOwner[] },
  { wellKnownPorts, organizations: opened }: { readonly wellKnownPorts: boolean; readonly organizations: ReadonlySet<string> | null },
): readonly PortOwner[] | undefined {
  if (!wellKnownPorts) return undefined;
  return opened === null ? organizations : organizations.filter(({ name }) => opened.has(name.toLowerCase()));
}
