import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import {
  type ICalendarComponent,
  type ICalendarProperty,
  newProperty,
  parameterOf,
  propertyOf,
} from '../../../shared/protocols/icalendar/component.ts';
import { readContentLine } from '../../../shared/protocols/icalendar/content-line.ts';
import { ICalendarError } from '../../../shared/protocols/icalendar/errors.ts';
import { parseICalendar } from '../../../shared/protocols/icalendar/parse.ts';
import { readRule, ruleValue } from '../../../shared/protocols/icalendar/recurrence-rule.ts';
import {
  readDuration,
  readOffset,
  readText,
  readTextList,
  readTime,
  textValue,
  timeValue,
} from '../../../shared/protocols/icalendar/values.ts';
import { writeICalendar } from '../../../shared/protocols/icalendar/write.ts';

const parse = (text: string): readonly ICalendarComponent[] => parseICalendar(Buffer.from(text, 'utf8'));
const refusal = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error instanceof ICalendarError ? [error.code, error.line] : error;
  }
};

describe('content lines', () => {
  test('parameters: several values, quotes, carets', () => {
    const line = readContentLine(`ATTENDEE;CN="A^'B^', C^^^n";MEMBER="mailto:a@x","mailto:b@x";cutype=ROOM;CN=second:mailto:c@x;y`, 7);
    expect([line.name, line.value, line.line]).toEqual(['ATTENDEE', 'mailto:c@x;y', 7]);
    expect(Object.fromEntries(line.parameters)).toEqual({ CN: [`A"B", C^\n`], MEMBER: ['mailto:a@x', 'mailto:b@x'], CUTYPE: ['ROOM'] });
  });

  test.each([
    ['no colon', 'SUMMARY'],
    ['no name', ':value'],
    ['a quote without end', 'X;A="b:c'],
    ['a parameter without value', 'X;A:c'],
    ['a parameter without name', 'X;=b:c'],
  ])('%s', (_, text) => {
    expect(refusal(() => readContentLine(text, 3))).toEqual(['malformed', 3]);
  });

  test('folds of any kind, also inside of a character', () => {
    const octets = Buffer.from('BEGIN:A\r\nSUMMARY:Gr\u00fc\u00dfe an alle\r\nEND:A\r\n', 'utf8');
    const at = octets.indexOf(0xc3) + 1;
    const folded = Buffer.concat([
      octets.subarray(0, at),
      Buffer.from('\r\n '),
      octets.subarray(at, at + 4),
      Buffer.from('\n\t'),
      octets.subarray(at + 4),
    ]);
    const [calendar] = parseICalendar(folded);
    expect(calendar && propertyOf(calendar, 'SUMMARY')).toMatchObject({ value: 'Gr\u00fc\u00dfe an alle', line: 2 });
  });

  test('octets that are no UTF-8, and a byte order mark', () => {
    const [calendar] = parseICalendar(
      Buffer.concat([Buffer.from('\ufeffBEGIN:A\nX:', 'utf8'), Buffer.from([0xff, 0xfe]), Buffer.from('\nEND:A')]),
    );
    expect(calendar && propertyOf(calendar, 'X')?.value).toBe('\ufffd\ufffd');
  });
});

const name = fc.stringMatching(/^[A-Z][A-Z0-9-]{0,12}$/).filter((one) => one !== 'BEGIN' && one !== 'END');
const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });
const property: fc.Arbitrary<ICalendarProperty> = fc
  .tuple(name, anyText, fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 40 }), { maxKeys: 3 }))
  .map(([key, text, parameters]) => newProperty(key, textValue(text), parameters));
const component: fc.Arbitrary<ICalendarComponent> = fc.letrec<{ component: ICalendarComponent }>((tie) => ({
  component: fc.record({
    name,
    properties: fc.array(property, { maxLength: 6 }),
    components: fc.oneof({ maxDepth: 3, depthIdentifier: 'icalendar' }, fc.constant([]), fc.array(tie('component'), { maxLength: 2 })),
  }),
})).component;

/** What stands for a text on the wire: controls are blanks there. */
const onWire = (text: string): string => text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]+/g, ' ');
const plainly = ({ name: key, properties, components }: ICalendarComponent): unknown => [
  key,
  properties.map((one) => [one.name, readText(one.value), [...one.parameters]]),
  components.map(plainly),
];

