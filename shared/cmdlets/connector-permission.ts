import {
  type ConnectorRight,
  connectorPrincipals,
  connectorRights,
  grantedRights,
  groupRights,
  type PrincipalName,
} from '../domain/mailflow/connector-rights.ts';
import { type Connector, receiveConnectors } from '../domain/mailflow/connectors.ts';
import { allConnectors, removedMark, setupReceiveConnectors } from '../domain/mailflow/receive-connectors.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { listGiven, textGiven } from './given.ts';

/** Whether the rights that a line names are those of a session at a receive connector, and not those at a recipient. */
export function namesConnectorRights(given: CmdletParameters): boolean {
  return (listGiven(given, 'ExtendedRights') ?? []).some((one) => /^ms-exch-/i.test(one));
}

/** The receive connector that an identity means, with its server or without; undefined: there is none. */
export async function connectorNamed(scope: CmdletScope, identity: string): Promise<Connector | undefined> {
  const { organization } = scope;
  const server = `${serverNameOf(organization)}\\`.toLowerCase();
  const folded = identity.toLowerCase();
  const name = folded.startsWith(server) ? folded.slice(server.length) : folded;
  const kept = await scope.transaction((tx) => receiveConnectors.list(tx, organization.name));
  const all = allConnectors(
    setupReceiveConnectors(organization),
    kept.map(({ value }) => value),
  );
  return all.find((one) => one.Name.toLowerCase() === name && one[removedMark] !== true);
}

/** `Get-ADPermission "EX01\Anonymous Relay" -User "NT AUTHORITY\ANONYMOUS LOGON"`: what the groups give, and what was given besides. */
export function connectorPermissions({ organization }: CmdletScope, connector: Connector, given: CmdletParameters): CmdletObject[] {
  const only = given['User'] === undefined ? undefined : principalGiven(given);
  const principals = (Object.keys(connectorPrincipals) as PrincipalName[]).filter((one) => only === undefined || one === only);
  return principals.flatMap((principal) =>
    [...new Set([...groupRights(connector, principal), ...grantedRights(connector, principal)])].map((right) =>
      shown(`${serverNameOf(organization)}\\${connector.Name}`, principal, right),
    ),
  );
}

/**
 * `Get-ReceiveConnector "Anonymous Relay" | Add-ADPermission -User "NT AUTHORITY\ANONYMOUS LOGON" -ExtendedRights
 * ms-Exch-SMTP-Accept-Any-Recipient` ("Allow anonymous relay on Exchange servers", OfficeDocs-Exchange), and its opposite.
 */
export async function changeConnectorRights(
  scope: CmdletScope,
  given: CmdletParameters,
  how: 'add' | 'remove',
): Promise<readonly CmdletObject[]> {
  const { organization, at } = scope;
  const identity = String(given['Identity']);
  const connector = await connectorNamed(scope, identity);
  if (connector === undefined) throw objectNotFound(organization, identity);
  const principal = principalGiven(given);
  const rights = rightsGiven(given);
  if (given['Deny'] === true) throw cmdletRefusal('bad-parameter', 'Rights at a receive connector are given here, not denied.');
  const ofGroup = how === 'remove' ? groupRights(connector, principal).find((one) => rights.includes(one)) : undefined;
  if (ofGroup !== undefined)
    throw cmdletRefusal('operation-failed', `${ofGroup} comes with -PermissionGroups: take the group away with Set-ReceiveConnector.`);
  await scope.transaction(async (tx) => {
    const stored = await receiveConnectors.find(tx, organization.name, connector.Name);
    const value: Connector = stored?.value ?? { Name: connector.Name };
    const others = granted(value).filter((one) => !rights.some((right) => one === entry(principal, right)));
    const all = how === 'add' ? [...others, ...rights.map((right) => entry(principal, right))] : others;
    const changed: Connector = { ...value, GrantedRights: all };
    if (stored === undefined) await receiveConnectors.create(tx, organization.name, connector.Name, changed, at);
    else await receiveConnectors.replace(tx, stored, changed, at);
  });
  return how === 'add' ? rights.map((right) => shown(`${serverNameOf(organization)}\\${connector.Name}`, principal, right)) : [];
}

function granted({ GrantedRights }: Connector): readonly string[] {
  return Array.isArray(GrantedRights) ? GrantedRights.map(String) : [];
}

function entry(principal: PrincipalName, right: ConnectorRight): string {
  return `${principal} ${right}`;
}

function principalGiven(given: CmdletParameters): PrincipalName {
  const user = textGiven(given, 'User') ?? '';
  const bare = (name: string): string => name.replace(/^.*\\/, '').toLowerCase();
  const found = (Object.keys(connectorPrincipals) as PrincipalName[]).find((one) => bare(connectorPrincipals[one]) === bare(user));
  if (found !== undefined) return found;
  throw cmdletRefusal(
    'bad-parameter',
    `-User takes ${Object.values(connectorPrincipals).join(' or ')} at a receive connector, not ${user}.`,
  );
}

function rightsGiven(given: CmdletParameters): readonly ConnectorRight[] {
  return (listGiven(given, 'ExtendedRights') ?? []).map((text) => {
    const found = connectorRights.find((one) => one.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw cmdletRefusal('bad-parameter', `-ExtendedRights takes ${connectorRights.join(', ')} here, not ${text}.`);
    return found;
  });
}

function shown(identity: string, principal: PrincipalName, right: ConnectorRight): CmdletObject {
  return {
    ...{ Identity: identity, User: connectorPrincipals[principal], Deny: false, Inherited: false },
    ...{ AccessRights: ['ExtendedRight'], ExtendedRights: [right] },
  };
}
