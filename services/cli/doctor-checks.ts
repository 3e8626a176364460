import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { createWorldClock } from '../../shared/domain/world/clock.ts';
import type { World } from '../../shared/domain/world/world.ts';
import { machineNow } from '../../shared/kernel/machine-clock.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { Config } from '../config.ts';
import { isDatabase } from '../config.ts';
import { listenerPorts, wellKnownOf } from '../ports.ts';
import { inspectWorld } from '../world-source.ts';
import { createAdminClient } from './admin-client.ts';
import { isAlive, readEndpoints } from './locate.ts';

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly check: string;
  /** `failed`: a lab would not start; `warning`: some clients would not work; `skipped`: there is nothing to look at. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly says: string;
  /** What to do about it; null when nothing is. */
  readonly advice: string | null;
}

/** What the checks look at. */
interface Patient {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  /** The lab of the data folder, if one has left its endpoints there. */
  readonly lab: EndpointsDocument | undefined;
}

const oldestNode = 24;
const lookupMs = 3_000;

/** Looks at everything, in the order in which a lab and then its clients would meet it. Throws what a world file that cannot be read throws. */
export async function examine(config: Config, environment: NodeJS.ProcessEnv): Promise<readonly DoctorCheck[]> {
  const { world } = await inspectWorld(config.world, () => []);
  const lab = readEndpoints(config.endpointsFile);
  const patient: Patient = { config, environment, lab: lab !== undefined && isAlive(lab.pid) ? lab : undefined };
  const caFile = patient.lab?.caFile ?? join(config.dataDir, 'certificates', 'ca.pem');
  const caPem = existsSync(caFile) ? readFileSync(caFile, 'utf8') : undefined;
  const authority = certificateAuthority(caFile, caPem, instantOf(config, world));
  return [
    nodeVersion(process.versions.node),
    dataFolder(config.dataDir),
    ...(config.persistDir === null || isDatabase(config.persistDir) ? [] : [dataFolder(config.persistDir, 'persist folder')]),
    await runningLab(patient, lab),
    ...(await ports(patient, world)),
    worldTime(config, world),
    authority,
    ...(caPem === undefined || authority.state === 'failed' ? [] : [nodeTrust(caPem), await opensslTrust(caFile, environment)]),
    proxies(patient),
    await testNames(world),
  ];
}

function ok(check: string, says: string): DoctorCheck {
  return { check, state: 'ok', says, advice: null };
}

function nodeVersion(version: string): DoctorCheck {
  if (Number.parseInt(version, 10) >= oldestNode) return ok('Node', `${version}, ${process.execPath}`);
  return {
    check: 'Node',
    state: 'failed',
    says: `${version}; ${oldestNode} or later is needed`,
    advice: 'run npm ci in the package: it brings one',
  };
}

