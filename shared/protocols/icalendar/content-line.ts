import type { ICalendarProperty } from './component.ts';
import { ICalendarError } from './errors.ts';

const mostParameters = 100;

/**
 * Reads one unfolded content line: `name *(";" param) ":" value` (RFC 5545 3.1). Throws ICalendarError for what is none.
 */
export function readContentLine(text: string, line: number): ICalendarProperty {
  const name = /^[A-Za-z0-9_-]+/.exec(text)?.[0];
  if (name === undefined) throw new ICalendarError('malformed', line, 'no name of a property');
  const parameters = new Map<string, readonly string[]>();
  let at = name.length;
  while (text[at] === ';') {
    const equals = text.indexOf('=', at);
    const key = text.slice(at + 1, Math.max(at + 1, equals)).toUpperCase();
    if (equals < 0 || !/^[A-Z0-9_-]+$/.test(key)) throw new ICalendarError('malformed', line, 'no name of a parameter');
    const { values, end } = readParameterValues(text, equals + 1, line);
    if (!parameters.has(key)) parameters.set(key, values);
    if (parameters.size > mostParameters) throw new ICalendarError('too-many', line, `more than ${mostParameters} parameters`);
    at = end;
  }
  if (text[at] !== ':') throw new ICalendarError('malformed', line, 'no colon before the value');
  return { name: name.toUpperCase(), parameters, value: text.slice(at + 1), line };
}

function readParameterValues(text: string, start: number, line: number): { values: readonly string[]; end: number } {
  const values: string[] = [];
  for (let at = start; ; at += 1) {
    const quoted = text[at] === '"';
    const end = quoted ? text.indexOf('"', at + 1) : endOfPlain(text, at);
    if (end < 0) throw new ICalendarError('malformed', line, 'a quoted value that does not end');
    values.push(uncaret(text.slice(quoted ? at + 1 : at, end)));
    at = quoted ? end + 1 : end;
    if (text[at] !== ',') return { values, end: at };
  }
}

/** Where an unquoted value ends. Some write addresses and paths without quotes, so a colon ends it only before a value. */
function endOfPlain(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ';' && text[at] !== ':' && text[at] !== ',') at += 1;
  return at;
}

/** RFC 6868 3.2: a caret and a letter that are no pair stay as they are. */
function uncaret(value: string): string {
  return value.replace(/\^[n^']/g, (pair) => (pair === '^n' ? '\n' : pair === '^^' ? '^' : '"'));
}

/** The content line of a property, unfolded and without a line end. Line ends and other controls in it become blanks. */
export function contentLine({ name, parameters, value }: ICalendarProperty): string {
  let text = name;
  for (const [key, values] of parameters) text += `;${key}=${values.map(parameterValue).join(',')}`;
  return `${text}:${withoutControls(value)}`;
}

function parameterValue(value: string): string {
  const safe = value
    .replace(/\^/g, '^^')
    .replace(/\r\n|\r|\n/g, '^n')
    .replace(/"/g, "^'");
  const text = withoutControls(safe);
  return /[:;,]/.test(text) ? `"${text}"` : text;
}

function withoutControls(text: string): string {
  return text.toWellFormed().replace(/[\0-\x08\x0a-\x1f\x7f]+/g, ' ');
}
