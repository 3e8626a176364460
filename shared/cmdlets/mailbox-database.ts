import { databaseNameOf, type MailboxDatabase, mailboxDatabases, setupQuotas } from '../domain/organization/mailbox-databases.ts';
import { databaseOf, serversOf } from '../domain/organization/servers.ts';
import type { Cmdlet, CmdletObject, CmdletScope } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { textGiven } from './given.ts';
import { databaseQuotaParameters, quotasGiven, quotasShown, requireOrder } from './recipient/quotas.ts';
import { requireServers } from './server-identity.ts';

/** `Set-MailboxDatabase "Mailbox Database 0123456789" -ProhibitSendQuota 1GB`: each server has one, with what holds for the mailboxes in it. */
export const mailboxDatabase = {
  get: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', Server: 'text', Status: 'switch' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      const servers = identity === undefined ? requireServers(scope.organization, textGiven(given, 'Server')) : [serverOf(scope, identity)];
      return Promise.all(servers.map((server) => show(scope, server)));
    },
  },
  set: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', ...databaseQuotaParameters },
    required: ['Identity'],
    async run(scope, given) {
      const { organization, at } = scope;
      const Name = databaseNameOf(organization, serverOf(scope, String(given['Identity'])));
      const wanted = quotasGiven(given);
      await scope.transaction(async (tx) => {
        const stored = await mailboxDatabases.find(tx, organization.name, Name);
        const value: MailboxDatabase = { Name, quotas: { ...stored?.value.quotas, ...wanted } };
        requireOrder({ ...setupQuotas, ...value.quotas });
        if (stored === undefined) await mailboxDatabases.create(tx, organization.name, Name, value, at);
        else await mailboxDatabases.replace(tx, stored, value, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** The server whose database an identity names, by name or GUID. Refuses with `object-not-found`. */
export function serverOf({ organization }: Pick<CmdletScope, 'organization'>, identity: string): string {
  const wanted = identity.toLowerCase();
  const names = (server: string): readonly string[] => [databaseNameOf(organization, server), databaseOf(organization, server)];
  const found = serversOf(organization).find((server) => names(server).some((name) => name.toLowerCase() === wanted));
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

async function show({ organization, settings }: CmdletScope, server: string): Promise<CmdletObject> {
  const Name = databaseNameOf(organization, server);
  const quotas = { ...setupQuotas, ...mailboxDatabases.get(await settings(organization.name), Name)?.quotas };
  return {
    ...quotasShown(quotas),
    DeletedItemRetention: '14.00:00:00',
    Server: server,
    ServerName: server,
    Recovery: false,
    Name,
    Guid: databaseOf(organization, server),
    Identity: Name,
  };
}
