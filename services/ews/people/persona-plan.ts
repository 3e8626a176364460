import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import { ewsRefusal } from '../failures.ts';
import { type PlannedExtended, planExtended } from '../views/extended-plan.ts';
import { attributedFields, personaKeys, singleFields } from './persona-fields.ts';

/** What a request wants to see of people: names of elements, extended properties, and the properties of contacts behind them. */
export interface PersonaPlan {
  readonly fields: ReadonlySet<string>;
  readonly extended: readonly PlannedExtended[];
  readonly needs: readonly PropertyKey[];
}

const everything = [...singleFields, ...attributedFields];
/** Bodies may be long: they are read where they are asked for. */
const bodies = [tags.body, tags.bodyHtml];

/** Reads a shape of FindPeople; without one it is Default. Refuses what is no property of people. */
export function planPersonas(
  shape: { readonly BaseShape: BaseShape; readonly AdditionalProperties?: readonly Path[] | undefined } | undefined,
): PersonaPlan {
  const base = shape?.BaseShape ?? 'Default';
  const fields = base === 'Default' ? singleFields : base === 'AllProperties' ? everything : [];
  return planned(fields, shape?.AdditionalProperties ?? []);
}

/** Reads the properties that GetPersona asks for; without any it is everything that is known. Refuses as {@link planPersonas}. */
export function planPersona(paths: readonly Path[] | undefined): PersonaPlan {
  return paths === undefined ? planned(everything, []) : planned([], paths);
}

function planned(base: readonly string[], paths: readonly Path[]): PersonaPlan {
  const fields = new Set(['PersonaId', ...base]);
  for (const path of paths) {
    if (path.is === 'ExtendedFieldURI') continue;
    const [prefix, name = ''] = path.value.FieldURI.split(':');
    // What the schema names and nobody here knows is left out, as of items.
    if (path.is !== 'FieldURI' || prefix !== 'persona') throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: path.value.FieldURI });
    fields.add(name);
  }
  const extended = planExtended(paths);
  const needs = [...personaKeys, ...extended.map(({ key }) => key), ...(fields.has('Bodies') ? bodies : [])];
  return { fields, extended, needs };
}
