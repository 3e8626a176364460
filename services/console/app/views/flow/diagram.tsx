import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Trace } from '../../answers.ts';
import { lanesOf, type Step, stepsOf } from './steps.ts';

/** A move of a mailbox has thousands. */
const mostSteps = 300;
/** Lanes take the room that there is, within these. */
const [leastLane, mostLane] = [112, 200];
const rowHeight = 34;
const headHeight = 54;
const characterWidth = 7;

interface DiagramProps {
  readonly trace: Trace;
  /** The span whose arrows are lit. */
  readonly chosen: string;
  /** Where an arrow leads to. */
  readonly linkOf: (step: Step) => string;
  readonly onOpen?: (step: Step) => void;
  /** What stands before an arrow's label: its numbers in a published flow. */
  readonly numberOf?: (step: Step) => string;
}

/** A trace as a sequence diagram: a lane for everyone who took part, an arrow for each call and each answer. */
export function Diagram({ trace, chosen, linkOf, onOpen, numberOf = () => '' }: DiagramProps): VNode {
  const [most, setMost] = useState(mostSteps);
  const all = stepsOf(trace);
  const steps = all.slice(0, most);
  const lanes = lanesOf(steps);
  const [room, setRoom] = useState(0);
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const measure = (): void => setRoom(place.current?.clientWidth ?? 0);
    measure();
    const observer = new ResizeObserver(measure);
    if (place.current !== null) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const laneWidth = Math.max(leastLane, Math.min(mostLane, Math.floor(room / Math.max(1, lanes.length))));
  const [width, height] = [Math.max(1, lanes.length) * laneWidth, headHeight + steps.length * rowHeight + 14];
  const middle = (lane: string): number => lanes.indexOf(lane) * laneWidth + laneWidth / 2;
  return (
    <>
      <section class="diagram" ref={place} aria-label={`Sequence diagram of ${trace.traceId.slice(0, 12)}`}>
        <svg xmlns="http://www.w3.org/2000/svg" viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
          <title>Trace {trace.traceId}</title>
          {lanes.map((lane) => (
            <g key={lane} class="lane">
              <line x1={middle(lane)} x2={middle(lane)} y1={headHeight - 10} y2={height} />
              <rect x={middle(lane) - laneWidth / 2 + 6} y={6} width={laneWidth - 12} height={headHeight - 16} rx={6} />
              <LaneName lane={lane} x={middle(lane)} room={laneWidth - 16} />
            </g>
          ))}
          {steps.map((step, index) => (
            <Arrow
              key={`${step.exchange.spanId} ${step.isAnswer}`}
              step={step}
              number={numberOf(step)}
              x1={middle(step.from)}
              x2={middle(step.to)}
              y={headHeight + index * rowHeight + 22}
              isChosen={step.exchange.spanId === chosen}
              href={linkOf(step)}
              onOpen={onOpen}
            />
          ))}
        </svg>
      </section>
      {all.length > most && (
        <button type="button" onClick={() => setMost(most + mostSteps)}>
          Show more arrows ({all.length - most} left)
        </button>
      )}
    </>
  );
}

/** Who above what: the organization in small letters over its service. */
function LaneName({ lane, x, room }: { readonly lane: string; readonly x: number; readonly room: number }): VNode {
  const slash = lane.indexOf('/');
  if (slash < 0)
    return (
      <text x={x} y={31} class="lane-name">
        {short(lane, room)}
      </text>
    );
  return (
    <>
      <text x={x} y={22} class="lane-organization">
        {short(lane.slice(0, slash), room)}
      </text>
      <text x={x} y={38} class="lane-name">
        {short(lane.slice(slash + 1), room)}
      </text>
    </>
  );
}

interface ArrowProps {
  readonly step: Step;
  readonly number: string;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly isChosen: boolean;
  readonly href: string;
  readonly onOpen: ((step: Step) => void) | undefined;
}

function Arrow({ step, number, x1, x2, y, isChosen, href, onOpen }: ArrowProps): VNode {
  const { label, isAnswer, tone, from, to } = step;
  const toRight = x2 >= x1;
  // A server that calls itself: a loop beside its lane.
  const path = x1 === x2 ? `M${x1} ${y - 8}h34v12h-34` : `M${x1} ${y}H${x2}`;
  const tip = x1 === x2 ? `M${x1 + 7} ${y}l-7 4 7 4z` : toRight ? `M${x2 - 8} ${y - 4}l8 4-8 4z` : `M${x2 + 8} ${y - 4}l-8 4 8 4z`;
  const classes = ['arrow', tone, isAnswer ? 'answer' : 'call', ...(isChosen ? ['chosen'] : [])].join(' ');
  return (
    <a
      href={href}
      class={classes}
      aria-label={`${isAnswer ? 'Answer' : 'Call'} from ${from} to ${to}: ${label}${tone === 'bad' ? ', not well' : ''}`}
      onClick={(event) => {
        if (onOpen === undefined) return;
        event.preventDefault();
        onOpen(step);
      }}
    >
      <rect class="hit" x={Math.min(x1, x2)} y={y - 20} width={Math.max(60, Math.abs(x2 - x1))} height={rowHeight - 2} />
      <path class="line" d={path} />
      <path class="tip" d={tip} />
      <text x={x1 === x2 ? x1 + 40 : (x1 + x2) / 2} y={y - 5} class={x1 === x2 ? 'beside' : undefined}>
        {tone === 'bad' ? '✗ ' : ''}
        {number !== '' && <tspan class="number">{number} </tspan>}
        {short(label, x1 === x2 ? leastLane : Math.abs(x2 - x1) - 14 - number.length * characterWidth)}
      </text>
    </a>
  );
}

/** What of a text has room. */
function short(text: string, pixels: number): string {
  const most = Math.max(4, Math.floor(pixels / characterWidth));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
