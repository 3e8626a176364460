import { simple } from '../../../xml/codec.ts';
import {
  anyUri,
  base64,
  boolean,
  date,
  dateTime,
  double,
  duration,
  int,
  language,
  long,
  nonNegativeInteger,
  restrictedString,
  string,
  time,
  zonedDate,
} from '../../../xml/simple-types.ts';
import { restriction, union } from '../../../xml/xsd.ts';

/** GuidType: any letter case, no braces. */
export const guid = restrictedString('GuidType', {
  pattern: '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}',
});
/** NonEmptyStringType. */
export const nonEmptyString = restrictedString('NonEmptyStringType', { minimumLength: 1 });

// Elements that hold one value of a common type.
export const text = simple(string);
export const nonEmptyText = simple(nonEmptyString);
export const guidText = simple(guid);
export const integer = simple(int);
export const longInteger = simple(long);
export const decimal = simple(double);
export const truth = simple(boolean);
export const instant = simple(dateTime);
export const octets = simple(base64);
export const dateText = simple(date);
export const zonedDateText = simple(zonedDate);
export const timeText = simple(time);
export const durationText = simple(duration);
export const languageText = simple(language);
export const uriText = simple(anyUri);
export const countText = simple(nonNegativeInteger);

/** ReminderMinutesBeforeStartType: up to five years, or the one value that stands for no reminder. */
export const reminderMinutes = simple<number>({
  name: 'ReminderMinutesBeforeStartType',
  definition: union([
    restriction('xs:int', [
      ['minInclusive', '0'],
      ['maxInclusive', '2629800'],
    ]),
    restriction('xs:int', [['enumeration', '1525252321']]),
  ]),
  parse: (source) => {
    const value = int.parse(source);
    return value !== undefined && ((value >= 0 && value <= 2_629_800) || value === 1_525_252_321) ? value : undefined;
  },
  format: String,
  complaint: (source) => `The value '${source}' is not valid according to any of the memberTypes of the union.`,
});
