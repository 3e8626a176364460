/** A position in a world file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a world file. */
export interface Problem extends Place {
  readonly message: string;
}

/** A world file that cannot be used; the message has one line `file:line:col message` for each problem. */
export class WorldFileError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.file}:${problem.line}:${problem.column} ${problem.message}`).join('\n'));
    this.name = 'WorldFileError';
    this.problems = problems;
  }
}

/** A problem at a place. */
export function problemAt(place: Place, message: string): Problem {
  return { file: place.file, line: place.line, column: place.column, message };
}
