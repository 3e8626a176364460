import { type Guid, namedGuid, parseGuid } from '../../kernel/ids.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { ApplicationDefinition } from './definition.ts';
import type { Complain } from './semantics.ts';
import { exchangeScopes } from './vocabulary.ts';
import type { WorldApplication, WorldOrganization } from './world.ts';

/** Fills in the defaults of a tenant's applications and resolves the permissions that they have on each other. */
export function resolveApplications(
  { name: organization, kind }: Pick<WorldOrganization, 'name' | 'kind'>,
  definitions: readonly ApplicationDefinition[],
  complain: Complain,
): readonly WorldApplication[] {
  const path = ['organizations', organization, 'applications'];
  if (kind !== 'cloud' && definitions.length > 0)
    complain(path, `organizations.${organization}.applications: only a cloud organisation has them`);
  const identified = definitions.map((definition) => ({ ...definition, clientId: clientIdOf(organization, definition) }));
  const exposed = exposedScopes(identified);
  const taken = new Map<string, string>();
  return identified.map((definition, index) => {
    const at = (...more: readonly PropertyKey[]) => [...path, index, ...more];
    checkApplication(definition, taken, (key, message) => complain(at(key), message));
    return {
      name: definition.name,
      clientId: definition.clientId,
      clientSecret: definition.clientSecret ?? null,
      redirectUris: definition.redirectUris ?? [],
      public: definition.public ?? false,
      roles: definition.roles ?? [],
      scopes: (definition.scopes ?? []).flatMap((scope, position) => {
        const found = exposed.get(scope.toLowerCase());
        if (found === undefined) complain(at('scopes', position), unknownScope(scope, organization, exposed));
        return found ?? [];
      }),
      exposes: definition.exposes?.scopes ?? [],
    };
  });
}

type Identified = ApplicationDefinition & { readonly clientId: Guid };
type Scope = WorldApplication['scopes'][number];

/** Every delegated permission of a tenant, by the name that a world file gives it. */
function exposedScopes(definitions: readonly Identified[]): ReadonlyMap<string, Scope> {
  const own = definitions.flatMap((definition) =>
    (definition.exposes?.scopes ?? []).map(
      (scope) => [`${definition.name}/${scope}`, { application: definition.clientId, scope }] as const,
    ),
  );
  const ofExchange = exchangeScopes.map((scope) => [scope, { application: null, scope }] as const);
  return new Map([...ofExchange, ...own].map(([name, scope]) => [name.toLowerCase(), scope]));
}

function unknownScope(written: string, organization: string, exposed: ReadonlyMap<string, Scope>): string {
  const known: readonly string[] = [...exchangeScopes, ...[...exposed.keys()].filter((name) => name.includes('/'))];
  const near = nearest(written, known);
  return `"${written}" is not a delegated permission in ${organization}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** Identifiers that Microsoft's own applications have in every tenant begin so. */
const reserved = /^0000000[0-9a-f]-0000-/;

function checkApplication(
  { name, clientId, clientSecret, public: isPublic = false, roles = [] }: Identified,
  taken: Map<string, string>,
  complain: (key: string, message: string) => void,
): void {
  for (const [key, value] of [
    ['name', name],
    ['clientId', clientId],
  ] as const) {
    const owner = taken.get(`${key} ${value.toLowerCase()}`);
    if (owner !== undefined) complain(key, `${key} ${value} is already taken by ${owner}`);
    taken.set(`${key} ${value.toLowerCase()}`, name);
  }
  if (reserved.test(clientId)) complain('clientId', `${name}: ${clientId} is kept for Microsoft's own applications`);
  if (isPublic && clientSecret !== undefined) complain('clientSecret', `${name}: a public client has no secret`);
  if (isPublic && roles.length > 0) complain('roles', `${name}: a public client cannot use application roles`);
}

function clientIdOf(organization: string, { name, clientId }: ApplicationDefinition): Guid {
  return parseGuid(clientId ?? '') ?? namedGuid('application', organization, name.toLowerCase());
}
