import type { ICalendarComponent, ICalendarProperty } from './component.ts';
import { readContentLine } from './content-line.ts';
import { ICalendarError } from './errors.ts';

/** Bounds of one stream. Meeting one is an {@link ICalendarError}. */
export interface ICalendarLimits {
  readonly maxBytes: number;
  /** Of one content line, unfolded. */
  readonly maxLineBytes: number;
  readonly maxComponents: number;
  readonly maxProperties: number;
  readonly maxDepth: number;
}

const defaultLimits: ICalendarLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxLineBytes: 10 * 1024 * 1024,
  maxComponents: 10_000,
  maxProperties: 100_000,
  maxDepth: 8,
};

interface OpenComponent extends ICalendarComponent {
  readonly properties: ICalendarProperty[];
  readonly components: ICalendarComponent[];
}

/**
 * Reads a stream of iCalendar objects (RFC 5545 3.4): what lies in it side by side, VCALENDAR as a rule. Lines may end in
 * LF alone; octets that are no UTF-8 become U+FFFD. Throws ICalendarError, and nothing else.
 */
export function parseICalendar(octets: Uint8Array, limits: ICalendarLimits = defaultLimits): readonly ICalendarComponent[] {
  if (octets.length > limits.maxBytes) throw new ICalendarError('too-big', 1, `more than ${limits.maxBytes} octets`);
  const found: ICalendarComponent[] = [];
  const open: OpenComponent[] = [];
  let [components, properties, last] = [0, 0, 1];
  for (const { text, line } of contentLines(octets, limits.maxLineBytes)) {
    last = line;
    const property = readContentLine(text, line);
    const name = property.value.trim().toUpperCase();
    const current = open.at(-1);
    if (property.name === 'BEGIN') {
      components += 1;
      if (components > limits.maxComponents) throw new ICalendarError('too-many', line, `more than ${limits.maxComponents} components`);
      if (open.length >= limits.maxDepth) throw new ICalendarError('too-deep', line, `components deeper than ${limits.maxDepth}`);
      const component: OpenComponent = { name, properties: [], components: [] };
      (current === undefined ? found : current.components).push(component);
      open.push(component);
    } else if (property.name === 'END') {
      if (current?.name !== name) throw new ICalendarError('malformed', line, 'the end of a component that was not begun');
      open.pop();
    } else {
      properties += 1;
      if (properties > limits.maxProperties) throw new ICalendarError('too-many', line, `more than ${limits.maxProperties} properties`);
      if (current === undefined) throw new ICalendarError('malformed', line, 'a property outside of all components');
      current.properties.push(property);
    }
  }
  if (open.length > 0) throw new ICalendarError('malformed', last, 'a component that does not end');
  return found;
}

const [tab, lineFeed, carriageReturn, blank] = [0x09, 0x0a, 0x0d, 0x20];
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines are unfolded as octets: a fold may stand inside a character (RFC 5545 3.1). Empty lines are passed over. */
function* contentLines(octets: Uint8Array, maxLineBytes: number): Generator<{ text: string; line: number }> {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  let position = buffer.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  for (let line = 1; position < buffer.length; ) {
    const begun = line;
    const pieces: Buffer[] = [];
    let length = 0;
    do {
      const folded = pieces.length > 0;
      const feed = buffer.indexOf(lineFeed, position);
      const end = feed < 0 ? buffer.length : feed;
      const piece = buffer.subarray(folded ? position + 1 : position, buffer[end - 1] === carriageReturn && end > position ? end - 1 : end);
      length += piece.length;
      if (length > maxLineBytes) throw new ICalendarError('too-big', begun, `a line of more than ${maxLineBytes} octets`);
      pieces.push(piece);
      position = Math.min(buffer.length, end + 1);
      line += 1;
    } while (position < buffer.length && (buffer[position] === blank || buffer[position] === tab));
    const text = (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, length)).toString('utf8');
    if (text.trim() !== '') yield { text, line: begun };
  }
}
