import type { Reporter } from '../../../shared/scenario/report.ts';
import { keyOf } from '../tellings.ts';
import { failureText } from './list.ts';

/** All of a run as one JSON object. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return { end: (report) => write(`${JSON.stringify(report)}\n`) };
}

/** Test Anything Protocol 14; what happened is a comment, what failed a diagnostic block in YAML, as JSON is. */
export function tapReporter(write: (text: string) => void): Reporter {
  let count = 0;
  return {
    begin: (tellings, seed) => write(`TAP version 14\n1..${tellings.length}\n# seed ${seed}\n`),
    told(told) {
      count += 1;
      const isOk = told.status === 'passed';
      write(`${isOk ? 'ok' : 'not ok'} ${count} - ${escaped(`${keyOf(told)} ${told.name}`)}${told.status === 'flaky' ? ' # flaky' : ''}\n`);
      if (isOk) return;
      const lines = { message: told.status, mismatches: told.outcome.mismatches, trace: told.traceFile };
      write(
        `  ---\n${Object.entries(lines)
          .map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`)
          .join('')}  ...\n`,
      );
    },
    end({ skipped }) {
      for (const one of skipped) {
        count += 1;
        write(`ok ${count} - ${escaped(keyOf(one))} # SKIP the run ended before\n`);
      }
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\#]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** Annotations of GitHub's workflows: one for each mismatch, in its line. */
export function githubReporter(write: (text: string) => void): Reporter {
  return {
    told(told) {
      if (told.status === 'passed') return;
      const level = told.status === 'flaky' ? 'warning' : 'error';
      for (const { line } of told.outcome.mismatches)
        write(`::${level} file=${property(told.file)},line=${line},title=${property(keyOf(told))}::${data(failureText(told))}\n`);
    },
  };
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
