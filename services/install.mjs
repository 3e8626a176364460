// Runs before `npm start` and `npm test`, on whatever Node the machine has: it installs the dependencies (among them the
// Node that the project runs on) when they are absent or differ from package-lock.json, and costs nothing otherwise. Scripts that
// are named behind it are run on that Node: a shell that has found another one by then would go on with it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = `${root}package-lock.json`;
const stampFile = `${root}node_modules/.coexist-installed`;
const node = `${root}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;

const lock = readFileSync(lockFile, 'utf8');
// The platform belongs to the stamp: a tree mounted into a container carries the wrong binaries.
const stamp = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(lock).digest('hex');
if (read(stampFile) !== stamp) {
  if (installedByHand()) writeFileSync(stampFile, stamp);
  else install();
}
for (const script of process.argv.slice(2)) {
  const { status } = spawnSync(node, [`${root}${script}`], { stdio: 'inherit' });
  if (status !== 0) fail(`${script} failed.`);
}

function install() {
  console.error('coexist: installing dependencies with `npm ci`; this happens once and takes about a minute.');
  // The npm that runs this script runs on the machine's own Node; the one under node_modules may be replaced meanwhile.
  const { npm_execpath: npm = '', npm_node_execpath: runtime = process.execPath } = process.env;
  const [command, ...before] = /npm-cli\.[cm]?js$/.test(npm) ? [runtime, npm] : ['npm'];
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, [...before, ...flags], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: before.length === 0 && process.platform === 'win32',
  });
  if (status !== 0)
    fail(
      `\`npm ci\` ${error ? `could not be run (${error.message})` : `failed with code ${status}`}. Mend what it says above, then run the command again.`,
    );
  const version = bundledVersion();
  if (!(version >= 24))
    fail('the Node that comes with the dependencies does not run. Allow the install script of the package `node` and run `npm ci` again.');
  writeFileSync(stampFile, stamp);
}

/** True when somebody ran `npm ci` or `npm install` themselves: npm keeps a copy of the lock of what it put there. */
function installedByHand() {
  const copy = read(`${root}node_modules/.package-lock.json`);
  if (copy === undefined) return false;
  const installed = JSON.parse(copy).packages;
  return (
    Object.entries(JSON.parse(lock).packages).every(([path, { version, integrity, optional }]) => {
      if (path === '') return true;
      const found = installed[path];
      return found === undefined
        ? optional === true
        : found.version === version && (integrity === undefined || found.integrity === integrity);
    }) && bundledVersion() >= 24
  );
}

/** Major version of the bundled Node, NaN when it does not run. */
function bundledVersion() {
  return Number.parseInt(spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout ?? '', 10);
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`coexist: ${message}`);
  process.exit(3);
}
