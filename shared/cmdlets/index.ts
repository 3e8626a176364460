import type { Organization } from '../domain/organization/organization.ts';
import { nearest } from '../kernel/nearest.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { parseStatement } from './line/parse.ts';
import { shellCommandNamed } from './line/shell-commands.ts';
import type { Find } from './pipeline/plan.ts';
import { type LinePlan, planStatement } from './pipeline/statement.ts';
import type { Permission } from './roles/permission.ts';
import { cmdlets } from './table.ts';

export { cmdlets } from './table.ts';

/** Runs one cmdlet line in an organisation's shell and answers its objects. Refuses with {@link CmdletRefusalCode}. */
export async function runCmdlet(scope: CmdletScope, text: string): Promise<readonly CmdletObject[]> {
  return (await planLine(text, scope.organization.kind).run(scope)).objects;
}

/** What is wrong with a cmdlet line before it is run, or undefined; for world files, which are checked as a whole. */
export function checkCmdlet(text: string, organization: Pick<Organization, 'kind'>): string | undefined {
  try {
    planLine(text, organization.kind);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
}

/**
 * Reads a cmdlet line and checks all that can be checked before it is run. Refuses with {@link CmdletRefusalCode}.
 *
 * @param permission what whoever runs it may do; left out: everything, as when a world is made
 */
export function planLine(text: string, kind: Organization['kind'], permission?: Permission): LinePlan {
  return planStatement(parseStatement(text), findFor(kind, permission));
}

/** How the commands of a line are found: those of a kind of organisation, and of them what whoever runs it may. */
export function findFor(kind: Organization['kind'], permission?: Permission): Find {
  return (written) => {
    const found = findCmdlet(written, kind);
    const cmdlet = permission === undefined ? found.cmdlet : permission.permitted(found.name, found.cmdlet);
    if (cmdlet === undefined)
      throw cmdletRefusal('not-available', `${notRecognized(found.name)} ${permission?.caller ?? 'Nobody'} has no role with it.`);
    return { name: found.name, cmdlet };
  };
}

function findCmdlet(written: string, kind: Organization['kind']): { readonly name: string; readonly cmdlet: Cmdlet } {
  const names = Object.keys(cmdlets);
  const name = names.find((one) => one.toLowerCase() === written.toLowerCase());
  const cmdlet = name === undefined ? undefined : cmdlets[name];
  if (name === undefined || cmdlet === undefined) {
    if (shellCommandNamed(written) !== undefined)
      throw cmdletRefusal('unknown-cmdlet', `${notRecognized(written)} It belongs to whoever types: coexist shell has it.`);
    const near = nearest(written, names);
    const more = near === undefined ? 'It is not supported here.' : `Did you mean ${near}?`;
    throw cmdletRefusal('unknown-cmdlet', `${notRecognized(written)} ${more}`);
  }
  if (!cmdlet.kinds.includes(kind)) {
    throw cmdletRefusal('not-available', `${notRecognized(name)} It does not exist in a ${kind} organisation.`);
  }
  return { name, cmdlet };
}

/**
 * What PowerShell says of a name that no command has (PowerShell/PowerShell
 * src/System.Management.Automation/resources/DiscoveryExceptions.resx, CommandNotFoundException); in an administrator's
 * session that goes for cmdlets of the other kind of organisation too.
 */
function notRecognized(name: string): string {
  return (
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. ` +
    'Check the spelling of the name, or if a path was included, verify that the path is correct and try again.'
  );
}
