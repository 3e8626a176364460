import { createHash } from 'node:crypto';
import { type Place, problemAt, WorldFileError } from './problems.ts';
import type { CheckCmdlet } from './resolve.ts';
import type { World } from './world.ts';
import type { Located } from './yaml-tree.ts';

/** Where world files come from, and where a finished world may be kept so that the next start need not read YAML. */
export interface WorldSources {
  /** Text of a file, or undefined when there is none at that path. */
  readText(path: string): string | undefined;
  /** Path of a world that ships with the product: `contoso-hybrid` -> `.../scenarios/worlds/contoso-hybrid.yaml`. */
  shipped(name: string): string;
  /** Path that a file names relative to itself (`./base.yaml`). */
  relative(path: string, from: string): string;
  /** Asked for when a file is read, which a cached world spares: there are many cmdlets to load. */
  loadCmdletCheck(): Promise<CheckCmdlet>;
  readonly cache?: { read(): string | undefined; write(text: string): void };
}

/** A shipped world by its name, a file by its path, or a text that was given in place of a file. */
export type WorldReference =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'text'; readonly name: string; readonly text: string };

const maximumExtensions = 8;
/** Part of the cache's key: raised when the resolved form changes. */
const formatVersion = 2;

/** Reads a world with everything that it extends. Throws {@link WorldFileError} with `file:line:column` for each problem. */
export async function loadWorld(reference: WorldReference, sources: WorldSources): Promise<World> {
  const cached = readCache(reference, sources);
  if (cached !== undefined) return cached;
  const { merged, files } = await readMerged(reference, sources);
  const [{ placeOf }, { checkTree }, { resolveWorld }, { worldDefinition }] = await Promise.all([
    import('./yaml-tree.ts'),
    import('./check.ts'),
    import('./resolve.ts'),
    import('./definition.ts'),
  ]);
  const checked = checkTree(worldDefinition, withoutExtends(merged));
  if ('problems' in checked) throw new WorldFileError(checked.problems);
  const problems: ReturnType<typeof problemAt>[] = [];
  const complain = (path: readonly PropertyKey[], message: string): void => {
    problems.push(problemAt(placeOf(merged, path), message));
  };
  const world = resolveWorld(nameOf(reference), checked.value, complain, await sources.loadCmdletCheck());
  if (problems.length > 0) throw new WorldFileError(problems);
  sources.cache?.write(JSON.stringify({ format: formatVersion, name: world.name, files, world } satisfies CachedWorld));
  return world;
}

/**
 * Where a world says something itself, by paths into the merged world (`['clock']`): the file and line that have the last word,
 * undefined where no file says it. Throws {@link WorldFileError} as {@link loadWorld} does for files that cannot be read.
 */
export async function placesIn(
  reference: WorldReference,
  sources: WorldSources,
  paths: readonly (readonly string[])[],
): Promise<readonly (Place | undefined)[]> {
  const { merged } = await readMerged(reference, sources);
  const { placeIfThere } = await import('./yaml-tree.ts');
  return paths.map((path) => placeIfThere(merged, path));
}

/** A world file laid over all that it extends, and the files that it took. */
async function readMerged(
  reference: WorldReference,
  sources: WorldSources,
): Promise<{ readonly merged: Located; readonly files: readonly LoadedFile[] }> {
  // YAML and zod cost more than everything else at start together; a cached world needs neither.
  const [{ parseYamlTree, placeOf }, { mergeTrees }, { checkTree }, { worldFile }] = await Promise.all([
    import('./yaml-tree.ts'),
    import('./merge.ts'),
    import('./check.ts'),
    import('./definition.ts'),
  ]);
  const trees: Located[] = [];
  const files: LoadedFile[] = [];
  let next: SourceFile | undefined = open(reference, sources);
  while (next !== undefined) {
    const { path, text }: SourceFile = next;
    files.push({ path, digest: digestOf(text) });
    const tree = parseYamlTree(text, path);
    const checked = checkTree(worldFile, tree);
    if ('problems' in checked) throw new WorldFileError(checked.problems);
    trees.push(tree);
    const place = placeOf(tree, ['extends']);
    next = checked.value.extends === undefined ? undefined : openExtended(checked.value.extends, path, sources, place, files);
  }
  return { merged: trees.reduceRight((base, over) => mergeTrees(base, over)), files };
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface LoadedFile {
  readonly path: string;
  readonly digest: string;
}

interface CachedWorld {
  readonly format: number;
  readonly name: string;
  readonly files: readonly LoadedFile[];
  readonly world: World;
}

function readCache(reference: WorldReference, sources: WorldSources): World | undefined {
  const text = sources.cache?.read();
  if (text === undefined) return undefined;
  let cached: Partial<CachedWorld>;
  try {
    cached = JSON.parse(text);
  } catch {
    // A file cut short by a crash: the world is read anew and the file written again.
    return undefined;
  }
  const { format, name, files, world } = cached;
  if (format !== formatVersion || name !== nameOf(reference) || files === undefined || world === undefined) return undefined;
  const [first, ...extended] = files;
  const top = open(reference, sources);
  if (first === undefined || first.path !== top.path || first.digest !== digestOf(top.text)) return undefined;
  const unchanged = extended.every(({ path, digest }) => digestOf(sources.readText(path) ?? '') === digest);
  return unchanged ? world : undefined;
}

function open(reference: WorldReference, sources: WorldSources): SourceFile {
  if (reference.kind === 'text') return { path: reference.name, text: reference.text };
  const path = reference.kind === 'file' ? reference.path : sources.shipped(reference.name);
  const text = sources.readText(path);
  if (text === undefined) {
    const message = reference.kind === 'file' ? 'there is no such file' : `no world named "${reference.name}" ships with coexist`;
    throw new WorldFileError([{ file: path, line: 1, column: 1, message }]);
  }
  return { path, text };
}

function openExtended(
  name: string,
  from: string,
  sources: WorldSources,
  place: Parameters<typeof problemAt>[0],
  files: readonly LoadedFile[],
): SourceFile {
  const isPath = name.startsWith('./') || name.startsWith('../') || name.startsWith('/');
  if (!isPath && !/^[a-z0-9][a-z0-9-]*$/.test(name))
    throw new WorldFileError([problemAt(place, `extends: "${name}" is neither a name nor a path`)]);
  const path = isPath ? sources.relative(name, from) : sources.shipped(name);
  const text = sources.readText(path);
  if (text === undefined) throw new WorldFileError([problemAt(place, `extends: there is no world "${name}"`)]);
  if (files.some((file) => file.path === path)) throw new WorldFileError([problemAt(place, `extends: "${name}" extends itself`)]);
  if (files.length > maximumExtensions) throw new WorldFileError([problemAt(place, `extends: more than ${maximumExtensions} worlds deep`)]);
  return { path, text };
}

function withoutExtends(tree: Located): Located {
  if (!(tree.value instanceof Map)) return tree;
  const entries = new Map(tree.value);
  entries.delete('extends');
  return { place: tree.place, value: entries };
}

function nameOf(reference: WorldReference): string {
  if (reference.kind !== 'file') return reference.name;
  const base = reference.path.slice(Math.max(reference.path.lastIndexOf('/'), reference.path.lastIndexOf('\\')) + 1);
  return base.replace(/(\.world)?\.ya?ml$/, '');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
