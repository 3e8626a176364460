import { type ItemNeed, itemColumnsFor } from '../../../shared/domain/mailbox/property-reader.ts';
import { fieldByUri, fieldsOfShape } from '../../../shared/protocols/ews/fields/classes.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { type ItemElement, itemTypes } from '../../../shared/protocols/ews/item-elements.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { BaseShape } from '../../../shared/protocols/ews/shapes.ts';
import { type PlannedExtended, planExtended } from './extended-plan.ts';
import type { BodyShape, ItemPart } from './item-source.ts';
import { itemSpecials } from './item-specials.ts';
import { type AskedEntry, askedEntries } from './narrowed.ts';

/** What a request wants to see of items: its shape, read once for all items of the answer. */
export interface ItemPlan {
  /** The rows to show of an element, in schema order. */
  rowsOf(element: ItemElement): readonly FieldRow[];
  readonly extended: readonly PlannedExtended[];
  readonly need: ItemNeed;
  readonly loads: ReadonlySet<ItemPart>;
  /** The columns of an item's row, without its bag, are all that is shown of it. */
  readonly isShownFromRow: boolean;
  readonly bodies: BodyShape;
  /** The entries of dictionaries that are shown of a field, which is not shown whole. */
  entriesOf(row: FieldRow, element: ItemElement): readonly AskedEntry[] | undefined;
}

/** The parts of ItemResponseShapeType that say what is returned. */
export interface ItemShape extends BodyShape {
  readonly BaseShape: BaseShape;
  readonly IncludeMimeContent?: boolean | undefined;
  readonly AdditionalProperties?: readonly Path[] | undefined;
}

/**
 * Reads a shape. With `inFind`, fields that only GetItem returns are left out, as Exchange does. A FieldURI that does
 * not apply to an item's class is left out silently. Refuses extended properties that name nothing.
 */
export function planItems(shape: ItemShape, inFind: boolean): ItemPlan {
  const key = `${inFind} ${JSON.stringify(shape)}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const made = readShape(shape, inFind);
  if (plans.size >= keptPlans) plans.clear();
  if (key.length <= longestKey) plans.set(key, made);
  return made;
}

// A client asks with the same few shapes again and again; a hostile one that has many, or huge ones, pays for them.
const plans = new Map<string, ItemPlan>();
const keptPlans = 200;
const longestKey = 8_192;

function readShape(shape: ItemShape, inFind: boolean): ItemPlan {
  const paths = shape.AdditionalProperties ?? [];
  const uris = paths.flatMap((path) => (path.is === 'FieldURI' ? [path.value.FieldURI] : []));
  const whole = new Set<string>(uris);
  if (shape.IncludeMimeContent === true) uris.push('item:MimeContent');
  const extended = planExtended(paths);
  const entries = askedEntries(paths);
  uris.push(...entries.keys());
  const wanted = (element: ItemElement): readonly FieldRow[] => {
    const base = fieldsOfShape(element, shape.BaseShape, inFind);
    const asked = uris.flatMap((uri) => fieldByUri(element, uri) ?? []).filter((row) => row.inFind || !inFind);
    return asked.length === 0 ? base : [...new Set([...base, ...asked])].sort((left, right) => left.order - right.order);
  };
  const rows = new Map<ItemElement, readonly FieldRow[]>();
  const needs = new Set(extended.map(({ key }) => key));
  const loads = new Set<ItemPart>();
  for (const element of shownElements) {
    const shown = wanted(element).filter((row) => row.property !== undefined || (row.special !== undefined && row.special in itemSpecials));
    rows.set(element, shown);
    for (const row of shown) {
      if (row.property !== undefined) needs.add(row.property);
      const view = row.special === undefined ? undefined : itemSpecials[row.special];
      for (const key of view?.needs ?? []) needs.add(key);
      for (const part of view?.loads ?? []) loads.add(part);
      if (shape.InlineImageUrlTemplate !== undefined && row.special?.endsWith('Body') === true) loads.add('attachments');
    }
  }
  const need: ItemNeed = loads.has('mime') ? { properties: 'all', mime: true } : { properties: [...needs] };
  const columns = itemColumnsFor(need);
  return {
    rowsOf: (element) => rows.get(element) ?? rows.get('Item') ?? [],
    extended,
    need,
    loads,
    isShownFromRow: loads.size === 0 && columns !== 'all' && !columns.includes('bag'),
    bodies: shape,
    entriesOf: (row, element) =>
      whole.has(row.uri) || fieldsOfShape(element, shape.BaseShape, inFind).includes(row) ? undefined : entries.get(row.uri),
  };
}

const shownElements = Object.keys(itemTypes) as readonly ItemElement[];
