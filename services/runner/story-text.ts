import type { Recording } from './recorded.ts';

/** What a scenario says of itself besides what happens. */
export interface StoryHead {
  readonly name: string;
  /** Name of a world that ships, or the path of a world file from the scenario's folder. */
  readonly world: string;
  /** ISO 8601. */
  readonly clock: string;
  readonly era: string | null;
}

/** A recording as the text of a scenario file, for people to go on with. */
export function storyText({ name, world, clock, era }: StoryHead, { acts, leftOut }: Recording): string {
  const [one, ...more] = acts.map(actLines);
  return [
    'version: 1',
    `name: ${JSON.stringify(name)}`,
    'teaches: What a client asked, and what it was answered.',
    'source: Recorded from a session.',
    `world: ${JSON.stringify(world)}`,
    `clock: ${clock}`,
    ...(era === null ? [] : [`eras: [${JSON.stringify(era)}]`]),
    ...leftOut.map((line) => `# left out: ${line.replaceAll(/\s+/g, ' ')}`),
    ...(one ?? []),
    ...(more.length === 0
      ? []
      : ['and:', ...more.flatMap((lines) => lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`))]),
    '',
  ].join('\n');
}

function actLines({ when, expected }: Recording['acts'][number]): readonly string[] {
  return [
    'when:',
    ...when.flatMap(({ word, of }) => {
      const { request, ...rest } = of as { readonly request?: string };
      const given = Object.entries(rest).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`);
      return [`  - ${word}:`, ...given, ...(request === undefined ? [] : requestLines(request))];
    }),
    'then:',
    ...expected.flatMap(({ of }) =>
      Object.entries(of).flatMap(([key, value]) =>
        Array.isArray(value)
          ? [`  ${key}:`, ...value.map((entry) => `    - ${JSON.stringify(entry)}`)]
          : [`  ${key}: ${JSON.stringify(value)}`],
      ),
    ),
  ];
}

/** As it stands where YAML lets it: one line has no indentation that could be lost. */
function requestLines(request: string): readonly string[] {
  return /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]*$/.test(request) && request.trim() === request
    ? ['      request: |-', `        ${request}`]
    : [`      request: ${JSON.stringify(request)}`];
}
