import { styleText } from 'node:util';
import type { Instant } from '../kernel/clock.ts';
import type { ExchangeOctets, ExchangeRecord } from './record.ts';
import type { RecordedMessage } from './redact.ts';

/** Levels as pino numbers them (https://getpino.io/#/docs/api?id=level-string). */
export const levelNumbers = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: 100 } as const;
export type LineLevel = Exclude<keyof typeof levelNumbers, 'silent'>;

/** The line of an exchange's end is as grave as the end. */
export function levelOf({ outcome }: Pick<ExchangeRecord, 'outcome'>): LineLevel {
  return outcome === 'defect' ? 'error' : outcome === 'answered' ? 'info' : 'warn';
}

/** One JSON object in pino's shape: `{level, time, svc, org, op, trace, span, user, status, code, ms, msg}`; absent is absent. */
export function jsonLine(record: ExchangeRecord, octets?: ExchangeOctets): string {
  return JSON.stringify({
    level: levelNumbers[levelOf(record)],
    time: record.at,
    svc: record.service,
    org: record.organization ?? undefined,
    op: record.operation ?? undefined,
    trace: record.traceId,
    span: record.spanId,
    user: record.caller ?? undefined,
    status: record.status ?? undefined,
    code: record.code ?? undefined,
    ms: record.durationMs ?? undefined,
    outcome: record.outcome ?? undefined,
    fault: record.faults.length === 0 ? undefined : record.faults.map(({ rule }) => rule).join(','),
    err: record.error ?? undefined,
    request: octets?.request ?? undefined,
    answer: octets?.answer ?? undefined,
    msg: `${record.target}${record.detail === null ? '' : `: ${record.detail}`}`,
  });
}

/**
 * One line for people: `08:00:01.204 EWS contoso.GetFolder => 401 (2000005: why) 9 ms  trace 4bf92f35…`. What comes
 * from outside cannot start a line of its own or reach the terminal's controls.
 */
export function prettyLine(record: ExchangeRecord, colors: boolean, octets?: ExchangeOctets): string {
  const paint = painter(colors);
  const what = [record.organization, record.operation ?? record.target].filter((part) => part !== null).join('.');
  const why = [record.code, record.detail].filter((part) => part !== null && part !== 'NoError').join(': ');
  const end = record.status ?? record.outcome ?? 'open';
  const color = endColors[levelOf(record)];
  const parts = [
    paint('dim', clockText(record.at)),
    paint('bold', record.service.toUpperCase()),
    plain(what),
    '=>',
    paint(color, String(end)),
    ...(why === '' ? [] : [`(${plain(why)})`]),
    ...record.faults.map(({ rule, kind }) => paint('magenta', `[${plain(rule)} ${kind}]`)),
    record.durationMs === null ? '' : `${record.durationMs < 10 ? record.durationMs.toFixed(1) : Math.round(record.durationMs)} ms`,
    paint('dim', ` trace ${record.traceId.slice(0, 12)}`),
  ];
  const lines = [parts.join(' ')];
  if (record.error !== null) lines.push(indented(record.error.stack === '' ? record.error.message : record.error.stack));
  if (octets !== undefined) lines.push(...messageLines('>', octets.request), ...messageLines('<', octets.answer));
  return lines.join('\n');
}

const endColors = { trace: 'dim', debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;

type Style = Extract<Parameters<typeof styleText>[0], string>;

/** Colours text, or leaves it as it is. */
export function painter(colors: boolean): (style: Style, text: string) => string {
  return colors ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/** Text on one line, without control characters. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `08:00:01.204`, UTC. */
export function clockText(at: Instant): string {
  return new Date(at).toISOString().slice(11, 23);
}

function messageLines(mark: string, message: RecordedMessage | null): readonly string[] {
  if (message === null) return [];
  const body = message.body ?? (message.bodyBytes === 0 ? '' : `[${message.bodyBytes} octets, ${message.bodyNote ?? 'withheld'}]`);
  return [...message.headers, ...(body === '' ? [] : ['', ...body.split('\n')])].map(
    (line) => `  ${mark} ${plain(line.replace(/\r$/, ''))}`,
  );
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${plain(line)}`)
    .join('\n');
}
