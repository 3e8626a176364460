import type { Recipient } from '../domain/directory/recipient.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Instant } from '../kernel/clock.ts';
import type { OpenExchange } from '../kernel/exchange.ts';
import { type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { findFor } from './index.ts';
import type { CommandLine, LineArgument, LineMember, LineTable, Written } from './line/command-line.ts';
import { writtenAs } from './pipeline/pipeline-input.ts';
import { planStatement } from './pipeline/statement.ts';
import { permissionOf } from './roles/permission.ts';
import { type CmdletGround, openScope } from './scope.ts';

/** One cmdlet by name and parameters, without a line. */
export interface Invocation {
  readonly organization: Organization;
  /** Who runs it, with the management roles that he has. */
  readonly account: Recipient;
  readonly at: Instant;
  readonly exchange: OpenExchange;
  readonly name: string;
  /** As JSON has them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Runs a cmdlet. When it returns, the changes are committed. Refuses with {@link CmdletRefusalCode}. */
export async function invokeCmdlet(
  ground: CmdletGround,
  { organization, account, at, exchange, name, parameters }: Invocation,
): Promise<{ readonly objects: readonly CmdletObject[]; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const directory = ground.directory(organization.name);
  const settings = await ground.registry.settings(organization.name);
  const permission = await permissionOf(account, { organization, directory, settings });
  const command: CommandLine = { name, column: 1, end: 0, arguments: Object.entries(parameters).flatMap(argumentsOf) };
  const plan = planStatement({ commands: [command] }, findFor(organization.kind, permission));
  exchange.note({ operation: plan.name });
  const scope = await openScope(ground, organization, at, exchange, (text) => void warnings.push(text));
  return { objects: (await plan.run(scope)).objects, warnings };
}

/** A colon ties each value to its parameter: a switch has one here too. */
function argumentsOf([name, value]: readonly [string, unknown]): readonly LineArgument[] {
  return [{ kind: 'parameter', name, attached: true }, writtenOf(name, value)];
}

/** An object is a hash table; `@odata.type` says so, and is none of its keys. */
function writtenOf(parameter: string, value: unknown): Written {
  const plain = plainOf(value);
  if (plain !== undefined) return plain;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(parameter);
  const entries = Object.entries(value).filter(([key]) => !key.includes('@odata.'));
  return {
    kind: 'table',
    entries: entries.map(([key, one]): LineTable['entries'][number] => {
      const member = plainOf(one);
      if (member === undefined) throw unreadable(parameter);
      return [key, member];
    }),
  };
}

/** A scalar, or a list of such. */
function plainOf(value: unknown): LineMember | Extract<Written, { kind: 'list' }> | undefined {
  const members: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!members.every((one) => one === null || ['string', 'number', 'boolean'].includes(typeof one))) return undefined;
  const written = writtenAs(value as string | number | boolean | null | readonly (string | number | boolean | null)[]);
  return written?.kind === 'value' || written?.kind === 'list' ? written : undefined;
}

function unreadable(parameter: string): Error {
  return cmdletRefusal('bad-parameter', `The value of -${parameter} is neither a value, a list of values nor a hash table of such.`);
}
