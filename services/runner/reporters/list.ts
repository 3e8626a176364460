import { painter, plain } from '../../../shared/journal/log-line.ts';
import type { Reporter, RunReport, Told } from '../../../shared/scenario/report.ts';
import { keyOf } from '../tellings.ts';

/** A line for each story as it ends, what failed with its explanation, and the count at the very end. */
export function listReporter(print: (text: string) => void, colors: boolean): Reporter {
  const paint = painter(colors);
  const marks = { passed: paint('green', 'ok   '), failed: paint('red', 'FAIL '), flaky: paint('yellow', 'flaky') };
  return {
    begin(tellings, seed) {
      print(`${tellings.length} scenarios, seed ${seed}\n`);
    },
    told(told) {
      const often = told.turn > 1 ? ` (${told.turn})` : '';
      print(`${marks[told.status]} ${keyOf(told)}${often} ${paint('dim', `${Math.round(told.outcome.durationMs)} ms`)}\n`);
      if (told.status !== 'passed') print(`${indented(failureText(told))}\n`);
    },
    end(report) {
      print(`${summaryOf(report)}\n`);
    },
  };
}

/** `12 passed, 0 failed, 1 flaky, 2 skipped`: the last line of a run. */
export function summaryOf({ told, skipped }: RunReport): string {
  const count = (status: Told['status']): number => told.filter((one) => one.status === status).length;
  const flaky = count('flaky');
  return [
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    ...(flaky === 0 ? [] : [`${flaky} flaky`]),
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
  ].join(', ');
}

/** What did not come as it was expected, why, and where the trace lies. */
export function failureText({ name, file, outcome, traceFile }: Told): string {
  return [
    name,
    ...outcome.mismatches.flatMap(({ line, what, expected, actual }) => [
      `${file}:${line} ${what}`,
      `  expected ${hanging(expected)}`,
      `  but got  ${hanging(actual)}`,
    ]),
    ...outcome.explanations.flatMap((text) => ['', text.trimEnd()]),
    ...(traceFile === null ? [] : ['', `trace: ${traceFile}`]),
  ].join('\n');
}

function hanging(text: string): string {
  return text
    .split('\n')
    .map((line) => plain(line))
    .join('\n           ');
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '      ');
}
