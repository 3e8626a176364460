import { readFileSync } from 'node:fs';
import { collectStories } from '../../services/runner/collect.ts';
import type { Story } from '../../shared/scenario/story.ts';

/** Where a story is told against containers; where it is not the usual place the table says why. */
const places = ['from a container of the network'] as const;
export type Place = (typeof places)[number] | 'from the machine of the engine';

/** The stories that ship, by where they are told against containers: those that the table of `scenarios/README.md` names, and all others. */
export function storiesInContainers(): ReadonlyMap<Place, readonly Story[]> {
  const exceptions = readExceptions();
  const all = collectStories([], import.meta.dirname);
  const stranger = [...exceptions.keys()].find((id) => !all.some((story) => story.id === id));
  if (stranger !== undefined) throw new Error(`scenarios/README.md says of ${stranger} where it is told, and there is no such story`);
  return Map.groupBy(all, ({ id }) => exceptions.get(id) ?? 'from the machine of the engine');
}

function readExceptions(): ReadonlyMap<string, Place> {
  const text = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split('\n### In containers\n');
  const [, rows = ''] = /^\| *scenarios *\| *told *\| *why *\|\n\|[ |-]+\|\n((?:\|.*\n)+)/m.exec(section) ?? [];
  return new Map(
    rows
      .trim()
      .split('\n')
      .map((row): [string, Place] => {
        const [id = '', told = '', why = ''] = row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim());
        const place = places.find((one) => one === told);
        if (place === undefined || why.length < 20 || !/^`[\w/-]+`$/.test(id)) throw new Error(`no row of the table of exceptions: ${row}`);
        return [id.slice(1, -1), place];
      }),
  );
}
