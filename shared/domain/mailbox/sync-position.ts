/**
 * Where a client's synchronisation of a folder, or of the folder tree, stands. First the objects that are there are told
 * by counter, up to `horizon`, where the change log stood when it began; then the log is followed from there.
 *
 * Object counters and change numbers come from one sequence, and an object's counter is the number of its creation. So
 * `looks` can say for every object at which point of the log it was last looked at: an object with a counter up to
 * `through` (and above that of the look before) when the log stood at `at`. What the log says of it up to there is in
 * what the client was told, and is not told again. Both members ascend from look to look.
 */
export interface SyncPosition {
  readonly phase: 'initial' | 'log';
  /** Initially: the last counter that was looked at. Then: the last number of the log. */
  readonly after: number;
  /** Initially: the horizon. Then: where the log stood when the client last knew everything, or the horizon. */
  readonly since: number;
  readonly looks: readonly Look[];
}

export interface Look {
  readonly through: number;
  readonly at: number;
}

/** Looks that a position keeps. With fewer than there were, a change may be told twice, but none is lost. */
const keptLooks = 6;

/** The beginning, with the log at `sequence`. */
export function startPosition(sequence: number): SyncPosition {
  return { phase: 'initial', after: 0, since: sequence, looks: [] };
}

/** At which point of the log an object was last looked at; undefined when it was not. */
export function lookedAt(looks: readonly Look[], counter: number): number | undefined {
  return looks.find((look) => counter <= look.through)?.at;
}

/** Adds a look; those that lie before `floor`, the oldest number still to come, become one. */
export function addLook(looks: readonly Look[], look: Look, floor: number): Look[] {
  const all = [...looks, look];
  const kept = all.filter((one, index) => {
    const next = all[index + 1];
    return next === undefined || (next.at > floor && next.at !== one.at);
  });
  while (kept.length > keptLooks) {
    const [first, second, ...rest] = kept as [Look, Look, ...Look[]];
    kept.splice(0, kept.length, { through: second.through, at: first.at }, ...rest);
  }
  return kept;
}

const phases = ['initial', 'log'] as const;

/** A position as integers, at most 15 of them, for an opaque token. */
export function positionNumbers({ phase, after, since, looks }: SyncPosition): number[] {
  return [phases.indexOf(phase), after, since, ...looks.flatMap(({ through, at }) => [through, at])];
}

/** The inverse of {@link positionNumbers}; undefined for numbers that are no position. */
export function positionFromNumbers(numbers: readonly number[]): SyncPosition | undefined {
  const [phaseNumber = phases.length, after, since, ...pairs] = numbers;
  const phase = phases[phaseNumber];
  if (phase === undefined || after === undefined || since === undefined || pairs.length % 2 !== 0 || pairs.length > keptLooks * 2)
    return undefined;
  const looks: Look[] = [];
  for (let index = 0; index < pairs.length; index += 2) looks.push({ through: pairs[index] ?? 0, at: pairs[index + 1] ?? 0 });
  const ascending = looks.every(
    (look, index) => index === 0 || (look.through >= (looks[index - 1]?.through ?? 0) && look.at >= (looks[index - 1]?.at ?? 0)),
  );
  return ascending ? { phase, after, since, looks } : undefined;
}
