import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Cmdlet, CmdletObject } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { requireServers } from './server-identity.ts';

/** `Get-<noun> [[-Identity] <server>]` of a noun that each server has once: all of them, or that of the one that is named. */
export function getOfServers(show: (tx: Transaction, organization: Organization, server: string) => Promise<CmdletObject>): Cmdlet {
  return {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run({ organization, transaction }, given) {
      const servers = requireServers(organization, textGiven(given, 'Identity'));
      return transaction(async (tx) => {
        const found: CmdletObject[] = [];
        for (const server of servers) found.push(await show(tx, organization, server));
        return found;
      });
    },
  };
}
