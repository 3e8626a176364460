import { posix } from 'node:path';
import { type ESTree, Visitor } from 'vite';
import { at, type Source } from './source.ts';

/** One sight of another module: what is named there (null when it is computed) and where. */
interface Import {
  readonly specifier: string | null;
  readonly start: number;
}

/** What a module imports that its room may not, one sentence each; empty when all is well. */
export function importViolations(source: Source, rooms: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const room = roomOf(source.path, rooms);
  if (room === undefined) {
    return [`${source.path} stands in no room. Move it into one, or build the room: a line in test/architecture/rooms.ts.`];
  }
  const allowed = rooms.get(room) ?? [];
  return importsOf(source).flatMap(({ specifier, start }) => {
    const where = at(source, start);
    if (specifier === null) return [`${where} computes what it imports. Write the module's name as a literal, one import for each.`];
    const target = targetOf(source.path, specifier);
    if (target === undefined) return [`${where} imports ${specifier}. Import by relative path, package name or node: module.`];
    const may = allowed.some((entry) => entry === '*' || covers(entry, target)) || roomOf(target, rooms) === room;
    const sameKind = allowed.filter((entry) => entry.startsWith('node:') === target.startsWith('node:'));
    return may
      ? []
      : [
          `${where} imports ${target}, which ${room} may not (${sameKind.join(', ') || 'nothing'}). Move the code, or change test/architecture/rooms.ts and say why in DECISIONS.md.`,
        ];
  });
}

/** The room of a file: the longest row that covers it. */
function roomOf(path: string, rooms: ReadonlyMap<string, readonly string[]>): string | undefined {
  let best: string | undefined;
  for (const room of rooms.keys()) if (covers(room, path) && room.length > (best?.length ?? 0)) best = room;
  return best;
}

function covers(entry: string, target: string): boolean {
  return entry === target || target.startsWith(`${entry}/`) || (entry === 'node:*' && target.startsWith('node:'));
}

/** A file of the project, a package's name, or a `node:` module; undefined for a spelling that hides where it leads. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return specifier;
  if (/^\.{1,2}(\/|$)/.test(specifier)) return posix.join(posix.dirname(path), specifier);
  return /^(@[a-z0-9-]+\/)?[a-z0-9][a-z0-9._-]*/.exec(specifier.includes(':') ? '' : specifier)?.[0];
}

/**
 * Every way a module can name another: static, re-exported, type-only and dynamic imports, `import('x').T`,
 * `require` made by createRequire (called at once or kept), `import.meta.resolve`, `new URL('x', import.meta.url)` of a module,
 * `moduleBeside(import.meta.url, 'x')`, `process.getBuiltinModule`.
 */
export function importsOf({ program }: Source): readonly Import[] {
  const found: Import[] = [];
  const requires = new Set(['require']);
  const makers = new Set(['createRequire']);
  const add = (node: ESTree.Node | null | undefined): void => {
    if (node) found.push({ specifier: literal(node), start: node.start });
  };
  const isMaker = (node: ESTree.Node): boolean =>
    node.type === 'CallExpression' && (makers.has(name(node.callee)) || propertyOf(node.callee) === 'createRequire');
  // First pass: by which names `require` goes here.
  new Visitor({
    ImportSpecifier: ({ imported, local }) => void (name(imported) === 'createRequire' && makers.add(local.name)),
  }).visit(program);
  new Visitor({
    VariableDeclarator: ({ id, init }) => void (init && isMaker(init) && requires.add(name(id))),
    AssignmentExpression: ({ left, right }) => void (isMaker(right) && requires.add(name(left))),
  }).visit(program);
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
    CallExpression: ({ callee, arguments: [first, second] }) => {
      const owner = callee.type === 'MemberExpression' ? callee.object : undefined;
      const method = propertyOf(callee);
      const named =
        requires.has(name(callee)) ||
        isMaker(callee) ||
        method === 'getBuiltinModule' ||
        (method === 'resolve' && owner !== undefined && (owner.type === 'MetaProperty' || requires.has(name(owner)) || isMaker(owner)));
      if (named) add(first);
      if (name(callee) === 'moduleBeside' && second) {
        const path = literal(second);
        found.push({ specifier: path === null ? null : `${path}.ts`, start: second.start });
      }
    },
    NewExpression: ({ callee, arguments: [first, base] }) => {
      const local = name(callee) === 'URL' && base?.type === 'MemberExpression' && base.object.type === 'MetaProperty';
      if (local && first && /\.[cm]?[jt]s$/.test(literal(first) ?? '')) add(first);
    },
  }).visit(program);
  return found;
}

function literal(node: ESTree.Node): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node.type === 'TemplateLiteral' && node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? null) : null;
}

function name(node: ESTree.Node): string {
  return node.type === 'Identifier' ? node.name : '';
}

function propertyOf(node: ESTree.Node): string {
  return node.type === 'MemberExpression' ? name(node.property) : '';
}
