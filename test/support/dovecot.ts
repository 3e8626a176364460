import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { vi } from 'vitest';

/** A Dovecot of its own: from a folder of its own, beside whichever the machine runs. */
export interface Dovecot {
  /** TLS from the first octet. */
  readonly imaps: number;
  /** Without TLS, or by STARTTLS. */
  readonly imap: number;
  /** Whatever its owner does to a mailbox, as a client of his own. */
  as<T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export const dovecotProgram = '/usr/sbin/dovecot';
export const dovecotPassword = 'Source-Secret-1';
const account = 'dovecot';

/** Whether a Dovecot can be run: its master is root's. */
export function canRunDovecot(): boolean {
  return existsSync(dovecotProgram) && process.getuid?.() === 0;
}

/** Starts it on two ports that nobody has; everybody who knows {@link dovecotPassword} has a mailbox there. */
export async function startDovecot(
  certificate: { readonly cert: string; readonly key: string },
  { connections = 50 }: { /** Of one user from one address. */ readonly connections?: number } = {},
): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-dovecot-'));
  const uid = Number(execFileSync('id', ['-u', account]));
  const gid = Number(execFileSync('id', ['-g', account]));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'mail'));
  chownSync(join(folder, 'mail'), uid, gid);
  const log = join(folder, 'log');
  for (const [name, text] of Object.entries(certificate)) writeFileSync(join(folder, `${name}.pem`), text, { mode: 0o600 });
  for (let attempt = 1; ; attempt += 1) {
    const [imap, imaps] = [await freePort(), await freePort()];
    writeFileSync(join(folder, 'dovecot.conf'), configuration(folder, { imap, imaps, uid, gid, log, connections }));
    const child = spawn(dovecotProgram, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async (): Promise<void> => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    // Somebody else may have taken a port in between.
    try {
      await vi.waitFor(() => greets(imap), { timeout: 10_000 });
    } catch (error) {
      child.kill();
      await ended;
      if (attempt < 3) continue;
      throw new Error(`Dovecot does not start: ${existsSync(log) ? readFileSync(log, 'utf8') : ''}`, { cause: error });
    }
    return { imap, imaps, as: (user, work) => signedIn(imap, user, work), stop };
  }
}

interface Settings {
  readonly imap: number;
  readonly imaps: number;
  readonly uid: number;
  readonly gid: number;
  readonly log: string;
  readonly connections: number;
}

function configuration(folder: string, { imap, imaps, uid, gid, log, connections }: Settings): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${log}
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = ${account}
default_login_user = dovenull
mail_location = maildir:${folder}/mail/%u
mail_max_userip_connections = ${connections}
passdb {
  driver = static
  args = password=${dovecotPassword}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
  mailbox Drafts {
    auto = create
    special_use = \\Drafts
  }
  mailbox Spam {
    special_use = \\Junk
  }
  mailbox Trash {
    auto = create
    special_use = \\Trash
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`;
}

async function signedIn<T>(port: number, user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const auth = { user, pass: dovecotPassword };
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false, disableAutoIdle: true });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout();
  }
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

function greets(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    socket.once('data', (chunk) => {
      socket.destroy();
      if (chunk.toString().startsWith('* OK')) resolve();
      else reject(new Error('no greeting'));
    });
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => reject(new Error(`nobody greets on ${port}`)));
  });
}
