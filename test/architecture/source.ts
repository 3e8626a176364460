import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync } from 'vite';

/** A module of the project, parsed. */
export interface Source {
  /** From the project root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: ESTree.Program;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
}

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const modulePattern = /\.([cm]?[jt]s|tsx)$/;
const notOurs = new Set(['node_modules', '.git', '.coexist', 'dist', 'coverage', 'test-results']);
/** Made of the app beside it. */
const isMade = (path: string): boolean => path.startsWith('services/console/built/');

/** Every file of the project, from its root, sorted. Walked, not asked of git: a source archive has no history. */
export function projectFiles(): readonly string[] {
  return readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(`${projectRoot}${entry.name}`, { recursive: true, withFileTypes: true })
            .filter((inner) => inner.isFile())
            .map((inner) => `${inner.parentPath.slice(projectRoot.length)}/${inner.name}`)
        : [entry.name],
    )
    .filter((path) => !path.endsWith('.log') && !isMade(path))
    .sort();
}

/** Every module of the project, parsed; a module that does not parse is an error. */
export function projectSources(): readonly Source[] {
  return projectFiles()
    .filter((path) => modulePattern.test(path))
    .map((path) => parseSource(path, readText(path)));
}

export function readText(path: string): string {
  return readFileSync(`${projectRoot}${path}`, 'utf8');
}

export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined)
    throw new Error(`${path} does not parse: ${error.message}. Mend it, or exclude it in test/architecture/source.ts.`);
  return { path, text, program, comments };
}

/** `path:line` of an offset, as terminals and editors open it. */
export function at({ path, text }: Source, offset: number): string {
  return `${path}:${text.slice(0, offset).split('\n').length}`;
}
