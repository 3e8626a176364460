import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { docker, healthy } from './engine.ts';

const run = promisify(execFile);

/** A file of docker/ that is up, under a name of its own. */
export interface Composed {
  readonly project: string;
  /** `docker compose <words>`, its output. */
  compose(...words: readonly string[]): Promise<string>;
  /** The ids of a service's containers. */
  containers(service: string): Promise<readonly string[]>;
  /** The address of a service's first container in the network `coexist`. */
  address(service: string): Promise<string>;
  down(): Promise<void>;
}

/** Words of `up` by which containers of organisations that a world has not are left out. */
export function withoutOthers(name: string, organizations: readonly string[]): readonly string[] {
  type Services = Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
  const text = readFileSync(new URL(`../../docker/${name}`, import.meta.url), 'utf8');
  const { services } = parse(text, { merge: true }) as { readonly services: Services };
  return Object.entries(services).flatMap(([service, { environment }]) => {
    const own = environment?.['COEXIST_ORGANIZATIONS'];
    return own === undefined || organizations.includes(own) ? [] : ['--scale', `${service}=0`];
  });
}

/** Starts it; resolves when every container is healthy. Published ports are the engine's choice. `words`: further ones of `up`. */
export async function composeUp(
  name: string,
  environment: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<Composed> {
  const file = new URL(`../../docker/${name}`, import.meta.url).pathname;
  const project = `coexist${randomBytes(4).toString('hex')}`;
  const ports = ['ONPREMISES', 'CLOUD', 'AUTH', 'PARTNER', 'PROXY', 'ADMIN'].map((port) => [`COEXIST_PORT_${port}`, '0']);
  const env = { ...process.env, ...Object.fromEntries(ports), ...environment };
  const isPlugin = await run('docker', ['compose', 'version']).then(
    () => true,
    () => false,
  );
  const compose: Composed['compose'] = async (...words) => {
    const asked = ['--file', file, '--project-name', project, ...words];
    const [program, given] = isPlugin ? ['docker', ['compose', ...asked]] : ['docker-compose', asked];
    return (await run(program, given, { env, maxBuffer: 16 * 1024 * 1024 })).stdout.trim();
  };
  const containers: Composed['containers'] = async (service) => (await compose('ps', '--quiet', service)).split('\n');
  const down = async (): Promise<void> => {
    await compose('down', '--volumes', '--timeout', '5');
  };
  try {
    await upAt(compose, words);
    for (const id of (await compose('ps', '--quiet')).split('\n')) await healthy(id, 300_000);
  } catch (error) {
    await down();
    throw error;
  }
  return {
    project,
    compose,
    containers,
    async address(service) {
      const [id = ''] = await containers(service);
      return docker('inspect', '--format', `{{(index .NetworkSettings.Networks "${project}_coexist").IPAddress}}`, id);
    },
    down,
  };
}

/** The engine hands out ports that somebody else on this machine may just have taken; it takes others then. */
async function upAt(compose: Composed['compose'], words: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await compose('up', '--detach', '--no-build', ...words);
      return;
    } catch (error) {
      if (attempt === 4 || !String(error).includes('address already in use')) throw error;
    }
  }
}