function dataFolder(dir: string, check = 'data folder'): DoctorCheck {
  let existing = dir;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const wrong = !statSync(existing).isDirectory()
    ? `${existing} is no folder`
    : canWrite(existing)
      ? undefined
      : `${existing} cannot be written`;
  if (wrong === undefined) return ok(check, existing === dir ? dir : `${dir} will be made`);
  return { check, state: 'failed', says: wrong, advice: 'choose another one with --data-dir (COEXIST_DATA_DIR), or make this one yours' };
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function runningLab({ lab, config }: Patient, left: EndpointsDocument | undefined): Promise<DoctorCheck> {
  const check = 'running lab';
  if (lab === undefined) {
    if (left === undefined) return { check, state: 'skipped', says: `none has been started from ${config.dataDir}`, advice: null };
    return {
      ...{ check, state: 'warning', says: `process ${left.pid} of ${config.endpointsFile} has ended without saying so` },
      advice: 'start it again; what programs have read from that file holds no more',
    };
  }
  const { ready, pending, answers } = await createAdminClient(lab.adminUrl, config.adminToken ?? lab.adminToken).readiness();
  if (ready) return ok(check, `process ${lab.pid} is ready at ${lab.adminUrl}`);
  const says = answers
    ? `process ${lab.pid} is not ready; it waits for ${pending.join(', ') || 'nothing it says'}`
    : `process ${lab.pid} does not answer at ${lab.adminUrl}`;
  return {
    check,
    state: 'warning',
    says,
    advice: answers ? 'coexist ready --wait 30s' : 'coexist down; then look at coexist.log in the data folder',
  };
}

/** Binds each port for a moment. A lab that runs has its own. */
async function ports({ config, lab }: Patient, world: World): Promise<readonly DoctorCheck[]> {
  const check = 'ports';
  if (config.ports.kind === 'ephemeral') return [ok(check, 'the system chooses free ones')];
  const { organizations, smtp, clients, perimeters, ...single } = listenerPorts(
    config.ports,
    world.organizations,
    wellKnownOf(world, config),
  );
  const { dns: nameServer, ...tcp } = single;
  const numbers = [
    ...Object.values(tcp).map((port) => port ?? 0),
    nameServer,
    ...[organizations, smtp, clients, perimeters].flatMap((map) => [...map.values()]),
  ];
  const wanted = [...new Set(numbers.filter((port) => port > 0))].sort((a, b) => a - b);
  const taken = (await Promise.all(wanted.map((port) => whyTaken(config.host, port)))).filter((why) => why !== null);
  const udp = config.dns ? await whyTakenByUdp(config.host, nameServer) : null;
  const all = [...taken, ...(udp === null ? [] : [udp])];
  const range = `${wanted.at(0)} to ${wanted.at(-1)} of ${config.host}`;
  if (all.length === 0) return [ok(check, `${range} are free`)];
  // What runs here already does not stand in its own way.
  if (lab !== undefined && wanted.includes(Number(new URL(lab.adminUrl).port))) return [ok(check, `${range} are those of the running lab`)];
  const advice = 'end what uses them, move the block with --port-base, or take free ones with --port 0';
  return [{ check, state: 'failed', says: all.join('; '), advice }];
}

function whyTaken(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(reason(port, code)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function whyTakenByUdp(host: string, port: number): Promise<string | null> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(`udp ${reason(port, code)}`));
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

function reason(port: number, code: string | undefined): string {
  return `${port} ${code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'may not be bound by this user' : `cannot be bound (${code})`}`;
}

function instantOf({ clock }: Config, world: World): number {
  return createWorldClock({ setting: clock ?? world.clock, organizations: [], realNow: machineNow }).now();
}

/** The machine's clock is the one by which peers judge certificates. */
function worldTime(config: Config, world: World): DoctorCheck {
  const check = 'clock';
  const [now, instant] = [machineNow(), instantOf(config, world)];
  const made = statSync(new URL('../../package.json', import.meta.url)).mtimeMs;
  const times = `the machine's is ${new Date(now).toISOString()}, the world's ${new Date(instant).toISOString()}`;
  if (now >= made - 86_400_000) return ok(check, times);
  return {
    check,
    state: 'warning',
    says: `${times}; this package is newer than that`,
    advice: "set the machine's clock: certificates are judged by it",
  };
}

/** Valid by the machine's clock, which clients go by, and by the world's, which cmdlets and tests go by. */
function certificateAuthority(file: string, pem: string | undefined, worldNow: number): DoctorCheck {
  const check = 'CA';
  if (pem === undefined) return { check, state: 'skipped', says: `${file} is made by the first start`, advice: null };
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return {
      check,
      state: 'failed',
      says: `${file} is no certificate`,
      advice: 'put the right one there, or remove it and its key: the next start makes new ones',
    };
  }
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const span = `valid from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  for (const [whose, now] of [
    ["the machine's", machineNow()],
    ["the world's", worldNow],
  ] as const) {
    if (now >= from && now <= to) continue;
    return {
      ...{ check, state: 'warning', says: `${file} is ${span}; by ${whose} clock it is ${new Date(now).toISOString()}` },
      advice:
        whose === "the world's"
          ? 'clients that go by world time refuse it: choose another --clock'
          : 'remove it and its key, start a lab, and have clients trust the new one',
    };
  }
  return ok(check, `${file}, ${span}`);
}

const howToTrust = 'eval "$(coexist env)" for this shell, or coexist cert trust for the machine';

/** Programs of Node that are started from here take their authorities from where this one takes them. */
function nodeTrust(caPem: string): DoctorCheck {
  const wanted = new X509Certificate(caPem).fingerprint256;
  const trusted = getCACertificates('default').some((pem) => new X509Certificate(pem).fingerprint256 === wanted);
  if (trusted) return ok('trust of Node', 'it takes the CA');
  return {
    check: 'trust of Node',
    state: 'warning',
    says: 'it does not know the CA',
    advice: `${howToTrust} (with NODE_OPTIONS=--use-system-ca)`,
  };
}

/** What openssl and curl go by, asked of openssl itself. */
async function opensslTrust(caFile: string, environment: NodeJS.ProcessEnv): Promise<DoctorCheck> {
  const check = 'trust of OpenSSL and curl';
  const status = await new Promise<number | null>((resolve) => {
    const child = spawn('openssl', ['verify', caFile], { env: environment, stdio: 'ignore', timeout: lookupMs });
    child.once('error', () => resolve(null)).once('exit', (code) => resolve(code ?? 1));
  });
  if (status === null) return { check, state: 'skipped', says: 'there is no openssl to ask', advice: null };
  return status === 0 ? ok(check, 'they take the CA') : { check, state: 'warning', says: 'they do not know the CA', advice: howToTrust };
}

const proxyNames = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

function proxies({ environment, lab }: Patient): DoctorCheck {
  const check = 'proxy variables';
  const value = (name: string): string => environment[name] || environment[name.toLowerCase()] || '';
  const set = proxyNames.filter((name) => value(name) !== '');
  if (set.length === 0) return ok(check, 'none is set');
  const foreign = set.filter((name) => lab?.proxyUrl == null || new URL(lab.proxyUrl).host !== hostOf(value(name)));
  if (foreign.length === 0) return ok(check, `${set.join(', ')} lead to the lab's proxy`);
  const direct = value('NO_PROXY')
    .split(',')
    .map((entry) => entry.trim());
  if (direct.includes('*') || ['localhost', '127.0.0.1'].every((host) => direct.includes(host)))
    return ok(check, `${foreign.join(', ')} spare localhost`);
  return {
    ...{ check, state: 'warning', says: `${foreign.join(', ')} lead elsewhere and do not spare localhost and 127.0.0.1` },
    advice: 'set NO_PROXY=localhost,127.0.0.1,::1, or have coexist env --proxy set all of them',
  };
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Names of the world are found by its own proxy and name server; the machine's own resolver should know nothing else of them. */
async function testNames(world: World): Promise<DoctorCheck> {
  const check = '.test names';
  const host = world.organizations[0]?.hosts.web ?? 'mail.contoso.test';
  const late = new Promise<'late'>((resolve) => void setTimeout(() => resolve('late'), lookupMs).unref());
  const found = await Promise.race([dns.lookup(host).catch(({ code }: NodeJS.ErrnoException) => code ?? 'failed'), late]);
  const byProxy = 'clients find it by localhost addresses, or by coexist env --proxy';
  if (found === 'late')
    return {
      check,
      state: 'warning',
      says: `the machine's resolver takes more than ${lookupMs} ms for ${host}`,
      advice: 'coexist env --proxy spares clients the question',
    };
  if (typeof found === 'string') return ok(check, `the machine's resolver does not know ${host} (${found}); ${byProxy}`);
  if (/^(127\.|::1$)/.test(found.address)) return ok(check, `${host} is ${found.address}`);
  return {
    ...{ check, state: 'warning', says: `the machine's resolver says that ${host} is ${found.address}` },
    advice: "some resolver answers for names that cannot be (RFC 6761 6.2): take the lab's own, or coexist env --proxy",
  };
}
