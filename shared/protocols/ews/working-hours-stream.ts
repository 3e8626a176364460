import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { writeXml } from '../../xml/write.ts';

// The working hours that lie in a calendar as the configuration WorkHours (MS-OXOCFG 2.2.5.2.1).

/** A change of the clocks: `bias` minutes on top of the zone's from then on. */
interface StreamChange {
  readonly bias: number;
  readonly timeMs: number;
  /** 0: the clocks are never changed. */
  readonly month: number;
  /** The week of the month, 5 the last one. */
  readonly order: number;
  /** 0 is Sunday. */
  readonly dayOfWeek: number;
}

/** What such a stream says. */
export interface WorkingHoursStream {
  readonly zone: {
    readonly name: string | undefined;
    readonly bias: number;
    readonly standard: StreamChange;
    readonly daylight: StreamChange;
  };
  /** 0 is Sunday; in the order of the week. */
  readonly days: readonly number[];
  readonly startMinutes: number;
  readonly endMinutes: number;
}

const namespace = 'WorkingHours.xsd';
const week = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const [dayMinutes, minuteMs] = [24 * 60, 60_000];
const mostElements = 100;

/** Reads a stream; undefined when it is none, or says less than it must. */
export function readWorkingHours(octets: Uint8Array): WorkingHoursStream | undefined {
  try {
    const root = parseXml(octets, { maxDepth: 10, maxElements: mostElements });
    const hours = root.name === 'Root' ? child(root, namespace, 'WorkHoursVersion1') : undefined;
    return hours && read(hours);
  } catch (error) {
    if (error instanceof XmlSyntaxError) return undefined;
    throw error;
  }
}

function read(hours: XmlElement): WorkingHoursStream | undefined {
  const [zone, slot] = [at(hours, 'TimeZone'), at(hours, 'TimeSlot')];
  const [bias, standard, daylight] = [whole(zone, 'Bias'), change(at(zone, 'Standard')), change(at(zone, 'DaylightSavings'))];
  const [startMinutes, endMinutes] = [minutes(slot, 'Start'), minutes(slot, 'End')];
  const words = said(hours, 'WorkDays')?.split(/\s+/) ?? [];
  const days = week.flatMap((name, day) => (words.includes(name) ? [day] : []));
  const isKnown = words.every((word) => word === '' || (week as readonly string[]).includes(word));
  if (bias === undefined || standard === undefined || daylight === undefined || !isKnown) return undefined;
  if (startMinutes === undefined || endMinutes === undefined || said(hours, 'WorkDays') === undefined) return undefined;
  return { zone: { name: said(zone, 'Name'), bias, standard, daylight }, days, startMinutes, endMinutes };
}

function change(of: XmlElement | undefined): StreamChange | undefined {
  const date = at(of, 'ChangeDate');
  const [, month, order] = /^\d{4}\/(\d{2})\/(\d{2})$/.exec(said(date, 'Date') ?? '') ?? [];
  const [bias, time, dayOfWeek] = [whole(of, 'Bias'), minutes(date, 'Time'), whole(date, 'DayOfWeek')];
  if (bias === undefined || time === undefined || dayOfWeek === undefined || month === undefined || order === undefined) return undefined;
  return { bias, timeMs: time * minuteMs, month: Number(month), order: Number(order), dayOfWeek };
}

/** Writes a stream. */
export function writeWorkingHours({ zone, days, startMinutes, endMinutes }: WorkingHoursStream): Buffer {
  const { name, bias, standard, daylight } = zone;
  const root = of('Root', [
    of('WorkHoursVersion1', [
      of('TimeZone', [
        of('Bias', [String(bias)]),
        changeElement('Standard', standard),
        changeElement('DaylightSavings', daylight),
        ...(name === undefined ? [] : [of('Name', [name])]),
      ]),
      of('TimeSlot', [of('Start', [clock(startMinutes)]), of('End', [clock(endMinutes)])]),
      of('WorkDays', [days.map((day) => week[day]).join(' ')]),
    ]),
  ]);
  return Buffer.from(writeXml(root, { declaration: true, prefixes: { [namespace]: '' } }));
}

function changeElement(name: string, { bias, timeMs, month, order, dayOfWeek }: StreamChange): XmlElement {
  const two = (value: number): string => String(value).padStart(2, '0');
  return of(name, [
    of('Bias', [String(bias)]),
    of('ChangeDate', [
      of('Time', [clock(timeMs / minuteMs)]),
      of('Date', [`0000/${two(month)}/${two(order)}`]),
      of('DayOfWeek', [String(dayOfWeek)]),
    ]),
  ]);
}

function of(name: string, content: Parameters<typeof element>[2]): XmlElement {
  return element(namespace, name, content);
}

function clock(minutesOfDay: number): string {
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${part(minutesOfDay / 60)}:${part(minutesOfDay % 60)}:00`;
}

function at(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent && child(parent, namespace, name);
}

function said(parent: XmlElement | undefined, name: string): string | undefined {
  const found = at(parent, name);
  return found && text(found).trim();
}

function whole(parent: XmlElement | undefined, name: string): number | undefined {
  const written = said(parent, name) ?? '';
  return /^-?\d{1,5}$/.test(written) ? Number(written) : undefined;
}

/** A time of the day; seconds are passed over. */
function minutes(parent: XmlElement | undefined, name: string): number | undefined {
  const [, hour, minute] = /^(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(said(parent, name) ?? '') ?? [];
  const value = Number(hour) * 60 + Number(minute);
  return value <= dayMinutes ? value : undefined;
}
