import { readOrganization } from '../../domain/organization/registry.ts';
import type { WizardLine } from '../../kernel/exchange.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterValue } from '../cmdlet.ts';
import type { Permission } from '../roles/permission.ts';

/** The sides of a hybrid deployment, as the wizard's log calls its sessions. */
export type SessionName = 'OnPremises' | 'Tenant';

/** What the wizard tells while it runs. */
export type WizardEvent = Omit<WizardLine, 'at'>;

/** A side, with its shell. */
export interface HybridSession {
  readonly name: SessionName;
  readonly scope: CmdletScope;
  /** Who runs its cmdlets; undefined: the organisation's administrator, as when a world is made. */
  readonly permission: Permission | undefined;
}

/** Runs cmdlets by their names on one side. */
export interface SessionShell extends HybridSession {
  /** Refuses with `operation-failed`, in the wizard's words, whatever the cmdlet refuses with. */
  run(cmdlet: string, given?: CmdletParameters): Promise<readonly CmdletObject[]>;
}

/** How a session's shell is opened. */
export interface ShellOpening {
  readonly cmdlets: Readonly<Record<string, Cmdlet>>;
  readonly activity: string;
  listen(event: WizardEvent): void;
  /** The wizard's sentence of a cmdlet that was refused. */
  failure(cmdlet: string, detail: string): string;
}

/** The shell of a side during one stage; each cmdlet sees the organisation as the one before has left it. */
export function openSessionShell(session: HybridSession, { cmdlets, activity, listen, failure }: ShellOpening): SessionShell {
  const { name, scope, permission } = session;
  return {
    ...session,
    async run(cmdlet, given = {}) {
      const tell = (level: WizardEvent['level'], text: string): void => listen({ level, activity, session: name, cmdlet, text });
      tell('info', `START ${commandText(cmdlet, given)}`);
      try {
        const found = permittedCmdlet(cmdlets, cmdlet, permission);
        const organization = await scope.transaction((tx) => readOrganization(tx, scope.organization.name));
        const objects = await found.run({ ...scope, organization }, given);
        tell('info', `FINISH Results=${objects.length}`);
        return objects;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const text = failure(cmdlet, error.detail ?? error.code);
        tell('error', `FINISH Results=${text}`);
        throw cmdletRefusal('operation-failed', text);
      }
    },
  };
}

function permittedCmdlet(cmdlets: ShellOpening['cmdlets'], name: string, permission: Permission | undefined): Cmdlet {
  const cmdlet = cmdlets[name];
  if (cmdlet === undefined) throw new Error(`defect: the wizard runs ${name}, which does not exist`);
  const permitted = permission === undefined ? cmdlet : permission.permitted(name, cmdlet);
  if (permitted === undefined) throw cmdletRefusal('not-available', `${permission?.caller ?? 'Nobody'} has no role with ${name}.`);
  return permitted;
}

const mostOfValue = 120;

/** As the log of the wizard writes a command (KB 4051381): `New-X -Name 'a' -Flag: $true -List {a, b}`. */
function commandText(cmdlet: string, given: CmdletParameters): string {
  return [cmdlet, ...Object.entries(given).map(([name, value]) => parameterText(name, value))].join(' ');
}

function parameterText(name: string, value: ParameterValue): string {
  if (typeof value === 'boolean') return `-${name}: $${value}`;
  if (value === null) return `-${name} $null`;
  if (Array.isArray(value)) return `-${name} {${value.join(', ')}}`;
  const text = String(value);
  return `-${name} '${text.length > mostOfValue ? `${text.slice(0, mostOfValue)}...` : text}'`;
}
