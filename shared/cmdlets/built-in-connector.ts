import type { Connector } from '../domain/mailflow/connectors.ts';
import { allConnectors, removedMark } from '../domain/mailflow/receive-connectors.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Cmdlet, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { cmdletRefusal } from './cmdlet.ts';
import { type ObjectNoun, objectNotFound } from './config-object.ts';
import { textGiven } from './given.ts';

type Verbs = { readonly [Verb in 'get' | 'new' | 'set' | 'remove']: Cmdlet };

/**
 * The cmdlets of a noun of which setup makes some objects: they are there without being in the store, which keeps what
 * somebody has changed about one, or that it was removed.
 */
export function withBuiltIn(
  { noun, objects, show }: ObjectNoun<Connector>,
  builtIn: (organization: Organization) => readonly Connector[],
  verbs: Verbs,
): Verbs {
  const named = ({ organization }: CmdletScope, name: string): Connector | undefined =>
    builtIn(organization).find((one) => one.Name.toLowerCase() === name.toLowerCase());
  const write = (scope: CmdletScope, value: Connector): Promise<void> =>
    scope.transaction((tx) => objects.create(tx, scope.organization.name, value.Name, value, scope.at));
  const stored = (scope: CmdletScope, name: string) => scope.transaction((tx) => objects.find(tx, scope.organization.name, name));
  /** Puts one of setup's into the store, so that it can be changed there; refuses what was removed. */
  const kept = async (scope: CmdletScope, given: CmdletParameters): Promise<Connector | undefined> => {
    const found = named(scope, String(given['Identity']));
    if (found === undefined) return undefined;
    const known = await stored(scope, found.Name);
    if (known?.value[removedMark] === true) throw objectNotFound(scope.organization, found.Name);
    if (known === undefined) await write(scope, textGiven(given, 'Name') === undefined ? { Name: found.Name } : found);
    return found;
  };
  return {
    get: {
      ...verbs.get,
      async run(scope, given) {
        const { organization, transaction, at } = scope;
        const own = await transaction((tx) => objects.list(tx, organization.name));
        const all = allConnectors(
          builtIn(organization),
          own.map(({ value }) => value),
        );
        const identity = textGiven(given, 'Identity');
        const found = identity === undefined ? all : all.filter(({ Name }) => Name.toLowerCase() === identity.toLowerCase());
        if (identity !== undefined && found.length === 0) throw objectNotFound(organization, identity);
        return found.map((value) => show(value, at));
      },
    },
    new: {
      ...verbs.new,
      async run(scope, given) {
        const { organization, transaction, at } = scope;
        const found = named(scope, String(given['Name']));
        const known = found && (await stored(scope, found.Name));
        if (known?.value[removedMark] === true) await transaction((tx) => objects.remove(tx, known, at));
        else if (found !== undefined && known === undefined)
          throw cmdletRefusal('object-exists', `${organization.name} already has the ${noun} '${found.Name}'.`);
        return verbs.new.run(scope, given);
      },
    },
    set: {
      ...verbs.set,
      async run(scope, given) {
        const found = await kept(scope, given);
        const answer = await verbs.set.run(scope, given);
        const renamed = textGiven(given, 'Name');
        if (found !== undefined && renamed !== undefined && renamed.toLowerCase() !== found.Name.toLowerCase())
          await write(scope, { Name: found.Name, [removedMark]: true });
        return answer;
      },
      current: async (scope, given) => {
        const found = named(scope, String(given['Identity']));
        const known = found && (await stored(scope, found.Name));
        if (found === undefined || known !== undefined) return (await verbs.set.current?.(scope, given)) ?? {};
        return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, readonly string[]] => Array.isArray(entry[1])));
      },
    },
    remove: {
      ...verbs.remove,
      async run(scope, given) {
        const found = await kept(scope, given);
        const answer = await verbs.remove.run(scope, given);
        if (found !== undefined) await write(scope, { Name: found.Name, [removedMark]: true });
        return answer;
      },
    },
  };
}
