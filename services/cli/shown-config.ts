import { relative } from 'node:path';
import { formatClockSetting } from '../../shared/domain/world/clock.ts';
import type { WorldReference } from '../../shared/domain/world/load.ts';
import type { Place } from '../../shared/domain/world/problems.ts';
import type { World } from '../../shared/domain/world/world.ts';
import type { Config } from '../config.ts';
import { serviceNames } from '../flags.ts';
import { inspectWorld } from '../world-source.ts';

/** One setting as it would hold. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string | number | boolean | null;
  /** `--port-base`, `COEXIST_PORT_BASE`, `coexist.world.yaml:7` or `default`. */
  readonly origin: string;
}

/**
 * Every setting that a lab would start with, secrets left out. What flags and variables leave to the world is read from its
 * files; nothing is written. Throws `WorldFileError` for a world that could not start.
 */
export async function shownSettings(config: Config, workingDir: string): Promise<readonly ShownSetting[]> {
  const { origins, ports, log } = config;
  const plain = (name: keyof Config['origins'], value: ShownSetting['value']): ShownSetting => ({
    name,
    value,
    origin: origins[name] ?? 'default',
  });
  return [
    plain('world', worldText(config.world)),
    plain('only', config.services.size === serviceNames.length ? 'all' : [...config.services].join(',')),
    ...(await worldSettings(config, workingDir)),
    plain('host', config.host),
    plain('admin-host', config.adminHost),
    plain('well-known-ports', config.wellKnownPorts),
    plain('advertise', config.advertise),
    plain('organizations', config.organizations === null ? 'all' : [...config.organizations].join(',')),
    plain('neighbours', config.neighbours.length === 0 ? null : config.neighbours.join(',')),
    plain('port-base', ports.kind === 'block' ? ports.base : null),
    plain('port', ports.kind === 'ephemeral' ? 0 : null),
    plain('data-dir', config.dataDir),
    plain('persist', config.persistDir === null ? null : withoutPassword(config.persistDir)),
    plain('import', config.importDir),
    plain('export-on-exit', config.exportDir),
    plain('trace', config.trace),
    plain('proxy', config.proxy),
    plain('dns', config.dns),
    plain('real-names', config.realNames),
    plain('detach', config.detach),
    plain('wait', `${config.waitMs}ms`),
    plain('output', log.format === 'json' ? 'json' : 'text'),
    plain('log-level', log.level),
    plain('admin-token', config.adminToken === null ? null : '(set)'),
  ];
}

function worldText(world: WorldReference): string {
  return world.kind === 'file' ? world.path : world.name;
}

/** A password in a database's address is nobody else's business. */
function withoutPassword(place: string): string {
  if (!URL.canParse(place)) return place;
  const url = new URL(place);
  for (const name of url.searchParams.keys()) if (/password/i.test(name)) url.searchParams.set(name, '***');
  if (url.password !== '') url.password = '***';
  return url.href;
}

/** Clock, seed and eras: a flag or a variable has the last word, else the world's files. */
async function worldSettings(config: Config, workingDir: string): Promise<readonly ShownSetting[]> {
  const { world, places } = await inspectWorld(config.world, (read) => [['clock'], ['random'], ...tenantsOf(read).map(eraPath)]);
  const [clock, seed, ...eras] = places;
  const told = (name: 'clock' | 'seed' | 'era', place: Place | undefined): string => {
    const origin = origins[name] ?? 'default';
    if (origin !== 'default' || place === undefined) return origin;
    return `${relative(workingDir, place.file) || place.file}:${place.line}`;
  };
  const { origins } = config;
  return [
    { name: 'clock', value: formatClockSetting(config.clock ?? world.clock), origin: told('clock', clock) },
    { name: 'seed', value: config.seed ?? world.seed, origin: told('seed', seed) },
    ...tenantsOf(world).map(({ name, era }, index) => ({
      name: `era of ${name}`,
      value: config.era ?? era,
      origin: told('era', eras[index]),
    })),
  ];
}

function tenantsOf({ organizations }: World): World['organizations'] {
  return organizations.filter(({ kind }) => kind === 'cloud');
}

function eraPath({ name }: World['organizations'][number]): readonly string[] {
  return ['organizations', name, 'era'];
}
