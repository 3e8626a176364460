import type { Directory } from '../domain/directory/directory.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import { findAccount } from '../domain/identity/find-account.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ExchangeRecorder } from '../kernel/exchange.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { wizardLogOf } from './hybrid/log.ts';
import { planLine } from './index.ts';
import type { View } from './pipeline/plan.ts';
import type { Variables } from './pipeline/statement.ts';
import { permissionOf } from './roles/permission.ts';
import { type CmdletGround, openScope } from './scope.ts';

/** The Exchange Management Shell of a world's organisations. */
export interface Shell {
  /**
   * Runs one cmdlet line, which may have pipes, as a user of an organisation, by default its administrator. When it
   * returns, the changes are committed and whoever follows the organisation's settings in this process knows that they
   * are stale. Refuses with {@link CmdletRefusalCode}; what a line with pipes did before stays done. A user may run what his management roles have. What the
   * cmdlet calls stands below it in its trace; of the line itself the journal keeps the cmdlets' names alone, for parameters
   * may be secrets.
   */
  run(line: string, organization: string, as?: string, variables?: Variables): Promise<ShellAnswer>;
}

/** What came of a cmdlet line. */
export interface ShellAnswer {
  readonly objects: readonly CmdletObject[];
  /** How the line wants them shown; undefined: as it is usual. */
  readonly view?: View;
  /** What the line gave to a variable: whoever keeps them gives them back with the next line. */
  readonly assigned?: Variables;
  readonly warnings: readonly string[];
  /** What the host shows besides: what would be done with `-WhatIf`. */
  readonly messages: readonly string[];
  /** Id of the trace. */
  readonly trace: string;
}

/** What a shell works on. */
export interface ShellGround extends CmdletGround {
  readonly clock: Clock;
  readonly recorder: ExchangeRecorder;
}

const byShell = { service: 'shell', direction: 'incoming', protocol: 'shell' } as const;

export function createShell(ground: ShellGround): Shell {
  const { registry, clock, recorder } = ground;
  return {
    async run(line, name, as, variables = {}) {
      const { all, byName } = await registry.current();
      const organization = byName(name);
      if (organization === undefined) {
        const known = all.map((one) => one.name).join(', ');
        throw cmdletRefusal('unknown-organization', `the world has no organisation ${JSON.stringify(name)}; it has ${known}`);
      }
      const at = clock.now(name);
      const [target = ''] = /[a-z]+[-–—―][a-z]\w*/i.exec(line) ?? [];
      const exchange = recorder.open({ ...byShell, target: target.slice(0, 64), host: name, organization: name, at });
      const caller = as ?? `administrator@${organization.domains[0]}`;
      exchange.note({ operation: target.slice(0, 64), caller });
      try {
        const directory = ground.directory(name);
        const account = await requireUser(directory, organization, caller);
        const permission = await permissionOf(account, { organization, directory, settings: await registry.settings(name) });
        const warnings: string[] = [];
        const messages: string[] = [];
        const told = [(text: string) => void warnings.push(text), (text: string) => void messages.push(text)] as const;
        const wizardLog = wizardLogOf(exchange, () => clock.now(name));
        const scope = { ...(await openScope(ground, organization, at, exchange, ...told)), wizardLog };
        const plan = planLine(line, organization.kind, permission);
        exchange.note({ operation: plan.name });
        const answer = await plan.run(scope, variables);
        exchange.close('answered', clock.now(name));
        return { ...answer, warnings, messages, trace: exchange.traceId };
      } catch (error) {
        if (error instanceof Refusal) exchange.note({ code: error.code });
        if (error instanceof Refusal) exchange.close('refused', clock.now(name));
        else exchange.close('defect', clock.now(name), error);
        throw error;
      }
    },
  };
}

async function requireUser(directory: Directory, organization: Organization, userName: string): Promise<Recipient> {
  const account = await findAccount(directory, organization, userName);
  if (account?.enabled === true) return account;
  throw cmdletRefusal(
    'unknown-user',
    `${organization.name} has no user ${JSON.stringify(userName)} who may sign in; say as which user the cmdlet is to run`,
  );
}
