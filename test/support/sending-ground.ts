import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SenderParts } from '../../services/smtp/sending/context.ts';
import { createSender, type Sender } from '../../services/smtp/sending/sender.ts';
import type { ReportAction, Undelivered } from '../../shared/bridges/mailflow/reports.ts';
import type { CmdletObject } from '../../shared/cmdlets/cmdlet.ts';
import { runCmdlet } from '../../shared/cmdlets/index.ts';
import { openDirectory } from '../../shared/domain/directory/directory.ts';
import type { NextHop } from '../../shared/domain/mailflow/next-hop.ts';
import { enqueue, nextMessageNumber } from '../../shared/domain/mailflow/queue.ts';
import { queueTimer, readQueues } from '../../shared/domain/mailflow/queue-hold.ts';
import type { TransportFacts } from '../../shared/domain/mailflow/transport-message.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { createOrganization, openRegistry } from '../../shared/domain/organization/registry.ts';
import { createWorldClock, type WorldClock } from '../../shared/domain/world/clock.ts';
import { createTimerRunner, type TimerRunner } from '../../shared/domain/world/timers.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import type { NameAnswer } from '../../shared/kernel/resource-record.ts';
import { calmSeams } from '../../shared/kernel/seams.ts';
import { type CertificateStore, createCertificateStore } from '../../shared/net/certificates.ts';
import type { Resolution } from '../../shared/net/dial-way.ts';
import { createDialer } from '../../shared/net/dialer.ts';
import { openStore, type Store } from '../../shared/store/database.ts';
import { testScope } from './cmdlet-scope.ts';
import { createMemoryRecorder, type MemoryRecorder } from './recorder.ts';

/** A report that a sender would have got. */
export interface Reported {
  readonly action: ReportAction;
  readonly sender: string;
  readonly undelivered: readonly Undelivered[];
}

/** The transport of organisations on a store, with hosts and MX records as the test says. */
export interface SendingGround {
  readonly store: Store;
  readonly clock: WorldClock;
  readonly timers: TimerRunner;
  readonly sender: Sender;
  readonly recorder: MemoryRecorder;
  readonly certificates: CertificateStore;
  readonly reports: readonly Reported[];
  /** Ports by host. */
  readonly hosts: Map<string, Resolution>;
  /** MX hosts by domain; a domain that is absent does not exist. */
  readonly exchangers: Map<string, readonly string[]>;
  put(message: {
    readonly to: readonly string[];
    readonly hop: NextHop;
    readonly text?: string;
    readonly facts?: Partial<TransportFacts>;
  }): Promise<number>;
  queues(): ReturnType<typeof readQueues>;
  another(holder: string, changes?: Partial<SenderParts>): Sender;
  /** Runs a cmdlet line in the organisation's shell. */
  run(line: string): Promise<readonly CmdletObject[]>;
  /** Rejects when something went wrong that nobody expects. */
  close(): Promise<void>;
}

export const sendingStart = Date.UTC(2026, 10, 21, 8);

/** Where mail for a domain goes without a connector's help. */
export const dns = (nextHop: string, connector = 'Internet'): NextHop => ({ delivery: 'DnsConnectorDelivery', connector, nextHop });

/** Opens it; the clock stands still. */
export async function openSendingGround(organization: Organization, store?: Store): Promise<SendingGround> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-sending-'));
  const certificates = await createCertificateStore({
    folder,
    realNow: () => Date.now(),
    permittedNames: ['mail.protection.outlook.com', 'outlook.com'],
  });
  const opened = store ?? (await openStore({ location: ':memory:' }));
  const { name } = organization;
  const clock = createWorldClock({ setting: { mode: 'frozen', at: sendingStart }, organizations: [name], realNow: () => Date.now() });
  if (store === undefined) await opened.transaction((tx) => createOrganization(tx, organization, 0, sendingStart));
  const registry = openRegistry(opened);
  const recorder = createMemoryRecorder();
  const hosts = new Map<string, Resolution>();
  const exchangers = new Map<string, readonly string[]>();
  const dialer = createDialer({
    caPem: certificates.caPem,
    clock,
    recorder,
    seams: calmSeams,
    resolve: (host) => hosts.get(host) ?? 'unknown',
  });
  const reports: Reported[] = [];
  const defects: unknown[] = [];
  const directory = openDirectory(opened, name);
  const parts: SenderParts = {
    ...{ store: opened, clock, dialer, certificates, realNow: () => Date.now(), holder: 'test' },
    organizations: () => registry.current(),
    settings: registry.settings,
    directory: () => directory,
    identifiers: createIdentifiers(seededRandom('sending')),
    names: { lookUp: async (asked) => mxAnswer(asked, exchangers.get(asked)) },
    network: { addresses: ['127.0.0.1'], refused: [] },
    serves: () => true,
    report: async (_ground, action, message, undelivered) => {
      reports.push({ action, sender: message.sender, undelivered });
      return undefined;
    },
    onDefect: (error) => void defects.push(error),
  };
  const sender = createSender(parts);
  const timers = createTimerRunner({
    ...{ store: opened, clock, owner: 'test', realNow: () => Date.now(), onDefect: (error) => void defects.push(error) },
    handlers: { [queueTimer]: (timer) => sender.fire(timer) },
  });
  return {
    ...{ store: opened, clock, timers, sender, recorder, certificates, reports, hosts, exchangers },
    async put({ to, hop, text = 'Subject: Hello\r\n\r\nHi\r\n', facts = {} }) {
      return opened.transaction(async (tx) => {
        const { number } = await nextMessageNumber(tx, name, 1);
        const now = clock.now(name);
        const waiting = {
          ...{
            sender: 'mary@contoso.test',
            internetMessageId: `<${number}@contoso.test>`,
            subject: 'Hello',
            expires: now + 2 * 86_400_000,
          },
          octets: Buffer.from(text),
          facts: { ...plainFacts, ...facts },
          recipients: to.map((address) => ({ address, hop })),
        };
        await enqueue(tx, name, number, waiting, now);
        return number;
      });
    },
    queues: () => readQueues(opened.read, name, Date.now()),
    run: async (line) =>
      runCmdlet(await testScope({ store: opened, registry, directory: () => directory }, organization, clock.now(name)), line),
    another: (holder, changes) => createSender({ ...parts, holder, ...changes }),
    async close() {
      await timers.stop();
      await sender.stop();
      await dialer.close();
      directory.close();
      registry.close();
      await opened.close();
      await rm(folder, { recursive: true });
      if (defects.length > 0 || recorder.defects().length > 0)
        throw new AggregateError([...defects, ...recorder.defects().map(({ error }) => error)]);
    },
  };
}

const plainFacts: TransportFacts = {
  ...{ source: 'STOREDRIVER', authAs: 'Internal', authSource: 'EX-SE-01.contoso.test', authMechanism: '04' },
  ...{ directionality: 'Originating', connector: '' },
};

function mxAnswer(name: string, exchangers: readonly string[] | undefined): NameAnswer {
  const answers = (exchangers ?? []).map((exchange, index) => ({
    name,
    ttlSeconds: 60,
    type: 'MX' as const,
    exchange,
    preference: 10 * (index + 1),
  }));
  return { code: exchangers === undefined ? 'NXDOMAIN' : 'NOERROR', answers, authorities: [] };
}
