import { componentsOf, type ICalendarComponent, newProperty, propertiesOf, propertyOf } from './component.ts';
import { type ICalendarRule, readRule, ruleValue } from './recurrence-rule.ts';
import { offsetValue, readOffset, readTime, timeValue } from './values.ts';

/** A VTIMEZONE (RFC 5545 3.6.5). */
export interface ICalendarZone {
  readonly id: string;
  readonly observances: readonly Observance[];
}

/** A part of a zone: from its starts on the clocks go so. */
export interface Observance {
  readonly is: 'standard' | 'daylight';
  /** The first start, on the clocks before it. */
  readonly start: number;
  /** Minutes east of UTC. */
  readonly from: number;
  readonly to: number;
  readonly rule?: ICalendarRule | undefined;
  /** More starts, on the clocks before them. */
  readonly dates: readonly number[];
}

/** Bounds of ours: clocks were never changed so often. */
const mostObservances = 200;
const mostDates = 200;

/** Reads a VTIMEZONE; undefined where it has no name, or no part that says how the clocks go. */
export function readZone(component: ICalendarComponent): ICalendarZone | undefined {
  const id = propertyOf(component, 'TZID')?.value.trim();
  const observances = [
    ...componentsOf(component, 'STANDARD').flatMap((part) => readObservance('standard', part) ?? []),
    ...componentsOf(component, 'DAYLIGHT').flatMap((part) => readObservance('daylight', part) ?? []),
  ];
  const isNone = observances.length === 0 || observances.length > mostObservances;
  return id === undefined || id === '' || isNone ? undefined : { id, observances };
}

function readObservance(is: Observance['is'], component: ICalendarComponent): Observance | undefined {
  const value = (name: string): string => propertyOf(component, name)?.value ?? '';
  const [start, from, to] = [readTime(value('DTSTART')), readOffset(value('TZOFFSETFROM')), readOffset(value('TZOFFSETTO'))];
  if (start === undefined || from === undefined || to === undefined) return undefined;
  const texts = propertiesOf(component, 'RDATE').flatMap((property) => property.value.split(',', mostDates));
  const dates = texts.slice(0, mostDates).flatMap((text) => readTime(text)?.wall ?? []);
  return { is, start: start.wall, from, to, rule: readRule(value('RRULE')), dates };
}

/** The VTIMEZONE of a zone. */
export function zoneComponent({ id, observances }: ICalendarZone): ICalendarComponent {
  return { name: 'VTIMEZONE', properties: [newProperty('TZID', id)], components: observances.map(observanceComponent) };
}

function observanceComponent({ is, start, from, to, rule, dates }: Observance): ICalendarComponent {
  const local = (wall: number): string => timeValue({ is: 'local', wall });
  return {
    name: is === 'standard' ? 'STANDARD' : 'DAYLIGHT',
    properties: [
      newProperty('DTSTART', local(start)),
      newProperty('TZOFFSETFROM', offsetValue(from)),
      newProperty('TZOFFSETTO', offsetValue(to)),
      ...(rule === undefined ? [] : [newProperty('RRULE', ruleValue(rule))]),
      ...dates.map((wall) => newProperty('RDATE', local(wall))),
    ],
    components: [],
  };
}
