import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const built = new URL('built/', here);
const stampFile = new URL('stamp', built);
/** All that decides what comes of it, besides the files of the app. */
const sources = ['index.html', 'vite.config.ts', 'build.ts'];
const tools = ['vite', 'preact', '@preact/signals'];

/**
 * Makes `built/`, the static files that the control port serves, where it is absent or its sources have changed since; costs
 * a look at the sources otherwise. Whoever builds at the same time makes the same.
 *
 * @returns whether it was made
 */
export async function buildConsole(): Promise<boolean> {
  const stamp = stampOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const [{ build }, { default: config, offline }] = await Promise.all([import('vite'), import('./vite.config.ts')]);
  const made = mkdtempSync(new URL('.building-', here).pathname);
  try {
    await build({ ...config, build: { ...config.build, outDir: made, emptyOutDir: true } });
    await build({ ...config, build: { ...config.build, ...offline, outDir: `${made}/offline`, emptyOutDir: true } });
    writeFileSync(`${made}/stamp`, stamp);
    // Of a folder for a moment it is one that everybody reads.
    chmodSync(made, 0o755);
    rmSync(built, { recursive: true, force: true });
    renameSync(made, built);
  } catch (error) {
    // Somebody else was there first, with the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return true;
}

function stampOfSources(): string {
  const hash = createHash('sha256');
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', here), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  for (const tool of tools) hash.update(`${tool} ${devDependencies[tool]}\n`);
  const app = readdirSync(new URL('app/', here), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
  for (const file of [...sources.map((name) => new URL(name, here).pathname), ...app])
    hash
      .update(`${file.slice(here.pathname.length)}\n`)
      .update(readFileSync(file))
      .update('\n');
  return hash.digest('hex');
}

if (import.meta.main) await buildConsole();
