import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type AuthorityListenerOptions, createAuthorityListener } from '../../../services/azure-auth/listener.ts';
import { createServicesDoor, type ServicesDoorOptions } from '../../../services/frontend/back-door.ts';
import { BackLinks } from '../../../services/frontend/back-links.ts';
import { createHttpGateway } from '../../../services/frontend/gateway.ts';
import { createFrontend, type FrontendOptions } from '../../../services/frontend/service.ts';
import { asItIs } from '../../../shared/domain/organization/advertised-urls.ts';
import { microsoftNames } from '../../../shared/domain/organization/host-map.ts';
import { createFaultBook, type FaultBook } from '../../../shared/faults/book.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { exchangeOf } from '../../../shared/service/http-exchange.ts';
import { createServiceApp } from '../../../shared/service/http-host.ts';
import type { HttpsDoor } from '../../../shared/service/https-door.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { callRaw, type RawAnswer, type RawCall } from '../../support/raw-http.ts';
import { createMemoryRecorder, type MemoryRecorder } from '../../support/recorder.ts';

export const at = Date.UTC(2026, 10, 21, 8, 0, 0);

/** Listeners over one recorder, one fault book and one authority; everything closes with it. */
export interface FrontendLab {
  readonly recorder: MemoryRecorder;
  readonly faults: FaultBook;
  readonly certificates: CertificateStore;
  readonly options: Omit<FrontendOptions, 'organizations' | 'apps'>;
  /** Opens a front end with these apps and gives its port. */
  open(apps: Readonly<Record<string, FastifyInstance>>, changes?: Partial<FrontendOptions>): Promise<{ port: number; frontend: HttpsDoor }>;
  /** Opens a back door before these services and gives its port. */
  openServices(services: Pick<ServicesDoorOptions, 'organizations' | 'apps'> & Partial<ServicesDoorOptions>): Promise<number>;
  /** Opens the authentication service's listener before this app and gives its port. */
  openAuthority(app: FastifyInstance, changes?: Partial<AuthorityListenerOptions>): Promise<number>;
  openGateway(ports?: ReadonlyMap<string, number>): Promise<number>;
  /** An app as services have it, with routes of the test. */
  app(define: (app: FastifyInstance) => void, bodyLimitBytes?: number): Promise<FastifyInstance>;
  /** An app at `/EWS/` that tells as JSON what the front end gave it. */
  echo(): Promise<FastifyInstance>;
  /** A call over TLS that trusts the lab's authority. */
  call(call: RawCall): Promise<RawAnswer>;
  /** Closes everything; throws when an exchange ended as a defect, unless the test meant it to. */
  close(options?: { readonly defectsMeant?: boolean }): Promise<void>;
}

/** Where the services are that a front end opens with: with it, or behind the back door of another process. */
export type ServicesAt = 'here' | 'behind a back door';

export async function openFrontendLab(servicesAt: ServicesAt = 'here'): Promise<FrontendLab> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-frontend-'));
  const recorder = createMemoryRecorder();
  const faults = createFaultBook({ random: seededRandom('frontend') });
  const permittedNames = Object.keys(microsoftNames);
  const certificates = await createCertificateStore({ folder, realNow: () => Date.now(), permittedNames });
  const identifiers = createIdentifiers(seededRandom('frontend'));
  const clock = { now: () => at };
  const options = { recorder, clock, identifiers, seams: faults, version: '1.2.3', traceHeaders: true, certificates };
  const closing: (() => Promise<void>)[] = [];
  const app: FrontendLab['app'] = async (define, bodyLimitBytes = 10_000) => {
    const made = createServiceApp({ bodyLimitBytes, seams: faults });
    define(made);
    await made.ready();
    closing.push(() => made.close());
    return made;
  };
  const openServices: FrontendLab['openServices'] = async (services) => {
    const door = createServicesDoor({ ...options, caPem: certificates.caPem, linkKey, ...services });
    await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
    closing.push(() => door.close(0));
    return (door.server.address() as AddressInfo).port;
  };
  return {
    recorder,
    faults,
    certificates,
    options,
    openServices,
    async open(apps, changes = {}) {
      const organizations = changes.organizations ?? [contoso];
      const services = new Map(Object.entries(apps));
      const port = servicesAt === 'here' ? undefined : await openServices({ ...changes, organizations, apps: services });
      const frontend = await createFrontend({
        ...options,
        organizations,
        defaultOrganization: 'contoso',
        apps: port === undefined ? services : new Map(),
        links: port === undefined ? undefined : linksTo((service) => (services.has(service) ? [port] : [])),
        ...changes,
      });
      await new Promise<void>((resolve) => frontend.server.listen(0, '127.0.0.1', resolve));
      closing.push(() => frontend.close(0));
      return { port: (frontend.server.address() as AddressInfo).port, frontend };
    },
    async openAuthority(app, changes = {}) {
      const listener = await createAuthorityListener({ ...options, app, ...changes });
      await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve));
      closing.push(() => listener.close(0));
      return (listener.server.address() as AddressInfo).port;
    },
    async openGateway(ports = new Map()) {
      const gateway = createHttpGateway({ ...options, organizations: [contoso, contosoCloud], publishedPorts: () => ports, spell: asItIs });
      await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
      closing.push(() => gateway.close(0));
      return (gateway.server.address() as AddressInfo).port;
    },
    app,
    echo: () => app(defineEcho),
    call: (call) => callRaw({ ca: certificates.caPem, ...call }),
    async close({ defectsMeant = false } = {}) {
      for (const step of closing.reverse()) await step();
      await rm(folder, { recursive: true });
      const [defect] = recorder.defects();
      if (defect !== undefined && !defectsMeant) throw new Error(`${defect.start.target} ended as a defect`, { cause: defect.error });
    },
  };
}

/** What the front ends and back doors of a test know each other by. */
export const linkKey = Buffer.alloc(32, 7);

/** The way to back doors at these ports. */
export function linksTo(ports: (service: string) => readonly number[]): BackLinks {
  return new BackLinks({ linkKey, doors: (service) => ports(service).map((port) => ({ address: '127.0.0.1', port })) });
}

function defineEcho(app: FastifyInstance): void {
  app.all('/EWS/*', (request) => {
    const { organization, instant, authority, peer, tls } = exchangeOf(request);
    const hash = tls?.certificateHash.toString('hex');
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : null;
    return { service: 'ews', organization: organization.name, instant, authority, peer, hash, url: request.url, body };
  });
}
