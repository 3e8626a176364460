// In the build of the image: of what development needs, package.json and its lock keep the compiler, the types that it reads and
// what the console is made with.
import { readFileSync, writeFileSync } from 'node:fs';

const forConsole = new Set(['vite', 'preact', '@preact/signals']);

/** @param {{ devDependencies?: Record<string, string> }} manifest */
function keepCompiler(manifest) {
  const kept = Object.entries(manifest.devDependencies ?? {}).filter(
    ([name]) => forConsole.has(name) || name === 'typescript' || name.startsWith('@types/'),
  );
  manifest.devDependencies = Object.fromEntries(kept);
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
keepCompiler(manifest);
// What tests use is no part of an image, nor in what it is built from (.dockerignore).
for (const name of ['./testcontainers', './vitest']) delete manifest.exports?.[name];
delete manifest.peerDependencies;
delete manifest.peerDependenciesMeta;
writeFileSync('package.json', JSON.stringify(manifest));
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const root = lock.packages[''];
keepCompiler(root);
delete root.peerDependencies;
delete root.peerDependenciesMeta;
writeFileSync('package-lock.json', JSON.stringify(lock));
