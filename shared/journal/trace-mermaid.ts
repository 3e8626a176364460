import { lanesOf, type Step, type TraceView, traceSteps } from './trace-steps.ts';

const longestText = 120;

/**
 * A trace as a sequence diagram of Mermaid: a participant for everyone who took part, an arrow for each call and each
 * answer, a note for each check that failed.
 */
export function mermaidOf(trace: TraceView): string {
  const steps = traceSteps(trace);
  const names = new Map(lanesOf(steps).map((lane, index) => [lane, `p${index}`]));
  const nameOf = (lane: string): string => names.get(lane) ?? '';
  return [
    'sequenceDiagram',
    `  %% trace ${trace.traceId}`,
    ...[...names].map(([lane, name]) => `  participant ${name} as ${escaped(lane)}`),
    ...steps.flatMap((step) => [
      ...(step.answer ? failuresOf(step).map((text) => `  Note over ${nameOf(step.from)}: ${escaped(text)}`) : []),
      `  ${nameOf(step.from)}${step.answer ? '-->>' : '->>'}${nameOf(step.to)}: ${escaped(textOf(step))}`,
    ]),
    '',
  ].join('\n');
}

function textOf({ label, note, answer }: Step): string {
  return answer && note !== '' ? `${label} ${note}` : label;
}

function failuresOf({ exchange: { verdict } }: Step): readonly string[] {
  return (verdict?.checks ?? [])
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ check, expected, actual }) =>
      [
        `FAIL ${check}`,
        ...(expected === undefined ? [] : [`expected ${expected}`]),
        ...(actual === undefined ? [] : [`got ${actual}`]),
      ].join(', '),
    );
}

/** Mermaid ends a statement at `;`, begins a comment with `%%` and an entity with `#`; `<` is markup. */
function escaped(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
  return short.replace(/[;#<>%"]/g, (character) => `#${character.charCodeAt(0)};`);
}
