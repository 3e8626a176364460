import { type CmdletObject, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import { parseDate } from '../date-text.ts';
import type { Comparison, Condition } from '../line/command-line.ts';

/**
 * Whether an object meets the condition of a Where-Object, by the rules of about_Comparison_Operators: the right side is
 * read as what the left one is, texts ignore case, and of a list on the left those members remain that meet it. Refuses
 * with `bad-parameter` what cannot be compared.
 */
export function meets(condition: Condition, object: CmdletObject): boolean {
  return isTrue(valueIn(condition, object));
}

function valueIn(condition: Condition, object: CmdletObject): ShownValue {
  switch (condition.is) {
    case 'constant':
      return condition.value;
    case 'expression':
      throw new Error('defect: an expression was looked at before it was worked out');
    case 'property':
      return propertyOf(object, condition.path);
    case 'not':
      return !isTrue(valueIn(condition.of, object));
    case 'both':
      return isTrue(valueIn(condition.left, object)) && isTrue(valueIn(condition.right, object));
    case 'either':
      return isTrue(valueIn(condition.left, object)) || isTrue(valueIn(condition.right, object));
    case 'compare': {
      const right = valueIn(condition.right, object);
      return ofEach(valueIn(condition.left, object), (left) => compare(condition.operator, left, right));
    }
    case 'pattern':
      return ofEach(valueIn(condition.left, object), (left) => condition.pattern.test(textOf(left)) !== condition.negated);
  }
}

/** A property that is not there is `$null`. */
export function propertyOf(object: ShownValue, path: readonly string[]): ShownValue {
  let value: ShownValue = object;
  for (const name of path) {
    if (!isRecord(value)) return null;
    value = Object.entries(value).find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? null;
  }
  return value;
}

export function isRecord(value: ShownValue): value is CmdletObject {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Date);
}

export function isList(value: ShownValue): value is readonly ShownValue[] {
  return Array.isArray(value);
}

function ofEach(left: ShownValue, test: (value: ShownValue) => boolean): ShownValue {
  return isList(left) ? left.filter(test) : test(left);
}

/** about_Booleans: nothing, 0 and the empty text are false; a list of one is what its member is. */
function isTrue(value: ShownValue): boolean {
  if (isList(value)) return value.length === 1 ? isTrue(value[0] ?? null) : value.length > 1;
  return value !== null && value !== '' && value !== 0 && value !== false;
}

function compare(operator: Comparison, left: ShownValue, right: ShownValue): boolean {
  if (operator === 'eq') return isSame(left, right);
  if (operator === 'ne') return !isSame(left, right);
  const order = orderOf(left, right);
  if (operator === 'gt') return order > 0;
  if (operator === 'lt') return order < 0;
  return operator === 'ge' ? order >= 0 : order <= 0;
}

function isSame(left: ShownValue, right: ShownValue): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left === 'boolean') return left === isTrue(right);
  if (typeof left === 'string') return left.toLowerCase() === textOf(right).toLowerCase();
  // What cannot be read as a number or a date is not the same.
  const number = numberOf(left);
  return number !== undefined && number === convertedTo(left, right);
}

/** Below, at or above 0. `$null` comes before all else. */
function orderOf(left: ShownValue, right: ShownValue): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  if (typeof left === 'string') return left.localeCompare(textOf(right), 'en', { sensitivity: 'accent' });
  const first = numberOf(left);
  const second = typeof left === 'boolean' ? Number(isTrue(right)) : convertedTo(left, right);
  if (first !== undefined && second !== undefined) return first - second;
  // ExtendedTypeSystem.resx, ComparisonFailure
  throw cmdletRefusal('bad-parameter', `Could not compare "${textOf(left)}" to "${textOf(right)}".`);
}

function numberOf(value: ShownValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value instanceof Date ? value.getTime() : undefined;
}

/** The right side as a number or a moment, as the left one is. */
function convertedTo(left: ShownValue, right: ShownValue): number | undefined {
  if (left instanceof Date) return typeof right === 'string' ? parseDate(right) : right instanceof Date ? right.getTime() : undefined;
  if (typeof right !== 'string') return numberOf(right);
  return /^\s*[+-]?\d{1,15}(\.\d{1,15})?\s*$/.test(right) ? Number(right) : undefined;
}

/** A value within a text. */
export function textOf(value: ShownValue): string {
  if (value === null) return '';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map(textOf).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
