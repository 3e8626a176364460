import { BlockList, isIP, isIPv6 } from 'node:net';
import { type Given, UsageError } from './flags.ts';

/** What a process is told of its place: among others that share its lab, and among machines. */
export interface Distribution {
  /** Organisations that it opens front ends and SMTP for, in lower case; null: all. */
  readonly organizations: ReadonlySet<string> | null;
  /** The address under which the others reach it; null: one that it has. */
  readonly advertise: string | null;
  /** Private networks, `address/prefix`, whose machines its servers call beside its own where somebody names them. */
  readonly neighbours: readonly string[];
}

/** What is of no use to anybody outside (RFC 1918, RFC 4193). */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'] as const;

/** Reads the flags. Throws {@link UsageError}. */
export function readDistribution(given: (name: 'organizations' | 'advertise' | 'neighbours') => Given | undefined): Distribution {
  const [organizations, advertise, neighbours] = (['organizations', 'advertise', 'neighbours'] as const).map(given);
  return {
    organizations: organizations === undefined ? null : readNames(organizations),
    advertise: advertise === undefined ? null : readAddress(advertise),
    neighbours: neighbours === undefined ? [] : readNetworks(neighbours),
  };
}

function readNames({ value, origin }: Given): ReadonlySet<string> {
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  if (names.includes('')) throw new UsageError(`${origin}: ${JSON.stringify(value)} is no list of organisations`);
  return new Set(names);
}

function readAddress({ value, origin }: Given): string {
  if (isIP(value) === 0 || value === '0.0.0.0' || value === '::')
    throw new UsageError(`${origin}: ${JSON.stringify(value)} is not an address that others can reach`);
  return value;
}

function readNetworks({ value, origin }: Given): readonly string[] {
  return value.split(',').map((text) => {
    const [, address = '', digits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(text.trim()) ?? [];
    const prefix = Number(digits);
    const isPrivate = privateNetworks.some((network) => prefix >= Number(network.split('/')[1]) && isWithin([network])(address));
    if (!isPrivate || prefix > (isIPv6(address) ? 128 : 32))
      throw new UsageError(`${origin}: ${JSON.stringify(text)} is no network within ${privateNetworks.join(', ')}`);
    return `${address}/${prefix}`;
  });
}

/** Whether an address, as text, is one of these networks; a name is not. */
export function isWithin(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
