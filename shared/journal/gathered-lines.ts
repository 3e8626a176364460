/** A process that writes, as far as it is of interest here. */
interface Writing {
  readonly stdout: { write(text: string): unknown };
  once(event: 'exit', last: () => void): unknown;
}

/**
 * Writes lines that come one after the other in one go, before anything else happens: a line costs less to make than to write.
 * Those that a process says as it ends are written, too.
 */
export function gatherLines(writing: Writing): (text: string) => void {
  let lines = '';
  const flush = (): void => {
    const text = lines;
    lines = '';
    if (text !== '') writing.stdout.write(text);
  };
  writing.once('exit', flush);
  return (text) => {
    if (lines === '') queueMicrotask(flush);
    lines += text;
  };
}
