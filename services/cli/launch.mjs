#!/usr/bin/env node
// The `coexist` command on whatever Node the machine has: in this process where that Node runs TypeScript, else on the
// Node that the dependencies bring. Plain JavaScript without dependencies, because an old Node has to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oldest = 24;

if (Number.parseInt(process.versions.node, 10) >= oldest) await import('./coexist.ts');
else runOn(fileURLToPath(new URL(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url)));

/** @param {string} node */
function runOn(node) {
  if (!existsSync(node)) {
    const tree = existsSync(new URL('../../package-lock.json', import.meta.url));
    const advice = tree ? ` Run \`npm ci\` in ${fileURLToPath(new URL('../..', import.meta.url))}: it brings one.` : '';
    console.error(`coexist: Node ${oldest} or later is needed and this is ${process.version}.${advice}`);
    process.exit(3);
  }
  // This module again: there it finds a Node that will do.
  const itself = fileURLToPath(import.meta.url);
  const child = spawn(node, ['--max-semi-space-size=16', itself, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', ...process.env },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // On a terminal Ctrl-C reaches the child by itself; a second one would mean "at once".
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`coexist: ${node} could not be run (${error.message}). Run \`npm ci\` again.`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