describe('whatever is written', () => {
  test('is read again, and no line is longer than 75 octets', () => {
    fc.assert(
      fc.property(component, (written) => {
        const text = writeICalendar(written);
        for (const line of text.split('\r\n')) expect(Buffer.byteLength(line, 'utf8')).toBeLessThanOrEqual(75);
        const [read] = parse(text);
        const cleaned = JSON.parse(JSON.stringify(plainly(written)), (_, value) => (typeof value === 'string' ? onWire(value) : value));
        expect(
          read && JSON.parse(JSON.stringify(plainly(read)), (_, value) => (typeof value === 'string' ? onWire(value) : value)),
        ).toEqual(cleaned);
      }),
      { numRuns: 300 },
    );
  });

  test('says the same to ical.js', () => {
    fc.assert(
      fc.property(anyText, fc.string({ unit: 'grapheme', maxLength: 60 }), (summary, common) => {
        const text = writeICalendar({
          name: 'VEVENT',
          properties: [newProperty('SUMMARY', textValue(summary), { CN: common })],
          components: [],
        });
        const read = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]).getFirstProperty('summary');
        expect(read?.getFirstValue()).toBe(onWire(summary).replace(/\r\n|\r/g, '\n'));
        if (!/["^]/.test(common)) expect(read?.getFirstParameter('cn')).toBe(onWire(common).replace(/\r\n|\r/g, '\n'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('values', () => {
  test('text and lists of text', () => {
    expect(readText('a\\, b\\; c\\\\n\\nd\\Ne')).toBe('a, b; c\\n\nd\ne');
    expect(readTextList('a\\,b,c,,d\\\\,e\\')).toEqual(['a,b', 'c', '', 'd\\', 'e\\']);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readText(textValue(text))).toBe(text.replace(/\r\n|\r/g, '\n'));
      }),
    );
  });

  test.each([
    ['20240229', { is: 'date', wall: Date.UTC(2024, 1, 29) }],
    ['20240229T235960', { is: 'local', wall: Date.UTC(2024, 2, 1) }],
    ['20240229T120000z', { is: 'utc', wall: Date.UTC(2024, 1, 29, 12) }],
    ['00000101', { is: 'date', wall: -62_167_219_200_000 }],
    ['99991231T235959Z', { is: 'utc', wall: Date.UTC(9999, 11, 31, 23, 59, 59) }],
    ['20230229', undefined],
    ['20231301', undefined],
    ['20230101T250000', undefined],
    ['2023-01-01', undefined],
    ['', undefined],
  ])('the time %s', (text, time) => {
    expect(readTime(text)).toEqual(time);
    if (time !== undefined && !text.includes('60')) expect(timeValue(time as Parameters<typeof timeValue>[0])).toBe(text.toUpperCase());
  });

  test.each([
    ['P1W', 604_800_000],
    ['-PT15M', -900_000],
    ['P1DT2H3M4S', 93_784_000],
    ['PT0S', 0],
    ['P', undefined],
    ['PT', undefined],
    ['1D', undefined],
    ['P99999999999D', undefined],
  ])('the duration %s', (text, length) => {
    expect(readDuration(text)).toBe(length);
  });

  test('offsets', () => {
    expect(['+0530', '-0330', '+000000', '0100', '+01:00'].map(readOffset)).toEqual([330, -210, 0, undefined, undefined]);
  });
});

describe('rules', () => {
  test('every part', () => {
    const rule = readRule('freq=YEARLY; INTERVAL=2;COUNT=5;BYDAY=-1SU,MO;BYMONTH=3,4;BYMONTHDAY=1,-1;BYSETPOS=-1;WKST=SU;BYHOUR=9');
    expect(rule).toMatchObject({
      frequency: 'YEARLY',
      interval: 2,
      count: 5,
      byDay: [{ day: 0, nth: -1 }, { day: 1 }],
      byMonth: [3, 4],
      weekStart: 0,
    });
    expect([...(rule?.others ?? [])]).toEqual([['BYHOUR', '9']]);
    expect(rule && ruleValue(rule)).toBe('FREQ=YEARLY;COUNT=5;INTERVAL=2;BYDAY=-1SU,MO;BYMONTHDAY=1,-1;BYMONTH=3,4;BYSETPOS=-1;WKST=SU');
  });

  test.each([
    '',
    'COUNT=3',
    'FREQ=FORTNIGHTLY',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=x',
    'FREQ=DAILY;UNTIL=never',
    'FREQ=WEEKLY;BYDAY=XX',
    'FREQ=WEEKLY;WKST=',
    `FREQ=MONTHLY;BYMONTHDAY=${'1,'.repeat(1_000)}1`,
  ])('no rule: %s', (value) => {
    expect(readRule(value)).toBeUndefined();
  });
});

describe('bounds', () => {
  const inCalendar = (inner: string): string => `BEGIN:VCALENDAR\r\n${inner}END:VCALENDAR\r\n`;

  test.each([
    ['a line without end', inCalendar(`SUMMARY:${'x'.repeat(11_000_000)}\r\n`), ['too-big', 1]],
    ['folds without end', inCalendar(`SUMMARY:${'x\r\n '.repeat(2_700_000)}\r\n`), ['too-big', 1]],
    ['100,000 components', inCalendar('BEGIN:VEVENT\r\nEND:VEVENT\r\n'.repeat(100_000)), ['too-many', 20_000]],
    ['100,001 properties', inCalendar('A:\r\n'.repeat(100_001)), ['too-many', 100_002]],
    ['components in components', 'BEGIN:A\r\n'.repeat(1_000), ['too-deep', 9]],
    [
      'a thousand parameters',
      inCalendar(`X${';A'.repeat(1)}${Array.from({ length: 1_000 }, (_, index) => `=b;A${index}`).join('')}=c:d\r\n`),
      ['too-many', 2],
    ],
    ['no end', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n', ['malformed', 3]],
    ['another end', 'BEGIN:VCALENDAR\r\nEND:VEVENT\r\n', ['malformed', 2]],
    ['a property outside', 'SUMMARY:x\r\n', ['malformed', 1]],
  ])('%s', (_, text, error) => {
    expect(refusal(() => parse(text))).toEqual(error);
  });

  test('any octets are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 100 }), (octets, text) => {
        for (const input of [octets, Buffer.from(`BEGIN:A\n${text}\nEND:A`)]) {
          expect(refusal(() => parseICalendar(input))).not.toBeInstanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an empty stream has nothing in it', () => {
    expect(parse('\r\n\r\n')).toEqual([]);
    expect(parameterOf(newProperty('X', '', { A: undefined }), 'A')).toBeUndefined();
  });
});
