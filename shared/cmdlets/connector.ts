import type { Connector, ConnectorValue } from '../domain/mailflow/connectors.ts';
import type { ConfigKind } from '../domain/organization/config-kind.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { withBuiltIn } from './built-in-connector.ts';
import type { Cmdlet, CmdletObject, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { type PropertyTable, parametersOf, shownProperties, valuesGiven } from './property-table.ts';

/** A kind of connector. */
export interface ConnectorNoun {
  readonly noun: string;
  readonly kinds: Cmdlet['kinds'];
  readonly objects: ConfigKind<Connector>;
  readonly table: PropertyTable;
  /** Mandatory for New-, besides the name. */
  readonly required: readonly string[];
  /** What a new one holds that is not the same everywhere. */
  initial(organization: Organization): Readonly<Record<string, ConnectorValue>>;
  /** Properties that follow from others. */
  shown(value: Connector): CmdletObject;
  /** Those that setup makes. */
  builtIn?(organization: Organization): readonly Connector[];
  /** An identity as it may be written, as the name by which the connector is kept. */
  nameOf?(organization: Organization, identity: string): string;
}

/** `Get- New- Set- Remove-<noun>`: connectors as objects. */
export function connectorCmdlets(given: ConnectorNoun): { readonly [Verb in 'get' | 'new' | 'set' | 'remove']: Cmdlet } {
  const { noun, kinds, objects, table } = given;
  const parameters = { Name: 'text' as const, ...parametersOf(table) };
  const object: ObjectNoun<Connector> = {
    ...{ noun, kinds, objects },
    name: ({ Name }) => Name,
    show: (value) => shownProperties(table, value, { Name: value.Name, ...given.shown(value) }),
  };
  const plain = (scope: CmdletScope, { Identity, ...rest }: CmdletParameters): CmdletParameters =>
    typeof Identity === 'string' ? { ...rest, Identity: given.nameOf?.(scope.organization, Identity) ?? Identity } : rest;
  const named = ({ current, ...cmdlet }: Cmdlet): Cmdlet => ({
    ...cmdlet,
    ...(current === undefined ? {} : { current: (scope, written) => current(scope, plain(scope, written)) }),
    run: (scope, written) => cmdlet.run(scope, plain(scope, written)),
  });
  const verbs = {
    get: getObject(object),
    new: newObject(object, {
      parameters,
      required: ['Name', ...given.required],
      make: ({ organization }, written) => ({
        ...given.initial(organization),
        ...valuesGiven(table, written),
        Name: String(written['Name']),
      }),
    }),
    set: setObject(object, {
      parameters,
      change: (_current, _scope, written) => ({
        ...valuesGiven(table, written),
        ...(typeof written['Name'] === 'string' ? { Name: written['Name'] } : {}),
      }),
    }),
    remove: removeObject(object),
  };
  const { get, new: make, set, remove } = given.builtIn === undefined ? verbs : withBuiltIn(object, given.builtIn, verbs);
  return { get: named(get), new: make, set: named(set), remove: named(remove) };
}
