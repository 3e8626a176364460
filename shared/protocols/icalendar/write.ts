import type { ICalendarComponent } from './component.ts';
import { contentLine } from './content-line.ts';

/** RFC 5545 3.1: octets of a line, its end not counted. */
const lineOctets = 75;

/** Writes a component with all that is in it: lines of at most 75 octets, CR LF behind each, no character torn apart. */
export function writeICalendar(component: ICalendarComponent): string {
  const lines: string[] = [];
  append(component, lines);
  return lines.join('');
}

function append({ name, properties, components }: ICalendarComponent, lines: string[]): void {
  lines.push(`BEGIN:${name}\r\n`);
  for (const property of properties) lines.push(fold(contentLine(property)));
  for (const inner of components) append(inner, lines);
  lines.push(`END:${name}\r\n`);
}

function fold(text: string): string {
  if (text.length <= lineOctets && Buffer.byteLength(text, 'utf8') <= lineOctets) return `${text}\r\n`;
  const octets = Buffer.from(text, 'utf8');
  const pieces: string[] = [];
  // The blank that a line goes on with counts too.
  for (let start = 0, room = lineOctets; start < octets.length; room = lineOctets - 1) {
    let end = Math.min(octets.length, start + room);
    while (end < octets.length && ((octets[end] as number) & 0xc0) === 0x80) end -= 1;
    pieces.push(octets.toString('utf8', start, end));
    start = end;
  }
  return `${pieces.join('\r\n ')}\r\n`;
}
