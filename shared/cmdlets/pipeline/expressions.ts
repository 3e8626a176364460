import { cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import type {
  CommandLine,
  Condition,
  Expression,
  LineArgument,
  LineList,
  LineMember,
  LineTable,
  LineValue,
  Statement,
} from '../line/command-line.ts';
import { writtenAs } from './pipeline-input.ts';
import { isList, isRecord, propertyOf, textOf } from './where.ts';

/** What expressions are worked out from. */
export interface Known {
  /** By names in small letters. */
  readonly variables: ReadonlyMap<string, ShownValue>;
  /** Runs what stands in parentheses. */
  run(statement: Statement): Promise<ShownValue>;
}

const longestText = 65_536;

/** A command whose arguments are all known. Refuses with {@link CmdletRefusalCode}. */
export async function resolveCommand(command: CommandLine, known: Known): Promise<CommandLine> {
  const resolved: LineArgument[] = [];
  for (const argument of command.arguments) resolved.push(await resolveArgument(argument, known));
  return { ...command, arguments: resolved };
}

/** The value of what begins a statement. */
export async function valueOfWritten(written: LineMember | LineList, known: Known): Promise<ShownValue> {
  if (written.kind === 'expression') return worth(written.expression, known);
  if (written.kind === 'value') return literalOf(written);
  const values: ShownValue[] = [];
  for (const member of written.values) values.push(await valueOfWritten(member, known));
  return values;
}

/** A bare number is one: `5`. */
function literalOf({ value, bare }: LineValue): ShownValue {
  return bare && typeof value === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
}

async function resolveArgument(argument: LineArgument, known: Known): Promise<LineArgument> {
  switch (argument.kind) {
    case 'expression':
      return argumentOf(await worth(argument.expression, known));
    case 'list':
      return resolveList(argument, known);
    case 'table':
      return resolveTable(argument, known);
    case 'script':
      return { kind: 'script', condition: await resolveCondition(argument.condition, known) };
    default:
      return argument;
  }
}

async function resolveList({ values }: LineList, known: Known): Promise<LineList> {
  const resolved: LineMember[] = [];
  for (const value of values) {
    const written = value.kind === 'expression' ? plainArgumentOf(await worth(value.expression, known)) : value;
    resolved.push(...(written.kind === 'list' ? written.values : [written]));
  }
  return { kind: 'list', values: resolved };
}

async function resolveTable({ entries }: LineTable, known: Known): Promise<LineTable> {
  const resolved: (readonly [string, LineMember | LineList])[] = [];
  for (const [key, value] of entries) {
    if (value.kind === 'expression') resolved.push([key, plainArgumentOf(await worth(value.expression, known))]);
    else resolved.push([key, value.kind === 'list' ? await resolveList(value, known) : value]);
  }
  return { kind: 'table', entries: resolved };
}

/**
 * A value as it would be written. An object stands for its identity, as where Exchange takes one for a parameter's text;
 * what `Get-Credential` answers is a credential.
 */
function argumentOf(value: ShownValue): LineValue | LineList | LineTable {
  const credential = credentialIn(value);
  return credential ?? plainArgumentOf(value);
}

function credentialIn(value: ShownValue): LineTable | undefined {
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (entries.map(([name]) => name).join() !== 'UserName,Password') return undefined;
  return {
    kind: 'table',
    entries: entries.map(([name, text]) => [name, { kind: 'value', value: typeof text === 'string' ? text : null, bare: false }]),
  };
}

function plainArgumentOf(value: ShownValue): LineValue | LineList {
  if (isList(value)) {
    const members = value.map(plainArgumentOf);
    return { kind: 'list', values: members.flatMap((one): readonly LineMember[] => (one.kind === 'list' ? one.values : [one])) };
  }
  const told = isRecord(value) ? propertyOf(value, ['Identity']) : value;
  const written = told === null && value !== null ? undefined : writtenAs(told);
  if (written?.kind === 'value') return written;
  throw cmdletRefusal(
    'bad-parameter',
    'An object that has no Identity cannot be the value of a parameter here: name one of its properties.',
  );
}

async function resolveCondition(condition: Condition, known: Known): Promise<Condition> {
  if (condition.is === 'expression') {
    const value = await worth(condition.expression, known);
    if (value instanceof Date) return { is: 'constant', value: value.toISOString() };
    if (value === null || typeof value !== 'object') return { is: 'constant', value };
    throw cmdletRefusal('bad-parameter', 'A condition compares with one text, number or truth value here, not with a list or an object.');
  }
  if (condition.is === 'not') return { ...condition, of: await resolveCondition(condition.of, known) };
  if (condition.is === 'pattern') return { ...condition, left: await resolveCondition(condition.left, known) };
  if (condition.is === 'property' || condition.is === 'constant') return condition;
  return { ...condition, left: await resolveCondition(condition.left, known), right: await resolveCondition(condition.right, known) };
}

/** A variable that nobody has assigned is `$null`, as without Set-StrictMode. */
async function worth(expression: Expression, known: Known): Promise<ShownValue> {
  switch (expression.is) {
    case 'variable':
      return known.variables.get(expression.name) ?? null;
    case 'statement':
      return known.run(expression.statement);
    case 'member':
      return memberOf(await worth(expression.of, known), expression.name);
    case 'index':
      return elementOf(await worth(expression.of, known), expression.index);
    case 'bytes':
      return bytesOf(await worth(expression.of, known));
    case 'text':
      return expandedText(expression.parts, known);
  }
}

async function expandedText(parts: readonly (string | Expression)[], known: Known): Promise<string> {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : textOf(await worth(part, known));
    if (text.length > longestText) throw cmdletRefusal('operation-failed', `A text has at most ${longestText} characters here.`);
  }
  return text;
}

/** A list has a count, and else the properties of its members (about_Member-Access_Enumeration). */
function memberOf(value: ShownValue, name: string): ShownValue {
  const own = propertyOf(value, [name]);
  if (own !== null) return own;
  if (/^(?:count|length)$/i.test(name)) {
    if (typeof value === 'string' && /^length$/i.test(name)) return value.length;
    return isList(value) ? value.length : value === null ? 0 : 1;
  }
  if (!isList(value)) return null;
  const members = value.flatMap((member) => {
    const found = propertyOf(member, [name]);
    return isList(found) ? found : found === null ? [] : [found];
  });
  return members.length > 1 ? members : (members[0] ?? null);
}

function elementOf(value: ShownValue, index: number): ShownValue {
  const members: readonly ShownValue[] = isList(value) ? value : typeof value === 'string' ? Array.from(value) : [value];
  return members.at(index) ?? null;
}

function bytesOf(value: ShownValue): ShownValue {
  const members: readonly ShownValue[] = isList(value) ? value : [value];
  const wrong = members.find((one) => typeof one !== 'number' || !Number.isInteger(one) || one < 0 || one > 255);
  if (wrong === undefined) return members;
  // .NET's words for the type's name.
  throw cmdletRefusal('bad-parameter', `Cannot convert value "${textOf(wrong).slice(0, 40)}" to type "System.Byte".`);
}
