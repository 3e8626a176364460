/**
 * Writes lines that come one after the other in one go, before anything else happens: a line costs less to make than to write.
 *
 * @param atEnd is handed what is to be done last, for when the process ends in the midst of them
 */
export function gatherLines(write: (text: string) => void, atEnd: (last: () => void) => void): (text: string) => void {
  let lines = '';
  const flush = (): void => {
    const text = lines;
    lines = '';
    if (text !== '') write(text);
  };
  atEnd(flush);
  return (text) => {
    if (lines === '') queueMicrotask(flush);
    lines += text;
  };
}
