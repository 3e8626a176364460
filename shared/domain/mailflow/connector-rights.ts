import type { Connector } from './connectors.ts';

/** Who has rights at receive connectors. */
export const connectorPrincipals = {
  anonymous: 'NT AUTHORITY\\ANONYMOUS LOGON',
  users: 'NT AUTHORITY\\Authenticated Users',
} as const;
export type PrincipalName = keyof typeof connectorPrincipals;

/**
 * Rights that can be given at a receive connector ("Receive connectors", OfficeDocs-Exchange). The first two do something; what the others
 * allow nobody is kept from here.
 */
export const connectorRights = [
  'ms-Exch-SMTP-Accept-Any-Recipient',
  'ms-Exch-SMTP-Submit',
  'ms-Exch-SMTP-Accept-Any-Sender',
  'ms-Exch-SMTP-Accept-Authoritative-Domain-Sender',
  'ms-Exch-Accept-Headers-Routing',
  'ms-Exch-Bypass-Anti-Spam',
] as const;
export type ConnectorRight = (typeof connectorRights)[number];

/** By permission group (same page). */
const groups: Readonly<Record<PrincipalName, { readonly group: string; readonly rights: readonly ConnectorRight[] }>> = {
  anonymous: {
    group: 'AnonymousUsers',
    rights: [
      ...(['ms-Exch-Accept-Headers-Routing', 'ms-Exch-SMTP-Accept-Any-Sender'] as const),
      ...(['ms-Exch-SMTP-Accept-Authoritative-Domain-Sender', 'ms-Exch-SMTP-Submit'] as const),
    ],
  },
  users: {
    group: 'ExchangeUsers',
    rights: [
      ...(['ms-Exch-Accept-Headers-Routing', 'ms-Exch-Bypass-Anti-Spam'] as const),
      ...(['ms-Exch-SMTP-Accept-Any-Recipient', 'ms-Exch-SMTP-Submit'] as const),
    ],
  },
};

/** What somebody may by the permission groups of a connector. */
export function groupRights({ PermissionGroups }: Connector, principal: PrincipalName): readonly ConnectorRight[] {
  const { group, rights } = groups[principal];
  return Array.isArray(PermissionGroups) && PermissionGroups.includes(group) ? rights : [];
}

/** What somebody was given at a connector besides. */
export function grantedRights({ GrantedRights }: Connector, principal: PrincipalName): readonly ConnectorRight[] {
  const entries = new Set(Array.isArray(GrantedRights) ? GrantedRights.map(String) : []);
  return connectorRights.filter((right) => entries.has(`${principal} ${right}`));
}
