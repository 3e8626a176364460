import { callForFile } from '../../api.ts';
import { saveFile } from '../../save-file.ts';

/** What a trace can be taken away as; all but the picture are made by the lab, redacted. */
export const exportKinds = ['SVG', 'Mermaid', 'HAR', 'HTML'] as const;

const endings: Readonly<Record<string, string>> = { SVG: 'svg', Mermaid: 'mmd', HAR: 'har', HTML: 'html' };

/** Saves a trace as a file of the browser's. */
export async function exportTrace(id: string, kind: string, svg: SVGSVGElement | undefined): Promise<void> {
  const ending = endings[kind];
  if (ending === undefined) return;
  const file = kind === 'SVG' ? new Blob([svgText(svg)], { type: 'image/svg+xml' }) : await callForFile(`/v1/traces/${id}.${ending}`);
  saveFile(file, `trace-${id.slice(0, 12)}.${ending}`);
}

const kept = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
];

/** The diagram with its looks written into it: it has no style sheet where it goes. */
function svgText(svg: SVGSVGElement | undefined): string {
  if (svg === undefined) return '';
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [
    [svg, ...svg.querySelectorAll('*')],
    [copy, ...copy.querySelectorAll('*')],
  ];
  for (const [index, element] of from.entries()) {
    const [style, target] = [getComputedStyle(element), to[index]];
    for (const name of kept) target?.setAttribute(name, style.getPropertyValue(name));
    // Links of the console lead nowhere there.
    target?.removeAttribute('href');
    target?.removeAttribute('class');
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of [
    ...['width', 'height'].map((one) => [one, '100%'] as const),
    ['fill', getComputedStyle(document.documentElement).backgroundColor] as const,
  ])
    ground.setAttribute(name, value);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}
