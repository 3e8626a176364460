import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CmdletParameters, ShownValue } from '../../shared/cmdlets/cmdlet.ts';
import { choiceGiven, textGiven } from '../../shared/cmdlets/given.ts';
import type { CommandLine } from '../../shared/cmdlets/line/command-line.ts';
import type { ShellCommand } from '../../shared/cmdlets/line/shell-commands.ts';
import { type Bindable, bindWhole } from '../../shared/cmdlets/parameter-binder.ts';
import { resolveCommand } from '../../shared/cmdlets/pipeline/expressions.ts';
import { CliXmlError, type CliXmlValue } from '../../shared/protocols/clixml/value.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { CliFailure, exitCodes } from './failures.ts';
import type { LineSource } from './terminal-lines.ts';

/** PowerShell's commands for files and people, done by this process: the lab reads and writes no files for a shell. */
export interface ShellCommands {
  /** What one of them gives. Throws a {@link CliFailure} or a Refusal. */
  give(name: ShellCommand, command: CommandLine, variables: ReadonlyMap<string, ShownValue>): Promise<ShownValue>;
  /** Export-CliXml: writes objects to a file. */
  take(command: CommandLine, objects: readonly ShownValue[], variables: ReadonlyMap<string, ShownValue>): Promise<void>;
}

const mostOctets = 16 * 1_024 * 1_024;
/** What goes to the lab as a list of numbers. */
const mostBytes = 256 * 1_024;

const takes: Readonly<Record<ShellCommand, Bindable>> = {
  'Export-CliXml': { positional: 'Path', parameters: { Path: 'text', Force: 'switch', NoClobber: 'switch' }, required: ['Path'] },
  'Import-CliXml': { positional: 'Path', parameters: { Path: 'text' }, required: ['Path'] },
  'Get-Content': {
    positional: 'Path',
    parameters: { Path: 'text', Encoding: 'text', ReadCount: 'integer', Raw: 'switch' },
    required: ['Path'],
  },
  'Get-Credential': { positional: 'Credential', parameters: { Credential: 'text', UserName: 'text', Message: 'text' }, required: [] },
};

/** @param workingDir what relative paths begin at */
export function openCommands(workingDir: string, lines: LineSource): ShellCommands {
  const given = async (name: ShellCommand, command: CommandLine, variables: ReadonlyMap<string, ShownValue>): Promise<CmdletParameters> => {
    const run = (): never => {
      throw new CliFailure(exitCodes.failure, `${name} takes no commands in parentheses here: give it a variable`);
    };
    return bindWhole(name, takes[name], await resolveCommand(command, { variables, run }));
  };
  const pathIn = (parameters: CmdletParameters): string => locate(workingDir, textGiven(parameters, 'Path') ?? '');
  return {
    async give(name, command, variables) {
      const parameters = await given(name, command, variables);
      if (name === 'Get-Credential') return askCredential(lines, parameters);
      const path = pathIn(parameters);
      return name === 'Get-Content' ? contentOf(path, parameters) : importCliXml(path);
    },
    async take(command, objects, variables) {
      const parameters = await given('Export-CliXml', command, variables);
      const path = pathIn(parameters);
      // PathUtilsStrings.resx, UtilityFileExistsNoClobber
      if (parameters['NoClobber'] === true && existsSync(path))
        throw new CliFailure(exitCodes.failure, `File ${path} already exists and NoClobber was specified.`);
      const { writeCliXml } = await import('../../shared/protocols/clixml/write.ts');
      const text = readable(path, () => writeCliXml(objects.map(withMoments)));
      onDisk(path, () => writeFileSync(path, text));
    },
  };
}

/** As PowerShell outside Windows: either slash, and there are no drives. */
function locate(workingDir: string, written: string): string {
  if (process.platform === 'win32') return resolve(workingDir, written);
  const [, drive] = /^([a-z]):/i.exec(written) ?? [];
  // SessionStateStrings.resx, DriveNotFound
  if (drive !== undefined) throw new CliFailure(exitCodes.failure, `Cannot find drive. A drive with the name '${drive}' does not exist.`);
  return resolve(workingDir, written.replaceAll('\\', '/'));
}

async function importCliXml(path: string): Promise<ShownValue> {
  const octets = readOctets(path, mostOctets);
  const { readCliXml } = await import('../../shared/protocols/clixml/read.ts');
  const values = readable(path, () => readCliXml(textOf(octets)).map(withoutMoments));
  return values.length > 1 ? values : (values[0] ?? null);
}

/** Octets as numbers; else its lines, and with `-Raw` its text. */
function contentOf(path: string, parameters: CmdletParameters): ShownValue {
  const encoding = choiceGiven(parameters, 'Encoding', ['Byte', 'UTF8', 'ASCII', 'Unicode', 'Default']);
  if (encoding === 'Byte') return [...readOctets(path, mostBytes)];
  const octets = readOctets(path, mostOctets);
  const text = encoding === 'Unicode' ? octets.toString('utf16le').replace(/^\ufeff/, '') : textOf(octets);
  if (parameters['Raw'] === true) return text;
  const found = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return found.length > 1 ? found : (found[0] ?? null);
}

/** What marks its encoding is believed; else it is UTF-8. */
function textOf(octets: Buffer): string {
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? 'utf-16le' : octets[0] === 0xfe && octets[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(octets);
}

function readOctets(path: string, most: number): Buffer {
  return onDisk(path, () => {
    if (statSync(path).size > most) throw new CliFailure(exitCodes.failure, `${path} is larger than ${most / 1_024} KB`);
    return readFileSync(path);
  });
}

function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // SessionStateStrings.resx, PathNotFound; FileSystemProviderStrings.resx has the other two in other words.
    if (code === 'ENOENT') throw new CliFailure(exitCodes.failure, `Cannot find path '${path}' because it does not exist.`);
    if (code === 'EACCES' || code === 'EPERM') throw new CliFailure(exitCodes.failure, `Access to the path '${path}' is denied.`);
    if (code === 'EISDIR') throw new CliFailure(exitCodes.failure, `'${path}' is a folder.`);
    throw error;
  }
}

function readable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CliXmlError || error instanceof XmlSyntaxError)) throw error;
    const where = error.line > 0 ? `, line ${error.line}` : '';
    throw new CliFailure(exitCodes.failure, `${path}${where}: ${error.message}`);
  }
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/;

/** The lab's answers have moments as texts. */
function withMoments(value: ShownValue): CliXmlValue {
  if (typeof value === 'string') return moment.test(value) && !Number.isNaN(Date.parse(value)) ? new Date(value) : value;
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return (value as readonly ShownValue[]).map(withMoments);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withMoments(one)]));
}

function withoutMoments(value: CliXmlValue): ShownValue {
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly CliXmlValue[]).map(withoutMoments);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutMoments(one)]));
}

async function askCredential(lines: LineSource, parameters: CmdletParameters): Promise<ShownValue> {
  if (!lines.terminal)
    throw new CliFailure(exitCodes.failure, "Get-Credential asks at a terminal; elsewhere write @{UserName='...'; Password='...'}");
  const user = textGiven(parameters, 'UserName') ?? textGiven(parameters, 'Credential') ?? (await lines.read('User: '));
  const password = user === undefined ? undefined : await lines.read(`Password for user ${user}: `, true);
  if (user === undefined || password === undefined) throw new CliFailure(exitCodes.failure, 'nobody has told a user and a password');
  return { UserName: user, Password: password };
}
