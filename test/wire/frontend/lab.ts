import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type AuthorityListenerOptions, createAuthorityListener } from '../../../services/azure-auth/listener.ts';
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

export async function openFrontendLab(): Promise<FrontendLab> {
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
  return {
    recorder,
    faults,
    certificates,
    options,
    async open(apps, changes = {}) {
      const frontend = await createFrontend({
        ...options,
        organizations: [contoso],
        defaultOrganization: 'contoso',
        apps: new Map(Object.entries(apps)),
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

function defineEcho(app: FastifyInstance): void {
  app.all('/EWS/*', (request) => {
    const { organization, instant, authority, peer, tls } = exchangeOf(request);
    const hash = tls?.certificateHash.toString('hex');
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : null;
    return { service: 'ews', organization: organization.name, instant, authority, peer, hash, url: request.url, body };
  });
}
