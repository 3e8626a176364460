import type { Directory } from '../domain/directory/directory.ts';
import { findAccount } from '../domain/identity/find-account.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Clock } from '../kernel/clock.ts';
import { type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { runCmdlet } from './index.ts';
import { type CmdletGround, openScope } from './scope.ts';

/** The Exchange Management Shell of a world's organisations. */
export interface Shell {
  /**
   * Runs one cmdlet line as a user of an organisation, by default its administrator. When it returns, the changes are
   * committed and whoever follows the organisation's settings in this process knows that they are stale. Refuses with
   * {@link CmdletRefusalCode}. Every user may run every cmdlet: there are no roles.
   */
  run(line: string, organization: string, as?: string): Promise<readonly CmdletObject[]>;
}

/** What a shell works on. */
export interface ShellGround extends CmdletGround {
  readonly clock: Clock;
}

export function createShell(ground: ShellGround): Shell {
  const { registry, clock } = ground;
  return {
    async run(line, name, as) {
      const { all, byName } = await registry.current();
      const organization = byName(name);
      if (organization === undefined) {
        const known = all.map((one) => one.name).join(', ');
        throw cmdletRefusal('unknown-organization', `the world has no organisation ${JSON.stringify(name)}; it has ${known}`);
      }
      await requireUser(ground.directory(name), organization, as ?? `administrator@${organization.domains[0]}`);
      return runCmdlet(await openScope(ground, organization, clock.now(name)), line);
    },
  };
}

async function requireUser(directory: Directory, organization: Organization, userName: string): Promise<void> {
  const account = await findAccount(directory, organization, userName);
  if (account?.enabled === true) return;
  throw cmdletRefusal(
    'unknown-user',
    `${organization.name} has no user ${JSON.stringify(userName)} who may sign in; say as which user the cmdlet is to run`,
  );
}
