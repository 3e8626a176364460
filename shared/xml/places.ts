/** A place in a document; both count from 1, the column in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where in the text a place is. */
export function offsetOf(source: string, { line, column }: Place): number {
  let begin = 0;
  for (let count = 1; count < line; count += 1) begin = source.indexOf('\n', begin) + 1;
  return begin + column - 1;
}

/** The place of a character of the text. */
export function placeOf(source: string, offset: number): Place {
  let line = 1;
  for (let next = source.indexOf('\n'); next !== -1 && next < offset; next = source.indexOf('\n', next + 1)) line += 1;
  return { line, column: offset === 0 ? 1 : offset - source.lastIndexOf('\n', offset - 1) };
}
