import { randomBytes } from 'node:crypto';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { inspectWorld } from '../../services/world-source.ts';
import { worldHosts } from '../../shared/domain/organization/world-hosts.ts';
import { portBase, publishedPorts } from './published-ports.ts';
import { openStarted, type StartedCoexistContainer } from './started.ts';

export type { StartedCoexistContainer } from './started.ts';

/** A rule of faults, as `POST /_coexist/v1/faults` takes it. */
export type FaultRule = Readonly<Record<string, unknown>>;

/**
 * A lab in a container: `await using lab = await new CoexistContainer('coexist:dev').withNetwork(network).start()`. In a
 * network every virtual host of the world, Microsoft's spellings included, is an alias of it, so that other containers reach
 * `https://mail.contoso.test` as it stands; on this machine each organisation has a published port, which the lab is told.
 */
export class CoexistContainer extends GenericContainer {
  readonly #token = randomBytes(24).toString('base64url');
  readonly #broken: string[] = [];
  readonly #faults: FaultRule[] = [];
  #world: string | object = 'contoso-hybrid';
  #traces: string | null = null;

  constructor(image: string) {
    super(image);
    this.withStartupTimeout(120_000).withWaitStrategy(Wait.forHttp('/readyz', portBase + 60));
  }

  /** The name of a shipped world, or what stands in a world file; a file of one's own is read by whoever calls. */
  withWorld(world: string | object): this {
    this.#world = world;
    return this.withEnvironment(
      typeof world === 'string' ? { COEXIST_CONFIG: world } : { COEXIST_CONFIG_JSON: JSON.stringify(world), COEXIST_CONFIG: '' },
    );
  }

  /** Of every cloud organisation: `2016`, `2019`, `2025-11`, `2026-10`, `2027-04`. */
  withEra(era: string): this {
    return this.withEnvironment({ COEXIST_ERA: era });
  }

  /** `real`, `offset:+30d` or `frozen@2026-11-01T09:00Z`. */
  withClock(clock: string): this {
    return this.withEnvironment({ COEXIST_CLOCK: clock });
  }

  withSeed(seed: string): this {
    return this.withEnvironment({ COEXIST_SEED: seed });
  }

  /** Only these services run. */
  withServices(...names: readonly string[]): this {
    return this.withEnvironment({ COEXIST_ONLY: names.join(',') });
  }

  /** Addresses that the lab gives out have Microsoft's own names where hosts have one. */
  withRealNames(): this {
    return this.withEnvironment({ COEXIST_REAL_NAMES: '1' });
  }

  /** Misconfigurations by name, made when the lab is ready. */
  withBroken(...ids: readonly string[]): this {
    this.#broken.push(...ids);
    return this;
  }

  /** Fault rules, set when the lab is ready. */
  withFaults(...rules: readonly FaultRule[]): this {
    this.#faults.push(...rules);
    return this;
  }

  /** What is kept of exchanges; with a folder of this machine, all traces are written there when the container stops. */
  withTrace(mode: 'off' | 'on' | 'retain-on-failure', folder?: string): this {
    this.#traces = folder ?? null;
    return this.withEnvironment({ COEXIST_TRACE: mode });
  }

  /** Rejects as testcontainers does, and with `WorldFileError` for a world that could not start. */
  override async start(): Promise<StartedCoexistContainer> {
    const told = this.#world;
    const { world } = await inspectWorld(
      typeof told === 'string' ? { kind: 'named', name: told } : { kind: 'text', name: 'the world', text: JSON.stringify(told) },
      () => [],
    );
    const ports = publishedPorts(world);
    this.withEnvironment({ COEXIST_ADMIN_HOST: '0.0.0.0', COEXIST_ADMIN_TOKEN: this.#token, COEXIST_PORT_BASE: String(portBase) });
    this.withExposedPorts(...new Set([...ports.https.values(), ...ports.others]), '53/udp');
    // Aliases belong to a network; without one there is nobody to know them.
    if (this.networkMode !== undefined) this.withNetworkAliases(...worldHosts(world));
    const started: StartedTestContainer = await super.start();
    try {
      const lab = await openStarted(started, { token: this.#token, ports, traces: this.#traces });
      const client = lab.client();
      for (const rule of this.#faults) await client.send('POST', '/_coexist/v1/faults', rule);
      for (const id of this.#broken) await client.send('POST', `/_coexist/v1/topology/break/${encodeURIComponent(id)}`, {});
      return lab;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }
}
