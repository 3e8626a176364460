/** A part of an iCalendar stream (RFC 5545 3.6): VCALENDAR, VEVENT, VTIMEZONE, ... */
export interface ICalendarComponent {
  /** Upper case. */
  readonly name: string;
  readonly properties: readonly ICalendarProperty[];
  readonly components: readonly ICalendarComponent[];
}

/** One content line (RFC 5545 3.1). */
export interface ICalendarProperty {
  /** Upper case. */
  readonly name: string;
  /** By upper-case name; quotes and carets (RFC 6868) undone. Of two parameters of one name the first stands. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** As it stands on the line: what a backslash, comma or semicolon means depends on the property. */
  readonly value: string;
  /** Where it began; 0 for one that was not read. */
  readonly line: number;
}

/** The first property of a name (upper case). */
export function propertyOf(component: ICalendarComponent, name: string): ICalendarProperty | undefined {
  return component.properties.find((property) => property.name === name);
}

/** All properties of a name (upper case), in their order. */
export function propertiesOf(component: ICalendarComponent, name: string): readonly ICalendarProperty[] {
  return component.properties.filter((property) => property.name === name);
}

/** The first value of a parameter (upper case). */
export function parameterOf(property: ICalendarProperty, name: string): string | undefined {
  return property.parameters.get(name)?.[0];
}

/** The components of a name (upper case), in their order. */
export function componentsOf(component: ICalendarComponent, name: string): readonly ICalendarComponent[] {
  return component.components.filter((inner) => inner.name === name);
}

/** A property that is to be written. Parameters without a value are left out. */
export function newProperty(name: string, value: string, parameters: Readonly<Record<string, string | undefined>> = {}): ICalendarProperty {
  const given = Object.entries(parameters).flatMap(([key, text]) => (text === undefined ? [] : [[key, [text]] as const]));
  return { name, parameters: new Map(given), value, line: 0 };
}
