import type { Organization } from '../domain/organization/organization.ts';
import { nearest } from '../kernel/nearest.ts';
import { Refusal } from '../kernel/refusal.ts';
import { setAutodiscoverVirtualDirectory } from './autodiscover-virtual-directory.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { setWebServicesVirtualDirectory } from './web-services-virtual-directory.ts';

/** The cmdlets, by their Exchange names. */
export const cmdlets: Readonly<Record<string, Cmdlet>> = {
  'Set-AutodiscoverVirtualDirectory': setAutodiscoverVirtualDirectory,
  'Set-WebServicesVirtualDirectory': setWebServicesVirtualDirectory,
};

/** Runs one cmdlet line in an organisation's shell. Refuses with {@link CmdletRefusalCode}. */
export async function runCmdlet(scope: CmdletScope, text: string): Promise<void> {
  const { cmdlet, parameters } = bind(text, scope.organization.kind);
  await cmdlet.run(scope, parameters);
}

/** What is wrong with a cmdlet line before it is run, or undefined; for world files, which are checked as a whole. */
export function checkCmdlet(text: string, organization: Pick<Organization, 'kind'>): string | undefined {
  try {
    bind(text, organization.kind);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
}

function bind(text: string, kind: Organization['kind']): { readonly cmdlet: Cmdlet; readonly parameters: CmdletParameters } {
  const line = parseCommandLine(text);
  const name = sameName(Object.keys(cmdlets), line.name);
  const cmdlet = name === undefined ? undefined : cmdlets[name];
  if (name === undefined || cmdlet === undefined) {
    throw cmdletRefusal('unknown-cmdlet', `the cmdlet ${line.name} is not supported${meant(line.name, Object.keys(cmdlets))}`);
  }
  if (!cmdlet.kinds.includes(kind)) throw cmdletRefusal('not-available', `the cmdlet ${name} does not exist in a ${kind} organisation`);
  return { cmdlet, parameters: bindParameters(name, cmdlet, line) };
}

function bindParameters(name: string, cmdlet: Cmdlet, { words, named }: CommandLine): CmdletParameters {
  const known = Object.keys(cmdlet.parameters);
  const [first, second] = words;
  if (second !== undefined) throw cmdletRefusal('bad-parameter', `${name}: "${second}" belongs to no parameter`);
  const given = [...(first === undefined ? [] : [[cmdlet.positional, first] as const]), ...named];
  const bound: Record<string, string | boolean> = {};
  for (const [written, value] of given) {
    const parameter = sameName(known, written);
    if (parameter === undefined) throw cmdletRefusal('bad-parameter', `${name} has no parameter -${written} here${meant(written, known)}`);
    if (Object.hasOwn(bound, parameter)) throw cmdletRefusal('bad-parameter', `${name}: -${parameter} is given twice`);
    const wanted = cmdlet.parameters[parameter];
    if ((wanted === 'boolean') !== (typeof value === 'boolean')) {
      throw cmdletRefusal('bad-parameter', `${name}: -${parameter} takes ${wanted === 'boolean' ? '$true or $false' : 'a text'}`);
    }
    bound[parameter] = value;
  }
  const missing = cmdlet.required.find((parameter) => !Object.hasOwn(bound, parameter));
  if (missing !== undefined) throw cmdletRefusal('bad-parameter', `${name}: -${missing} is missing`);
  return bound;
}

/** Names of cmdlets and parameters are compared without case, as in PowerShell. */
function sameName(names: readonly string[], written: string): string | undefined {
  return names.find((name) => name.toLowerCase() === written.toLowerCase());
}

function meant(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
