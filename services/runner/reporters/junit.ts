import type { Reporter, RunReport, Told } from '../../../shared/scenario/report.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { failureText } from './list.ts';

/** XML 1.0, 2.2: what no document may hold. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** As vitest writes it and Jenkins and GitLab read it: a suite for each folder, one after the other. */
export function junitReporter(write: (text: string) => void, facts: { readonly startedAt: number; readonly host: string }): Reporter {
  return {
    end(report) {
      write(`${writeXml(documentOf(report, facts), { declaration: true })}\n`);
    },
  };
}

function documentOf(report: RunReport, { startedAt, host }: { readonly startedAt: number; readonly host: string }): XmlElement {
  const suites = Map.groupBy(report.told, ({ id }) => id.slice(0, id.indexOf('/')));
  const skipped = Map.groupBy(report.skipped, ({ id }) => id.slice(0, id.indexOf('/')));
  const names = [...new Set([...suites.keys(), ...skipped.keys()])].toSorted();
  const children = names.map((name) => {
    const told = suites.get(name) ?? [];
    const notTold = skipped.get(name) ?? [];
    const properties = element('', 'properties', [element('', 'property', [], { name: 'seed', value: report.seed })]);
    const cases = [
      ...told.map((one) => caseOf(one, one.outcome.durationMs, endOf(one))),
      ...notTold.map((one) => caseOf(one, 0, [element('', 'skipped')])),
    ];
    const timestamp = new Date(startedAt).toISOString();
    return element('', 'testsuite', [properties, ...cases], { name, timestamp, hostname: host, ...counts(told, notTold.length) });
  });
  return element('', 'testsuites', children, { name: 'coexist', ...counts(report.told, report.skipped.length, report.durationMs) });
}

function counts(told: readonly Told[], skipped: number, durationMs?: number): Readonly<Record<string, string>> {
  const failures = told.filter(({ status }) => status !== 'passed').length;
  const took = durationMs ?? told.reduce((sum, { outcome }) => sum + outcome.durationMs, 0);
  return { tests: String(told.length + skipped), failures: String(failures), errors: '0', skipped: String(skipped), time: seconds(took) };
}

function caseOf(
  { id, era, name, file, turn }: Omit<Told, 'outcome' | 'status' | 'attempts' | 'traceFile'>,
  durationMs: number,
  children: readonly XmlElement[],
) {
  const told = [name, ...(era === null ? [] : [`[${era}]`]), ...(turn > 1 ? [`(${turn})`] : [])].join(' ');
  return element('', 'testcase', children, {
    classname: id.replace('/', '.'),
    name: clean(told),
    time: seconds(durationMs),
    file,
    line: '1',
  });
}

function endOf(told: Told): readonly XmlElement[] {
  if (told.status === 'passed') return [];
  const [first] = told.outcome.mismatches;
  const message = told.status === 'flaky' ? `passed at attempt ${told.attempts} only` : `${first?.what}: expected ${first?.expected}`;
  const failure = element('', 'failure', [clean(failureText(told))], {
    type: first?.what ?? told.status,
    message: clean(message).slice(0, 500),
  });
  const attached = told.traceFile === null ? [] : [element('', 'system-out', [`[[ATTACHMENT|${clean(told.traceFile)}]]`])];
  return [failure, ...attached];
}

function clean(text: string): string {
  return text.replaceAll(forbidden, '\ufffd');
}

function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(3);
}
