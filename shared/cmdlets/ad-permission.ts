import { type HiddenObject, hiddenObjects } from '../domain/mailflow/hidden-objects.ts';
import { serversOf } from '../domain/organization/servers.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { changeConnectorRights, connectorNamed, connectorPermissions, namesConnectorRights } from './connector-permission.ts';
import { choiceGiven, listGiven, textGiven } from './given.ts';
import { requireOf } from './recipient/noun.ts';
import { rightCmdlets } from './recipient/right-noun.ts';
import { identityOf } from './recipient/shown.ts';

const sendAs = rightCmdlets({
  kinds: ['on-premises'],
  types: recipientTypes,
  right: 'SendAs',
  trustee: 'User',
  rights: 'ExtendedRights',
  show: ({ owner, trustee }, inherited) => ({
    Identity: owner,
    User: trustee,
    Deny: false,
    Inherited: inherited,
    AccessRights: ['ExtendedRight'],
    ExtendedRights: ['Send-As'],
  }),
});

const servers = 'Exchange Servers';
const denial = { AccessRights: 'list', Deny: 'switch' } as const;
/** Of those that hide an object; what else there is of Active Directory is not kept. */
const reading = ['ReadProperty', 'GenericRead', 'GenericAll'] as const;

/**
 * `Add-ADPermission Info -User mary -ExtendedRights "Send As"`: who may send as a recipient, on-premises. `Add-ADPermission mary
 * -User "Exchange Servers" -AccessRights ReadProperty -Deny`, of a recipient or a server: Exchange does not see it any more, as where
 * somebody has switched inheritance off. At a receive connector: what those who come by it may, as `ms-Exch-SMTP-Accept-Any-Recipient`. No
 * other right is kept.
 */
export const adPermission = {
  get: {
    ...sendAs.get,
    async run(scope, given) {
      const connector = await connectorNamed(scope, String(given['Identity']));
      if (connector !== undefined) return connectorPermissions(scope, connector, given);
      const hidden = await objectNamed(scope, String(given['Identity']));
      const found = await scope.transaction((tx) => hiddenObjects.find(tx, scope.organization.name, hidden.name));
      const isAsked = textGiven(given, 'User') === undefined || isServers(given);
      const denied = found === undefined || !isAsked ? [] : [shown(hidden.identity)];
      return hidden.isServer || isServers(given) ? denied : [...denied, ...(await sendAs.get.run(scope, given))];
    },
  },
  add: changing(sendAs.add, 'add', async ({ organization, transaction, at }, { name, identity }) => {
    const value: HiddenObject = { Name: name };
    await transaction(async (tx) => {
      if ((await hiddenObjects.find(tx, organization.name, name)) === undefined)
        await hiddenObjects.create(tx, organization.name, name, value, at);
    });
    return [shown(identity)];
  }),
  remove: changing(sendAs.remove, 'remove', async ({ organization, transaction, at }, { name }) => {
    await transaction(async (tx) => {
      const stored = await hiddenObjects.find(tx, organization.name, name);
      if (stored !== undefined) await hiddenObjects.remove(tx, stored, at);
    });
    return [];
  }),
} satisfies Readonly<Record<string, Cmdlet>>;

interface Named {
  readonly name: string;
  readonly identity: string;
  readonly isServer: boolean;
}

function changing(
  usual: Cmdlet,
  how: 'add' | 'remove',
  change: (scope: CmdletScope, object: Named) => Promise<readonly CmdletObject[]>,
): Cmdlet {
  return {
    ...usual,
    parameters: { ...usual.parameters, ...denial },
    required: ['Identity', 'User'],
    async run(scope, given) {
      if ((given['AccessRights'] === undefined) === (given['ExtendedRights'] === undefined))
        throw cmdletRefusal('bad-parameter', 'Give either -ExtendedRights "Send As" or -AccessRights ReadProperty -Deny.');
      if (namesConnectorRights(given)) return changeConnectorRights(scope, given, how);
      if (given['AccessRights'] === undefined) return usual.run(scope, given);
      for (const one of listGiven(given, 'AccessRights') ?? []) choiceGiven({ AccessRights: one }, 'AccessRights', reading);
      if (given['Deny'] !== true || !isServers(given))
        throw cmdletRefusal('bad-parameter', `-AccessRights does something for -User "${servers}" with -Deny alone.`);
      return change(scope, await objectNamed(scope, String(given['Identity'])));
    },
  };
}

function isServers(given: CmdletParameters): boolean {
  return (textGiven(given, 'User') ?? '').replace(/^.*\\/, '').toLowerCase() === servers.toLowerCase();
}

async function objectNamed(scope: CmdletScope, identity: string): Promise<Named> {
  const server = serversOf(scope.organization).find((one) => one.toLowerCase() === identity.toLowerCase());
  if (server !== undefined) return { name: server, identity: server, isServer: true };
  const recipient = await requireOf({ types: recipientTypes }, scope, identity);
  return { name: recipient.guid, identity: identityOf(recipient), isServer: false };
}

function shown(identity: string): CmdletObject {
  const rights = { AccessRights: ['ReadProperty'], ExtendedRights: [] };
  return { Identity: identity, User: servers, Deny: true, Inherited: false, ...rights };
}
