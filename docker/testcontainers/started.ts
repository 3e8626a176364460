import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AbstractStartedContainer, type RestartOptions, type StartedTestContainer } from 'testcontainers';
import { type AdminClient, createAdminClient } from '../../services/cli/admin-client.ts';
import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { PublishedPorts } from './published-ports.ts';

/** What a container was started with. */
export interface StartedWith {
  readonly token: string;
  readonly ports: PublishedPorts;
  /** Folder of this machine that traces are written to when it stops; null: none. */
  readonly traces: string | null;
}

/** What the lab tells of itself once it knows its published ports. */
interface Told {
  readonly endpoints: EndpointsDocument;
  readonly caPem: string;
}

/** Tells a container's lab its published ports. */
export async function openStarted(started: StartedTestContainer, how: StartedWith): Promise<StartedCoexistContainer> {
  return new StartedCoexistContainer(started, how, await publish(started, how));
}

/** A lab in a container that is ready. Addresses are those of this machine, unless they say otherwise. */
export class StartedCoexistContainer extends AbstractStartedContainer {
  readonly #how: StartedWith;
  #told: Told;

  constructor(started: StartedTestContainer, how: StartedWith, told: Told) {
    super(started);
    this.#how = how;
    this.#told = told;
  }

  /** The control port; callers send the token, as {@link client} does. */
  getAdminUrl(): string {
    return adminUrl(this.startedTestContainer, this.#how);
  }

  getAdminToken(): string {
    return this.#how.token;
  }

  /** As `endpoints.json`, published ports in the addresses; https is by the name of this machine. */
  getEndpoints(): EndpointsDocument {
    return this.#told.endpoints;
  }

  getEwsUrl(organization: string): string {
    return this.#https(organization, '/EWS/Exchange.asmx');
  }

  getAutodiscoverUrl(organization: string): string {
    return this.#https(organization, '/autodiscover/autodiscover.xml');
  }

  getMrsProxyUrl(organization: string): string {
    return this.#https(organization, '/EWS/mrsproxy.svc');
  }

  /** The tenant's address at the authentication service, for an organisation in the cloud. Throws where it is none. */
  getAuthority(organization: string): string {
    const tenant = this.#told.endpoints.organizations[organization]?.tenantId;
    if (tenant === undefined) throw new Error(`${organization} is no organisation in the cloud`);
    return this.#https(authenticationService, `/${tenant}`);
  }

  getTokenUrl(organization: string): string {
    return `${this.getAuthority(organization)}/oauth2/v2.0/token`;
  }

  getJwksUrl(organization: string): string {
    return `${this.getAuthority(organization)}/discovery/v2.0/keys`;
  }

  /** Where servers bring an organisation's mail. */
  getSmtp(organization: string): { readonly host: string; readonly port: number } {
    const port = this.#how.ports.smtp.get(organization);
    if (port === undefined) throw new Error(`the world has no organisation ${organization}`);
    return { host: this.getHost(), port: this.getMappedPort(port) };
  }

  /** Where programs submit mail, with a user's name and password. */
  getSubmission(): { readonly host: string; readonly port: number } {
    return { host: this.getHost(), port: this.getMappedPort(this.#how.ports.submission) };
  }

  /** A forward proxy that leads the names of the world, Microsoft's spellings included, to the lab and forwards nothing. */
  getProxyUrl(): string {
    return `http://${this.getHost()}:${this.getMappedPort(this.#how.ports.proxy)}`;
  }

  /** The certificate of the lab's authority, PEM: what clients trust. */
  getCaPem(): string {
    return this.#told.caPem;
  }

  /** Virtual host -> `host:port` on this machine. */
  getHostMap(): Readonly<Record<string, string>> {
    const { endpoints } = this.#told;
    return Object.fromEntries(Object.entries(endpoints.hosts).map(([name, at]) => [name, `${this.getHost()}:${at.split(':').at(-1)}`]));
  }

  /** Talks to the control port. Failures are `CliFailure` with what the lab said. */
  client(): AdminClient {
    return createAdminClient(this.getAdminUrl(), this.#how.token);
  }

  /** Puts the world back to its seed. */
  async reset(): Promise<void> {
    await this.client().send('POST', '/_coexist/v1/reset', { to: 'seed' });
  }

  /** Writes the last thousand traces into a folder of this machine as `<id>.json`, and `traces.json` that lists them. */
  async saveTrace(folder: string): Promise<void> {
    const client = this.client();
    const { traces } = await client.get<{ readonly traces: readonly { readonly traceId: string }[] }>('/_coexist/v1/traces?limit=1000');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'traces.json'), `${JSON.stringify(traces, null, 2)}\n`);
    for (const { traceId } of traces) {
      await writeFile(join(folder, `${traceId}.json`), await client.getText(`/_coexist/v1/traces/${traceId}.json`));
    }
  }

  /** The published ports may be others afterwards; the lab is told. */
  override async restart(options?: Partial<RestartOptions>): Promise<void> {
    await super.restart(options);
    this.#told = await publish(this.startedTestContainer, this.#how);
  }

  protected override async containerStopping(): Promise<void> {
    if (this.#how.traces !== null) await this.saveTrace(this.#how.traces);
  }

  #https(owner: string, path: string): string {
    const port = this.#how.ports.https.get(owner);
    if (port === undefined) throw new Error(`the world has no organisation ${owner}`);
    return `https://${this.getHost()}:${this.getMappedPort(port)}${path}`;
  }
}

function adminUrl(started: StartedTestContainer, { ports }: StartedWith): string {
  return `http://${started.getHost()}:${started.getMappedPort(ports.control)}`;
}

async function publish(started: StartedTestContainer, how: StartedWith): Promise<Told> {
  const client = createAdminClient(adminUrl(started, how), how.token);
  const published = [...how.ports.https].map(([name, port]) => [name, { https: started.getMappedPort(port) }] as const);
  const endpoints = await client.send<EndpointsDocument>('PUT', '/_coexist/v1/endpoints', Object.fromEntries(published));
  return { endpoints, caPem: await client.getText('/_coexist/ca.pem') };
}
