// `npm run lock`, after `npm install` changed package-lock.json. npm leaves out optional packages of other platforms when
// the registry in use lacks them, and `npm ci` then refuses the lock: their names, versions and platforms are added.
import { readFileSync, writeFileSync } from 'node:fs';
import { isPlaced, type LockEntry, lockViolations } from './lock.ts';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const file = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockEntry> };

for (const [path, owner] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    if (isPlaced(lock.packages, path, name)) continue;
    lock.packages[`node_modules/${name}`] = platformPackage(name, version, owner);
    console.log(`added ${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages)
    .map(([path, { resolved: _, ...entry }]): [string, LockEntry] => [path, entry])
    .sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
const left = lockViolations(lock.packages);
if (left.length > 0) throw new Error(left.join('\n'));

/** The entry of a package named after its platform: `@scope/tool-linux-x64-musl`. Its integrity stays unknown. */
function platformPackage(name: string, version: string, owner: LockEntry): LockEntry {
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const first = words.findIndex((word) => systems.includes(word));
  const [os, cpu, abi = ''] = words.slice(first);
  if (first < 0 || os === undefined || cpu === undefined || !/^\d/.test(version)) {
    throw new Error(
      `package-lock.json lacks ${name}@${version}, and its name tells no platform. Run \`npm install\` where the registry has it.`,
    );
  }
  const libc = os !== 'linux' ? undefined : abi.startsWith('musl') ? 'musl' : 'glibc';
  const { dev, license, engines } = owner;
  return {
    version,
    cpu: [cpu],
    ...(dev === undefined ? {} : { dev }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(license === undefined ? {} : { license }),
    optional: true,
    os: [os],
    ...(engines === undefined ? {} : { engines }),
  };
}
