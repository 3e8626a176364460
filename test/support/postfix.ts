import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A Postfix of its own: from a folder of its own, beside whichever the machine runs. */
export interface Postfix {
  readonly port: number;
  /** Messages that it has put into its mailbox, as they are kept. */
  received(): readonly string[];
  /** Its log so far. */
  log(): string;
  stop(): void;
}

/** What a Postfix is set up with. */
export interface PostfixOptions {
  /** What it calls itself, and where it keeps mail. */
  readonly host: string;
  readonly domain: string;
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Whom it trusts, as a server and as a client. */
  readonly caFile: string;
  /** Where mail for other domains goes, and the name that the certificate there must carry. */
  readonly routes: readonly { readonly domain: string; readonly port: number; readonly name: string }[];
}

export const postfixProgram = '/usr/sbin/postfix';
const account = 'postfix';

/** Whether a Postfix can be run: its master has to be root's. */
export function canRunPostfix(): boolean {
  return existsSync(postfixProgram) && process.getuid?.() === 0;
}

/** Starts it; it takes mail from this machine by STARTTLS alone, and sends it on by verified TLS alone. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-postfix-'));
  const uid = Number(execFileSync('id', ['-u', account]));
  chmodSync(folder, 0o755);
  for (const name of ['etc', 'queue', 'data', 'mail']) mkdirSync(join(folder, name));
  for (const name of ['data', 'mail']) chownSync(join(folder, name), uid, uid);
  const postfix = (word: string): void => void execFileSync(postfixProgram, ['-c', join(folder, 'etc'), word], { stdio: 'pipe' });
  const logFile = join(folder, 'mail.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    configure(folder, port, uid, options);
    // Somebody else may have taken the port in between.
    try {
      postfix('start');
      await answers(port, options.host);
    } catch (error) {
      if (attempt < 3) continue;
      throw new Error(`Postfix does not start: ${existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''}`, { cause: error });
    }
    const inbox = join(folder, 'mail', 'inbox', 'new');
    return {
      port,
      received: () => (existsSync(inbox) ? readdirSync(inbox).map((name) => readFileSync(join(inbox, name), 'utf8')) : []),
      log: () => readFileSync(logFile, 'utf8'),
      stop() {
        postfix('stop');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
}

function configure(folder: string, port: number, uid: number, { host, domain, certificate, caFile, routes }: PostfixOptions): void {
  const etc = (name: string, text: string): string => {
    const file = join(folder, 'etc', name);
    writeFileSync(file, text, { mode: 0o644 });
    return file;
  };
  const destination = (route: PostfixOptions['routes'][number]): string => `[127.0.0.1]:${route.port}`;
  const settings = {
    ...{ compatibility_level: '3.6', mail_owner: account, setgid_group: 'postdrop' },
    ...{ queue_directory: join(folder, 'queue'), data_directory: join(folder, 'data') },
    ...{ daemon_directory: '/usr/lib/postfix/sbin', command_directory: '/usr/sbin' },
    ...{ maillog_file: join(folder, 'mail.log'), maillog_file_prefixes: folder },
    ...{ myhostname: host, mydestination: '', mynetworks: '127.0.0.0/8', inet_interfaces: '127.0.0.1', inet_protocols: 'ipv4' },
    ...{ smtp_dns_support_level: 'disabled', smtpd_peername_lookup: 'no', alias_maps: '', local_recipient_maps: '' },
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    ...{ virtual_mailbox_domains: domain, virtual_mailbox_base: join(folder, 'mail'), virtual_mailbox_maps: 'static:inbox/' },
    ...{ virtual_uid_maps: `static:${uid}`, virtual_gid_maps: `static:${uid}`, virtual_minimum_uid: '1' },
    ...{ smtpd_tls_security_level: 'encrypt', smtpd_tls_ask_ccert: 'yes', smtpd_tls_received_header: 'yes', smtpd_tls_CAfile: caFile },
    smtpd_tls_cert_file: etc('cert.pem', certificate.cert),
    smtpd_tls_key_file: etc('key.pem', certificate.key),
    ...{ smtp_tls_security_level: 'secure', smtp_tls_CAfile: caFile, smtp_tls_loglevel: '1' },
    transport_maps: `texthash:${etc('transport', routes.map((route) => `${route.domain} smtp:${destination(route)}\n`).join(''))}`,
    smtp_tls_policy_maps: `texthash:${etc('tls_policy', routes.map((route) => `${destination(route)} secure match=${route.name}\n`).join(''))}`,
  };
  etc(
    'main.cf',
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'postlog unix-dgram n - n - 1 postlogd',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ...['smtp', 'virtual'].map((name) => `${name} unix - ${name === 'virtual' ? 'n' : '-'} n - - ${name}`),
    ...['error', 'retry'].map((name) => `${name} unix - - n - - error`),
    'proxymap unix - - n - - proxymap',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
  ];
  etc('master.cf', services.map((line) => `${line}\n`).join(''));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when whoever greets on a port is the host; rejects after ten seconds. */
function answers(port: number, host: string): Promise<void> {
  return vi.waitFor(
    async () => {
      if (!(await greeting(port)).includes(host)) throw new Error(`nobody greets on ${port}`);
    },
    { timeout: 10_000 },
  );
}

function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    const done = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.once('data', (chunk) => done(chunk.toString()));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => done(''));
  });
}
