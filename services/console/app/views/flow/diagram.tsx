import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Trace } from '../../answers.ts';
import { lanesOf, type Step, stepsOf } from './steps.ts';

/** A move of a mailbox has thousands. */
const mostSteps = 300;
/** Lanes take the room that there is, within these. */
const [leastLane, mostLane] = [112, 200];
/** Where those do not fit side by side, lanes have letters, a list above says which is whose, and labels go over the whole width. */
const leastLetteredLane = 28;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
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
  const plan = planOf(lanes, room);
  const { headHeight, rowHeight, width } = plan;
  const height = headHeight + steps.length * rowHeight + 14;
  return (
    <>
      <section class="diagram" ref={place} aria-label={`Sequence diagram of ${trace.traceId.slice(0, 12)}`}>
        <svg xmlns="http://www.w3.org/2000/svg" viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
          <title>Trace {trace.traceId}</title>
          {lanes.map((lane, index) => (
            <Lane key={lane} lane={lane} index={index} plan={plan} height={height} />
          ))}
          {steps.map((step, index) => (
            <Arrow
              key={`${step.exchange.spanId} ${step.isAnswer}`}
              step={step}
              number={numberOf(step)}
              plan={plan}
              x1={plan.middle(step.from)}
              x2={plan.middle(step.to)}
              y={headHeight + (index + 1) * rowHeight - 12}
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

/** Where things are drawn. */
interface Plan {
  readonly isLettered: boolean;
  readonly laneWidth: number;
  readonly width: number;
  readonly headHeight: number;
  readonly rowHeight: number;
  middle(lane: string): number;
}

function planOf(lanes: readonly string[], room: number): Plan {
  const count = Math.max(1, lanes.length);
  const share = Math.floor(room / count);
  const isLettered = room > 0 && share < leastLane && share >= leastLetteredLane && count <= letters.length;
  const laneWidth = isLettered ? share : Math.max(leastLane, Math.min(mostLane, share));
  return {
    ...{ isLettered, laneWidth, width: count * laneWidth },
    ...{ headHeight: isLettered ? 18 * count + 42 : 54, rowHeight: isLettered ? 44 : 34 },
    middle: (lane) => lanes.indexOf(lane) * laneWidth + laneWidth / 2,
  };
}

interface LaneProps {
  readonly lane: string;
  readonly index: number;
  readonly plan: Plan;
  readonly height: number;
}

/** A lane with its head: who above what, the organization in small letters over its service; or its letter, told in the list above. */
function Lane({ lane, index, plan: { isLettered, laneWidth, headHeight, width, middle }, height }: LaneProps): VNode {
  const x = middle(lane);
  const slash = lane.indexOf('/');
  const line = <line x1={x} x2={x} y1={headHeight - 10} y2={height} />;
  if (isLettered)
    return (
      <g class="lane">
        {line}
        <text x={4} y={16 + index * 18} class="lane-key">
          <tspan class="number">{letters[index]}</tspan> {short(lane, width - 24)}
        </text>
        <rect x={x - 12} y={headHeight - 34} width={24} height={24} rx={6} />
        <text x={x} y={headHeight - 17} class="lane-name">
          {letters[index]}
        </text>
      </g>
    );
  const room = laneWidth - 16;
  return (
    <g class="lane">
      {line}
      <rect x={x - laneWidth / 2 + 6} y={6} width={laneWidth - 12} height={headHeight - 16} rx={6} />
      {slash >= 0 && (
        <text x={x} y={22} class="lane-organization">
          {short(lane.slice(0, slash), room)}
        </text>
      )}
      <text x={x} y={slash < 0 ? 31 : 38} class="lane-name">
        {short(lane.slice(slash + 1), room)}
      </text>
    </g>
  );
}

interface ArrowProps {
  readonly step: Step;
  readonly number: string;
  readonly plan: Plan;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly isChosen: boolean;
  readonly href: string;
  readonly onOpen: ((step: Step) => void) | undefined;
}

function Arrow({ step, number, plan: { isLettered, laneWidth, width, rowHeight }, x1, x2, y, isChosen, href, onOpen }: ArrowProps): VNode {
  const { label, isAnswer, tone, from, to } = step;
  const toRight = x2 >= x1;
  const loop = Math.min(34, laneWidth / 2 - 2);
  // A server that calls itself: a loop beside its lane.
  const path = x1 === x2 ? `M${x1} ${y - 8}h${loop}v12h${-loop}` : `M${x1} ${y}H${x2}`;
  const tip = x1 === x2 ? `M${x1 + 7} ${y}l-7 4 7 4z` : toRight ? `M${x2 - 8} ${y - 4}l8 4-8 4z` : `M${x2 + 8} ${y - 4}l-8 4 8 4z`;
  const classes = ['arrow', tone, isAnswer ? 'answer' : 'call', ...(isChosen ? ['chosen'] : [])].join(' ');
  const [left, right] = isLettered ? [0, width] : [Math.min(x1, x2), Math.max(x1, x2, Math.min(x1, x2) + 60)];
  const text = isLettered
    ? { x: 4, y: y - 12, class: 'beside', room: width - 8 }
    : x1 === x2
      ? { x: x1 + 40, y: y - 5, class: 'beside', room: leastLane }
      : { x: (x1 + x2) / 2, y: y - 5, class: undefined, room: Math.abs(x2 - x1) - 14 };
  return (
    <a
      href={href}
      class={classes}
      aria-label={`${isAnswer ? 'Answer' : 'Call'} from ${from} to ${to}: ${label}${tone === 'bad' ? ', not well' : ''}${number === '' ? '' : `, step ${number.replaceAll('·', ' and ')}`}`}
      onClick={(event) => {
        if (onOpen === undefined) return;
        event.preventDefault();
        onOpen(step);
      }}
    >
      <rect class="hit" x={left} y={y - rowHeight + 14} width={right - left} height={rowHeight - 2} />
      <path class="line" d={path} />
      <path class="tip" d={tip} />
      <text x={text.x} y={text.y} class={text.class}>
        {tone === 'bad' ? '✗ ' : ''}
        {number !== '' && <tspan class="number">{number} </tspan>}
        {short(label, text.room - number.length * characterWidth)}
      </text>
    </a>
  );
}

/** What of a text has room. */
function short(text: string, pixels: number): string {
  const most = Math.max(4, Math.floor(pixels / characterWidth));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
