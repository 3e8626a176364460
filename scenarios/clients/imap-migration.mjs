// A Dovecot with two messages of Ida's, and a migration batch that copies them. Arguments: whose mailbox they come to, the password of the
// list. Prints how the batch ended for that person, and why. Dovecot is Debian's dovecot-imapd; it ends with this program. It listens where
// the lab reaches it: on loopback, or, with the lab on another machine or in containers, at the address by which this machine reaches that one.
// Such a lab has to know this one for its neighbour (COEXIST_NEIGHBOURS).
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [address = '', password = ''] = process.argv.slice(2);
const isRoot = userInfo().uid === 0;
// Dovecot's master is root where it can be: the mail then belongs to the account that the package has made.
const owner = isRoot ? 'dovecot' : userInfo().username;
const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, owner])));
const group = execFileSync('id', ['-gn', owner], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'coexist-imap-'));
const host = await ownAddress();
const port = await freePort();
layOut();
const dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
dovecot.on('error', (error) => fail(error));
dovecot.once('exit', early);
try {
  await greeted();
  await shell(`New-MigrationEndpoint -IMAP -Name Old -RemoteServer ${host} -Port ${port} -Security None`);
  const list = Buffer.from(`EmailAddress,UserName,Password\n${address},ida,${password}\n`).toString('base64');
  await shell(`New-MigrationBatch -Name Ida -SourceEndpoint Old -CSVData "${list}" -AutoStart`);
  process.stdout.write(`${await ending()}\n`);
} finally {
  dovecot.off('exit', early).kill();
  await new Promise((resolve) => dovecot.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}

function early() {
  fail(new Error(readFileSync(join(folder, 'log'), 'utf8')));
}

function layOut() {
  chmodSync(folder, 0o755);
  const inbox = join(folder, 'mail/ida');
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(inbox, part), { recursive: true });
  for (const [number, subject] of ['An old letter', 'Another one'].entries())
    writeFileSync(
      join(inbox, 'new', `${number + 1}.old`),
      `From: Ann <ann@source.test>\r\nTo: Ida <ida@source.test>\r\nSubject: ${subject}\r\nMessage-ID: <${number}@source.test>\r\n\r\ntext\r\n`,
    );
  if (isRoot) execFileSync('chown', ['-R', `${uid}:${gid}`, join(folder, 'mail')]);
  const login = isRoot ? 'dovenull' : owner;
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = ${host}
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = ${owner}
default_internal_group = ${group}
default_login_user = ${login}
mail_location = maildir:${folder}/mail/%u
passdb {
  driver = static
  args = password=Source-Secret-1
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
}
service anvil {
  chroot =
}
`,
  );
}

/** A line of the Exchange Management Shell in the tenant, as its administrator. */
async function shell(line) {
  const { COEXIST_ADMIN_URL: url, COEXIST_ADMIN_TOKEN: token } = process.env;
  const answer = await fetch(`${url}/_coexist/v1/cmdlets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ organization: 'contoso-cloud', line }),
  });
  const told = await answer.json();
  if (!answer.ok) fail(new Error(`${line}: ${told.detail}`));
  return told.objects;
}

/** What the batch came to for that person: `Synced`, or `Failed` with the reason. */
async function ending() {
  for (;;) {
    const [{ Status: status, ErrorSummary: reason }] = await shell(`Get-MigrationUser ${address}`);
    if (status === 'Synced' || status === 'Failed') return `${status} ${reason}`.trim();
    await pause(50);
  }
}

function ownAddress() {
  const { hostname, port: control } = new URL(process.env.COEXIST_ADMIN_URL);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(control || 80), hostname.replace(/^\[(.*)\]$/, '$1'));
    socket.once('error', reject).once('connect', () => {
      resolve(socket.localAddress);
      socket.destroy();
    });
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}

async function greeted() {
  for (;;) {
    const greeting = await new Promise((resolve) => {
      const socket = connect(port, host);
      socket.once('data', (text) => {
        socket.destroy();
        resolve(text.toString());
      });
      socket.once('error', () => resolve(''));
    });
    if (greeting.startsWith('* OK')) return;
    await pause(50);
  }
}

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  dovecot.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
