import { checkLine } from '../../shared/journal/check-line.ts';
import { painter, plain } from '../../shared/journal/log-line.ts';
import { laneOf, lanesOf, type Step, type TraceNodeView, type TraceView, traceSteps } from '../../shared/journal/trace-steps.ts';

const narrowest = 22;

/** Draws a trace: a lane for everyone who took part, left to right in the order of appearance, time running down. */
export function drawLadder(trace: TraceView, colors: boolean): string {
  const paint = painter(colors);
  const steps = traceSteps(trace);
  const lanes = lanesOf(steps);
  const width = Math.max(narrowest, ...lanes.map((lane) => lane.length + 2), ...steps.map(({ label }) => label.length + 6));
  const head = lanes.map((lane) => lane.padEnd(width)).join('');
  const lines = steps.map((step) => {
    const at = step.atMs === null ? '' : `+${step.atMs < 10 ? step.atMs.toFixed(1) : Math.round(step.atMs)} ms`;
    return `${arrow(step, lanes, width)}  ${at.padEnd(10)} ${step.note}`.trimEnd();
  });
  const checks = trace.roots.flatMap((root) => checksOf(root, colors));
  return [
    `trace ${trace.traceId}`,
    '',
    paint('bold', head.trimEnd()),
    ...lines,
    ...(checks.length === 0 ? [] : ['', paint('bold', 'checks'), ...checks]),
    '',
  ].join('\n');
}

/** `|---- GetFolder --->|` between two lanes, `|` under the others. */
function arrow({ from, to, label, answer }: Step, lanes: readonly string[], width: number): string {
  const [start, end] = [lanes.indexOf(from), lanes.indexOf(to)];
  const [left, right] = [Math.min(start, end), Math.max(start, end)];
  const cells = lanes.map((_, lane) => {
    if (lane < left || lane > right || (lane === right && left !== right)) return '|'.padEnd(width);
    if (left === right) return `|${(answer ? '<' : '>').concat(' ', label)}`.slice(0, width).padEnd(width);
    return '';
  });
  if (left !== right) {
    const inside = (right - left) * width - 1;
    const text = ` ${label} `.slice(0, inside - 2);
    const dash = answer ? '·' : '-';
    const before = Math.floor((inside - 1 - text.length) / 2);
    const line = `${dash.repeat(Math.max(0, before))}${text}`.padEnd(inside - 1, dash);
    cells[left] = `|${end > start ? `${line}>` : `<${line}`}`;
  }
  return cells.join('').trimEnd();
}

function checksOf({ exchange, children }: TraceNodeView, colors: boolean): readonly string[] {
  const { verdict } = exchange;
  const own =
    verdict === null || verdict.checks.length === 0
      ? []
      : [
          `  ${laneOf(exchange)} ${plain(exchange.operation ?? exchange.target)}`,
          ...verdict.checks.map((check) => checkLine(check, colors)),
        ];
  return [...own, ...children.flatMap((child) => checksOf(child, colors))];
}
