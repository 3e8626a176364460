import type { VNode } from 'preact';
import type { MapLink, MapOrganization, WorldMap } from '../../answers.ts';
import { useIsNarrow } from '../../parts/narrow.ts';
import { linkTo } from '../../store.ts';
import { countsText } from './view.tsx';

const [boxWidth, boxHeight] = [250, 148];
type Place = readonly [x: number, y: number];

/** Where boxes stand: the authentication service above, organizations below it in their order. */
interface Layout {
  readonly width: number;
  readonly authority: Place;
  /** Letters of a host's name that have room. */
  readonly mostOfHost: number;
  place(index: number): Place;
}

/** Two on either side, then rows of three. */
const wide: Layout = {
  width: 1000,
  authority: [375, 10],
  mostOfHost: 30,
  place(index) {
    if (index < 2) return [index === 0 ? 20 : 730, 190];
    return [[375, 20, 730][(index - 2) % 3] ?? 375, 360 + 170 * Math.floor((index - 2) / 3)];
  },
};
/** From side to side, so that lines between them are seen. */
const narrow: Layout = {
  width: 540,
  authority: [145, 10],
  mostOfHost: 25,
  place: (index) => [index % 2 === 0 ? 10 : 280, 190 + 200 * index],
};
const mostHosts = 4;

/** Organizations as boxes with their hosts, and one line for all that joins two of them: red where something is wrong. */
export function Drawing({ map, chosen }: { readonly map: WorldMap; readonly chosen: string }): VNode {
  const { width, authority, mostOfHost, place } = useIsNarrow() ? narrow : wide;
  const height = Math.max(...map.organizations.map((_, index) => place(index)[1])) + boxHeight + 12;
  const placed = new Map(map.organizations.map(({ name }, index) => [name, place(index)]));
  placed.set(map.authority.name, authority);
  const between = Map.groupBy(
    map.links.filter(({ from, to }) => from !== to && placed.has(from) && placed.has(to)),
    ({ from, to }) => [from, to].toSorted().join('\n'),
  );
  return (
    <section class="drawing" aria-label="Map of the world">
      <svg viewBox={`0 0 ${width} ${height}`}>
        <title>The world</title>
        {[...between].map(([key, links]) => (
          <Line key={key} links={links} placed={placed} chosen={chosen} />
        ))}
        <Authority authority={map.authority} place={authority} />
        {map.organizations.map((organization, index) => (
          <Box
            key={organization.name}
            organization={organization}
            place={place(index)}
            mostOfHost={mostOfHost}
            isChosen={chosen === organization.name}
            isBroken={
              map.broken.some(({ at }) => at.includes(organization.name)) ||
              map.links.some(({ at, wrong }) => at === organization.name && wrong.length > 0)
            }
          />
        ))}
      </svg>
    </section>
  );
}

interface LineProps {
  readonly links: readonly MapLink[];
  readonly placed: ReadonlyMap<string, Place>;
  readonly chosen: string;
}

function Line({ links, placed, chosen }: LineProps): VNode | null {
  const first = links.find(({ wrong }) => wrong.length > 0) ?? links[0];
  const [from, to] = [placed.get(first?.from ?? ''), placed.get(first?.to ?? '')];
  if (first === undefined || from === undefined || to === undefined) return null;
  const [x1, y1, x2, y2] = [from[0] + boxWidth / 2, from[1] + boxHeight / 2, to[0] + boxWidth / 2, to[1] + boxHeight / 2];
  const wrong = links.filter((one) => one.wrong.length > 0);
  const tone = wrong.length > 0 ? 'bad' : links.every(({ enabled }) => !enabled) ? 'off' : 'good';
  const label = wrong.length > 0 ? `✗ ${wrong[0]?.wrong[0] ?? ''}` : `${links.length} ${links.length === 1 ? 'link' : 'links'}`;
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return (
    <a
      href={linkTo('topology', ...first.id.split('/'))}
      class={`line ${tone}${links.some(({ id }) => id === chosen) ? ' chosen' : ''}`}
      aria-label={`Between ${first.from} and ${first.to}: ${links.length} links${wrong.length > 0 ? `, wrong: ${wrong.flatMap((one) => one.wrong).join(', ')}` : ''}`}
    >
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
      <rect x={x - 62} y={y - 12} width={124} height={24} rx={12} />
      <text x={x} y={y + 4}>
        {label.length > 17 ? `${label.slice(0, 16)}…` : label}
      </text>
    </a>
  );
}

function Authority({
  authority: { name, up, exchanges },
  place: [x, y],
}: {
  readonly authority: WorldMap['authority'];
  readonly place: Place;
}): VNode {
  return (
    <g class={up ? 'box' : 'box bad'}>
      <rect x={x} y={y} width={boxWidth} height={boxHeight / 2} rx={10} />
      <text x={x + 14} y={y + 26} class="box-name">
        {name}
      </text>
      <text x={x + 14} y={y + 46}>
        the authentication service, {up ? 'up' : 'down'}
      </text>
      <text x={x + 14} y={y + 63} class="dim">
        {countsText(exchanges)}
      </text>
    </g>
  );
}

interface BoxProps {
  readonly organization: MapOrganization;
  readonly place: Place;
  readonly mostOfHost: number;
  readonly isChosen: boolean;
  readonly isBroken: boolean;
}

function Box({ organization, place: [x, y], mostOfHost, isChosen, isBroken }: BoxProps): VNode {
  const { name, kind, product, era, hosts, exchanges, wrong } = organization;
  const isBad = isBroken || wrong.length > 0;
  const isDown = hosts.some(({ up }) => !up);
  return (
    <a
      href={linkTo('topology', name)}
      class={`box${isBad ? ' bad' : ''}${isChosen ? ' chosen' : ''}`}
      aria-label={`${name}, ${kind}${isBad ? ', something is wrong' : ''}${isDown ? ', a host is down' : ''}`}
    >
      <rect x={x} y={y} width={boxWidth} height={boxHeight} rx={10} />
      <text x={x + 14} y={y + 25} class="box-name">
        {isBad ? '✗ ' : ''}
        {name}
      </text>
      <text x={x + 14} y={y + 43} class="dim">
        {kind}, {product}
        {era === null ? '' : `, ${era}`}
      </text>
      {hosts.slice(0, mostHosts).map((host, index) => (
        <g key={`${host.service} ${host.name}`} class={host.up ? 'host up' : 'host down'}>
          <circle cx={x + 19} cy={y + 59 + index * 17} r={4} />
          <text x={x + 30} y={y + 63 + index * 17}>
            {host.name.length > mostOfHost ? `${host.name.slice(0, mostOfHost - 1)}…` : host.name}
          </text>
        </g>
      ))}
      <text x={x + 14} y={y + boxHeight - 10} class="dim">
        {countsText(exchanges)}
      </text>
    </a>
  );
}
