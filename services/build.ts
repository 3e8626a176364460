import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildConsole } from './console/build.ts';

/** What is shipped beside the modules, as it stands. */
const shipped = ['scenarios', 'services/lab/fixtures', 'services/console/built', 'README.md', 'CHANGELOG.md', 'LICENSE'];
/** What a package says of itself, of all that the tree's does. */
const told = [
  'name',
  'version',
  'description',
  'type',
  'license',
  'engines',
  'bin',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
];

type Manifest = Readonly<Record<string, unknown>> & { readonly exports: Readonly<Record<string, string>> };

/**
 * Makes a package in the folder `made`, which is emptied before: laid out as the tree is, in JavaScript with declarations, without tests
 * and tools. It is what `npm pack` packs and images copy.
 */
async function build(root: URL, made: URL): Promise<void> {
  await buildConsole();
  rmSync(made, { recursive: true, force: true });
  const compiler = new URL('node_modules/typescript/bin/tsc', root).pathname;
  execFileSync(process.execPath, [compiler, '--project', 'tsconfig.build.json', '--outDir', made.pathname], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const name of shipped) cpSync(new URL(name, root), new URL(name, made), { recursive: true });
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
  writeFileSync(new URL('package.json', made), `${JSON.stringify(packageOf(manifest, made), null, 2)}\n`);
}

/** Throws when something that is exported was not built. */
function packageOf(manifest: Manifest, made: URL): Record<string, unknown> {
  const exports = Object.entries(manifest.exports).map(([name, source]) => {
    const file = source.replace(/\.ts$/, '.js');
    if (file === source) return [name, source];
    if (!existsSync(new URL(file, made))) throw new Error(`${name} is exported from ${file}, which is not there`);
    return [name, { types: source.replace(/\.ts$/, '.d.ts'), default: file }];
  });
  const kept = told.filter((key) => key in manifest).map((key) => [key, manifest[key]]);
  return Object.fromEntries([...kept, ['exports', Object.fromEntries(exports)]]);
}

const [folder = 'dist'] = process.argv.slice(2);
await build(new URL('..', import.meta.url), pathToFileURL(`${folder}/`));
