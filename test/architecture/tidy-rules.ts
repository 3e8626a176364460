import { type ESTree, Visitor } from 'vite';
import { at, type Source } from './source.ts';

/** Something that a module may not say, except in the places named. */
interface Rule {
  readonly finds: string;
  readonly instead: string;
  /** Folders and files where it is at home; a rule without `product` binds tests too. */
  readonly except: readonly string[];
  readonly product: boolean;
}

const rules = {
  environment: {
    finds: 'reads process.env',
    instead: 'Read it in services/config.ts and pass the value on.',
    except: ['services/config.ts', 'services/cli', 'services/install.mjs'],
    product: true,
  },
  clock: {
    finds: "asks the machine's clock",
    instead: 'Take the instant, or a Clock, as a parameter; performance.now() measures durations.',
    except: ['shared/kernel', 'shared/domain/world/clock.ts'],
    product: true,
  },
  chance: {
    finds: 'draws from Math.random',
    instead: 'Take a Random as a parameter.',
    except: ['shared/kernel'],
    product: true,
  },
  any: { finds: 'says any', instead: 'Say the type, or unknown and check it.', except: [], product: false },
  suppression: { finds: 'silences a check', instead: 'Mend what the check found.', except: [], product: false },
  promise: { finds: 'leaves a note to do something', instead: 'Do it, or write an issue.', except: [], product: false },
} as const satisfies Record<string, Rule>;

const suppression = /@ts-(ignore|expect-error|nocheck)|(biome|oxlint|eslint|v8|c8|istanbul)-(ignore|disable)|\b(v8|c8|istanbul) ignore/;
const promise = /\b(TODO|FIXME|XXX|HACK)\b/;

/** What a module says that it may not, one sentence each; empty when all is well. */
export function tidyViolations(source: Source): readonly string[] {
  const found: string[] = [];
  const product = /^(services|shared|docker)\//.test(source.path);
  const report = (rule: Rule, start: number): void => {
    const athome = rule.except.some((place) => source.path === place || source.path.startsWith(`${place}/`));
    if (!athome && (product || !rule.product)) found.push(`${at(source, start)} ${rule.finds}. ${rule.instead}`);
  };
  new Visitor({
    MemberExpression: (node) => {
      const text = dotted(node);
      if (text === 'process.env') report(rules.environment, node.start);
      if (text === 'Date.now') report(rules.clock, node.start);
      if (text === 'Math.random') report(rules.chance, node.start);
    },
    // `const { env } = process` and `import { env } from 'node:process'`
    VariableDeclarator: ({ id, init }) => {
      if (init?.type !== 'Identifier' || id.type !== 'ObjectPattern') return;
      for (const property of id.properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
        const text = `${init.name}.${property.key.name}`;
        if (text === 'process.env') report(rules.environment, property.start);
        if (text === 'Date.now') report(rules.clock, property.start);
        if (text === 'Math.random') report(rules.chance, property.start);
      }
    },
    ImportDeclaration: ({ source: from, start }) => {
      if (/^(node:)?process$/.test(from.value)) report(rules.environment, start);
    },
    NewExpression: ({ callee, arguments: given, start }) => {
      if (dotted(callee) === 'Date' && given.length === 0) report(rules.clock, start);
    },
    CallExpression: ({ callee, start }) => {
      if (dotted(callee) === 'Date') report(rules.clock, start);
    },
    TSAnyKeyword: ({ start }) => report(rules.any, start),
  }).visit(source.program);
  for (const { value, start } of source.comments) {
    if (suppression.test(value)) report(rules.suppression, start);
    if (promise.test(value)) report(rules.promise, start);
  }
  return found;
}

/** `a.b` of a member or identifier, with `globalThis.` left out; '' for anything else. */
function dotted(node: ESTree.Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return '';
  const property =
    node.property.type === 'Identifier' ? node.property.name : node.property.type === 'Literal' ? String(node.property.value) : '';
  const owner = dotted(node.object);
  return owner === 'globalThis' ? property : `${owner}.${property}`;
}
