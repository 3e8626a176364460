import { isIP } from 'node:net';
import { type Given, UsageError } from './flags.ts';

/** What a process of a lab that several share is told of its place in it. */
export interface Distribution {
  /** Organisations that it opens front ends and SMTP for, in lower case; null: all. */
  readonly organizations: ReadonlySet<string> | null;
  /** The address under which the others reach it; null: one that it has. */
  readonly advertise: string | null;
}

/** Reads the two flags. Throws {@link UsageError}. */
export function readDistribution(given: (name: 'organizations' | 'advertise') => Given | undefined): Distribution {
  const [organizations, advertise] = (['organizations', 'advertise'] as const).map(given);
  return {
    organizations: organizations === undefined ? null : readNames(organizations),
    advertise: advertise === undefined ? null : readAddress(advertise),
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
