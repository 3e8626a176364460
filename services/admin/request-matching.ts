import { createContext, Script } from 'node:vm';
import type { FullExchange } from '../../shared/journal/record.ts';
import type { RecordedMessage } from '../../shared/journal/redact.ts';
import { Problem } from './failures.ts';
import type { RequestCriteria, TextMatcher } from './request-schemas.ts';

/** A request that the lab has had, as it is told. */
export interface RequestView {
  readonly id: string;
  readonly traceId: string;
  readonly sequence: number;
  /** World time of its first octet, ISO 8601. */
  readonly at: string;
  readonly service: string;
  readonly organization: string | null;
  readonly operation: string | null;
  readonly caller: string | null;
  readonly protocol: string;
  readonly host: string;
  /** Null of what is no HTTP; there `url` is the command. */
  readonly method: string | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without secrets, at most 64 KiB; null where there was none or it is not kept. */
  readonly body: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly outcome: string | null;
}

/** One criterion: what it wants, and what a request has in its place. */
export interface Criterion {
  /** `method`, `header user-agent`, `body 1` ... */
  readonly name: string;
  readonly expected: string;
  /** Heads and bodies have to be read for it. */
  readonly needsOctets: boolean;
  actual(request: RequestView): string | null;
  met(actual: string | null): boolean;
}

/** A request as callers are told of it. */
export function requestView(exchange: Omit<FullExchange, 'request' | 'answer'>, request: RecordedMessage | null): RequestView {
  const { spanId, traceId, sequence, at, service, organization, operation, caller, protocol, host, target, status, code, outcome } =
    exchange;
  const isHttp = /^(https?|connect)$/.test(protocol);
  const blank = target.indexOf(' ');
  const [method, url] = isHttp && blank > 0 ? [target.slice(0, blank), target.slice(blank + 1)] : [null, target];
  return {
    ...{ id: spanId, traceId, sequence, at: new Date(at).toISOString(), service, organization, operation, caller },
    ...{ protocol, host, method, url, headers: fieldsOf(request), body: request?.body ?? null, status, code, outcome },
  };
}

function fieldsOf(message: RecordedMessage | null): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const line of message?.headers ?? []) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields.set(name, fields.has(name) ? `${fields.get(name)}, ${value}` : value);
  }
  return Object.fromEntries(fields);
}

/** The criteria that a caller has given, in the order in which the schema has them. */
export function criteriaOf(asked: RequestCriteria): readonly Criterion[] {
  const test = createPatternTest();
  const is = (
    name: string,
    expected: string | number | undefined,
    actual: (request: RequestView) => string | number | null,
  ): Criterion[] => (expected === undefined ? [] : [plainCriterion(name, String(expected), actual)]);
  const pattern = (name: string, source: string | undefined, actual: (request: RequestView) => string): Criterion[] =>
    source === undefined
      ? []
      : [{ name, expected: source, needsOctets: false, actual, met: (text) => text !== null && test(source, text) }];
  return [
    ...is('svc', asked.svc, ({ service }) => service),
    ...is('org', asked.org, ({ organization }) => organization),
    ...is('op', asked.op, ({ operation }) => operation),
    ...is('user', asked.user, ({ caller }) => caller),
    ...is('outcome', asked.outcome, ({ outcome }) => outcome),
    ...is('host', asked.host, ({ host }) => host),
    ...is('method', asked.method?.toUpperCase(), ({ method }) => method),
    ...is('url', asked.url, ({ url }) => url),
    ...pattern('urlPattern', asked.urlPattern, ({ url }) => url),
    ...is('urlPath', asked.urlPath, pathOf),
    ...pattern('urlPathPattern', asked.urlPathPattern, pathOf),
    ...is('status', asked.status, ({ status }) => status),
    ...is('code', asked.code, ({ code }) => code),
    ...Object.entries(asked.queryParameters ?? {}).map(([name, matcher]) =>
      textCriterion(`query ${name}`, matcher, test, false, (request) => queryOf(request).get(name)),
    ),
    ...Object.entries(asked.headers ?? {}).map(([name, matcher]) =>
      textCriterion(`header ${name.toLowerCase()}`, matcher, test, true, ({ headers }) => headers[name.toLowerCase()] ?? null),
    ),
    ...(asked.bodyPatterns ?? []).map((matcher, index) => textCriterion(`body ${index + 1}`, matcher, test, true, ({ body }) => body)),
  ];
}

function plainCriterion(name: string, expected: string, actual: (request: RequestView) => string | number | null): Criterion {
  const textOf = (request: RequestView): string | null => {
    const found = actual(request);
    return found === null ? null : String(found);
  };
  return { name, expected, needsOctets: false, actual: textOf, met: (text) => text === expected };
}

function textCriterion(
  name: string,
  matcher: TextMatcher,
  test: PatternTest,
  needsOctets: boolean,
  actual: (request: RequestView) => string | null,
): Criterion {
  const [word = '', wanted] = Object.entries(matcher)[0] ?? [];
  return {
    ...{ name, expected: `${word}${wanted === true ? '' : ` ${wanted}`}`, needsOctets, actual },
    met(text) {
      if ('absent' in matcher) return text === null;
      // What is not there neither holds nor matches anything.
      if ('doesNotContain' in matcher) return text === null || !text.includes(matcher.doesNotContain);
      if ('doesNotMatch' in matcher) return text === null || !test(matcher.doesNotMatch, text);
      if (text === null) return false;
      if ('contains' in matcher) return text.includes(matcher.contains);
      if ('matches' in matcher) return test(matcher.matches, text);
      return matcher.caseInsensitive === true ? text.toLowerCase() === matcher.equalTo.toLowerCase() : text === matcher.equalTo;
    },
  };
}

function pathOf({ url }: RequestView): string {
  return url.split('?', 1)[0] ?? '';
}

function queryOf({ url }: RequestView): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}

type PatternTest = (source: string, text: string) => boolean;

/** What all patterns of one question may take together. */
const patternBudgetMs = 1_000;
const script = new Script('new RegExp("^(?:" + source + ")$", "su").test(text)');

/**
 * Tests whole texts against a caller's regular expressions. One that backtracks without end would stop everybody: a context of
 * its own can be ended in the midst of it. Throws a {@link Problem} when the time is spent.
 */
function createPatternTest(): PatternTest {
  const ground = { source: '', text: '' };
  const context = createContext(ground);
  let spentMs = 0;
  return (source, text) => {
    const begin = performance.now();
    Object.assign(ground, { source, text });
    try {
      return script.runInContext(context, { timeout: Math.max(1, Math.ceil(patternBudgetMs - spentMs)) }) === true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new Problem(
        422,
        'Pattern too dear',
        `The patterns took more than ${patternBudgetMs} ms; narrow the question, or write them simpler.`,
      );
    } finally {
      spentMs += performance.now() - begin;
    }
  };
}
