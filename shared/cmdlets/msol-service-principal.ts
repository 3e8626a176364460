import type { Stored } from '../domain/organization/config-kind.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type ServicePrincipal, servicePrincipals } from '../domain/trust/service-principals.ts';
import { type Guid, namedGuid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound } from './config-object.ts';
import { guidGiven, listGiven, requireOneSet, textGiven } from './given.ts';
import { credentialParameters, withCredential } from './msol-credential-given.ts';

const noun: ObjectNoun<ServicePrincipal> = {
  noun: 'service principal',
  kinds: ['cloud'],
  objects: servicePrincipals,
  name: ({ appId }) => appId,
  show: shown,
};
/** What a Msol cmdlet knows a service principal by: one of these. */
export const principalParameters = { AppPrincipalId: 'text', ObjectId: 'text', ServicePrincipalName: 'text' } as const;
const { ServicePrincipalName: _name, ...idParameters } = principalParameters;
const settable = { DisplayName: 'text', AccountEnabled: 'boolean', ServicePrincipalNames: 'list', Addresses: 'list' } as const;

/**
 * `New-MsolServicePrincipal -DisplayName <name>`: applications of a tenant, by the cmdlets of the MSOnline module, which
 * Microsoft's page "Configure OAuth authentication between Exchange and Exchange Online organizations" still has.
 * Parameters: learn.microsoft.com/previous-versions/azure/dn194119 and dn194110.
 */
export const msolServicePrincipal = {
  get: {
    kinds: noun.kinds,
    parameters: principalParameters,
    required: [],
    async run({ organization, transaction }, given) {
      if (Object.keys(given).length > 0) return [shown((await transaction((tx) => requirePrincipal(tx, organization, given))).value)];
      return (await transaction((tx) => servicePrincipals.list(tx, organization.name))).map(({ value }) => shown(value));
    },
  },
  new: newObject(noun, {
    positional: null,
    parameters: { ...settable, AppPrincipalId: 'text', ...credentialParameters },
    required: ['DisplayName'],
    make({ organization, at }, given) {
      const displayName = String(given['DisplayName']);
      const appId = guidGiven(given, 'AppPrincipalId') ?? namedGuid('application', organization.name, displayName, String(at));
      const principal: ServicePrincipal = {
        appId,
        objectId: namedGuid('service principal', organization.name, appId),
        displayName,
        accountEnabled: true,
        servicePrincipalNames: [appId],
        keyCredentials: [],
        passwordCredentials: [],
        isPublicClient: false,
        redirectUris: [],
        appRoles: [],
        scopes: [],
        appRoleAssignments: [],
        permissionGrants: [],
      };
      const set = { ...principal, ...changes(given, appId) };
      return given['Value'] === undefined && given['Type'] === undefined ? set : withCredential(set, given, at);
    },
    check: requireOwnNames,
  }),
  set: {
    kinds: noun.kinds,
    parameters: { ...idParameters, ...settable },
    required: [],
    async current({ organization, transaction }, given) {
      const { value } = await transaction((tx) => requirePrincipal(tx, organization, given));
      return { ServicePrincipalNames: value.servicePrincipalNames, Addresses: value.redirectUris };
    },
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      await transaction(async (tx) => {
        const stored = await requirePrincipal(tx, organization, given);
        const value = { ...stored.value, ...changes(given, stored.value.appId) };
        await requireOwnNames(value, scope, tx);
        await servicePrincipals.replace(tx, stored, value, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** The service principal that the parameters name. Refuses with `bad-parameter` or `object-not-found`. */
export async function requirePrincipal(
  tx: Transaction,
  organization: Organization,
  given: CmdletParameters,
): Promise<Stored<ServicePrincipal>> {
  const names = Object.keys(principalParameters);
  requireOneSet(
    given,
    names.map((name) => [name]),
  );
  const [appId, objectId, name] = [
    guidGiven(given, 'AppPrincipalId'),
    guidGiven(given, 'ObjectId'),
    textGiven(given, 'ServicePrincipalName'),
  ];
  const identity = appId ?? objectId ?? name;
  if (identity === undefined) throw cmdletRefusal('bad-parameter', 'Say which service principal: -AppPrincipalId or -ObjectId.');
  const all = await servicePrincipals.list(tx, organization.name);
  const found = all.find(({ value }) =>
    name === undefined ? value.appId === appId || value.objectId === objectId : value.servicePrincipalNames.includes(name.toLowerCase()),
  );
  if (found === undefined) throw objectNotFound(organization, identity);
  return found;
}

function changes(given: CmdletParameters, appId: Guid): Partial<ServicePrincipal> {
  const { DisplayName, AccountEnabled } = given;
  const names = listGiven(given, 'ServicePrincipalNames')?.map(principalName);
  const addresses = listGiven(given, 'Addresses');
  for (const address of addresses ?? []) {
    if (!URL.canParse(address))
      throw cmdletRefusal('bad-parameter', `-Addresses takes redirect addresses, not ${JSON.stringify(address)}.`);
  }
  return {
    ...(typeof DisplayName === 'string' ? { displayName: DisplayName } : {}),
    ...(typeof AccountEnabled === 'boolean' ? { accountEnabled: AccountEnabled } : {}),
    // The list replaces the one that is there, but a service principal always has its id.
    ...(names === undefined ? {} : { servicePrincipalNames: [...new Set([appId, ...names])] }),
    ...(addresses === undefined ? {} : { redirectUris: addresses }),
  };
}

/** Forms of a name: `appName`, `appName/hostname` or a URL (dn194110, -ServicePrincipalNames). */
function principalName(written: string): string {
  const name = written.toLowerCase();
  if (!/^[\w.-]+(?:\/[\w.:@-]+)?$/.test(name) && !URL.canParse(name)) {
    throw cmdletRefusal('bad-parameter', `${JSON.stringify(written)} is no service principal name: appName, appName/hostname or a URL.`);
  }
  return name;
}

/** A name belongs to one service principal of a tenant. The text is Entra's (for any property that must be unique). */
async function requireOwnNames(
  { appId, servicePrincipalNames }: ServicePrincipal,
  { organization }: { readonly organization: Organization },
  tx: Transaction,
): Promise<void> {
  const others = (await servicePrincipals.list(tx, organization.name)).map(({ value }) => value).filter((one) => one.appId !== appId);
  for (const { displayName, servicePrincipalNames: taken } of others) {
    const name = servicePrincipalNames.find((one) => taken.includes(one));
    if (name === undefined) continue;
    const text = 'Another object with the same value for property servicePrincipalNames already exists.';
    throw cmdletRefusal('object-exists', `${text} '${displayName}' has ${name}.`);
  }
}

function shown({ accountEnabled, redirectUris, appId, displayName, objectId, servicePrincipalNames }: ServicePrincipal): CmdletObject {
  return {
    AccountEnabled: accountEnabled,
    Addresses: redirectUris,
    AppPrincipalId: appId,
    DisplayName: displayName,
    ObjectId: objectId,
    ServicePrincipalNames: servicePrincipalNames,
  };
}
