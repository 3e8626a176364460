import { readFileSync, statSync } from 'node:fs';
import { nearest } from '../shared/kernel/nearest.ts';
import { flags, type Given, UsageError } from './flags.ts';

/** What are secrets may stand in a file instead, whose name the variable with this ending tells: a file is in no list of processes. */
const ofFiles = ['COEXIST_PERSIST', 'COEXIST_ADMIN_TOKEN'] as const;
const fileEnding = '_FILE';
const otherVariables = [
  ...['COEXIST_CONFIG_JSON', 'COEXIST_LOG_LEVEL', 'COEXIST_ADMIN_TOKEN', 'COEXIST_ADMIN_URL', 'COEXIST_ALLOW_EGRESS'],
  ...ofFiles.map((name) => `${name}${fileEnding}`),
];
const refusedVariables = ['COEXIST_CA_CERT', 'COEXIST_CA_KEY', 'COEXIST_PUBLIC_HOST', 'COEXIST_FEATURES'];

/** Set by `coexist env` and `coexist exec` for clients. */
const clientVariable =
  /^COEXIST_(CA_FILE|EWS_URL_|AUTODISCOVER_URL_|MRS_URL_|SMTP_|AUTHORITY$|TENANT_ID$|CLIENT_ID$|CLIENT_SECRET$|CLIENT_CERT$)/;

const mostFileOctets = 16_384;

/**
 * What a variable says, or the file that is named in its place. An empty variable counts as absent: compose files pass unset ones on as
 * empty text. Throws {@link UsageError} where the file cannot be read or both are set.
 */
export function variable(environment: NodeJS.ProcessEnv, name: string | null): Given | undefined {
  if (name === null) return undefined;
  const value = environment[name] ?? '';
  const fromFile = ofFiles.some((one) => one === name) ? `${name}${fileEnding}` : undefined;
  const file = fromFile === undefined ? '' : (environment[fromFile] ?? '');
  if (fromFile === undefined || file === '') return value === '' ? undefined : { value, origin: name };
  if (value !== '') throw new UsageError(`${name} and ${fromFile} are both set`);
  return { value: contentOf(file, fromFile), origin: fromFile };
}

/** The content of a file without the line end that editors leave. */
function contentOf(file: string, origin: string): string {
  const content = (): string => {
    if (statSync(file).size > mostFileOctets) throw new UsageError(`${origin}: ${file} has more than ${mostFileOctets} octets`);
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  };
  try {
    const text = content();
    if (text === '') throw new UsageError(`${origin}: ${file} is empty`);
    return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${origin}: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`,
    );
  }
}

/** A slip in a name, or a variable that would have no effect, is refused instead of being ignored. */
export function checkVariables(environment: NodeJS.ProcessEnv): void {
  const known = [...Object.values(flags).flatMap((flag) => flag.variable ?? []), ...otherVariables];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('COEXIST_') || known.includes(name) || environment[name] === '') continue;
    if (refusedVariables.includes(name)) throw new UsageError(`${name} is not supported`);
    const meant = nearest(
      name.slice('COEXIST_'.length),
      known.map((word) => word.slice('COEXIST_'.length)),
    );
    if (meant !== undefined && !clientVariable.test(name))
      throw new UsageError(`${name} is not a variable of coexist; did you mean COEXIST_${meant}?`);
  }
  const egress = variable(environment, 'COEXIST_ALLOW_EGRESS');
  if (egress !== undefined && egress.value !== '0' && egress.value !== 'false')
    throw new UsageError('COEXIST_ALLOW_EGRESS: nothing is ever forwarded outside; only 0 is accepted');
}
