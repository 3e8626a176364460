import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Lines that somebody types, or that come through a pipe. */
export interface LineSource {
  /** Somebody sits there: prompts are shown, and may be answered. */
  readonly terminal: boolean;
  /** The next line, without its end; undefined when there are no more. A hidden one is not shown while it is typed, nor remembered. */
  read(prompt: string, hidden?: boolean): Promise<string | undefined>;
  close(): void;
}

/** Lines typed are remembered as long as this runs, and nowhere else. Ctrl-C throws the line away that is being typed. */
export function openLines(input: NodeJS.ReadStream, output: NodeJS.WriteStream): LineSource {
  const terminal = input.isTTY === true && output.isTTY === true;
  let muted = false;
  const shown = new Writable({
    write(part: Buffer, _encoding, done) {
      if (!muted) output.write(part);
      done();
    },
  });
  // A line that is too long for the terminal goes on below.
  Object.defineProperty(shown, 'columns', { get: () => output.columns });
  const reader = createInterface({ input, terminal, ...(terminal ? { output: shown } : {}) });
  // From here on: a line that comes before it is asked for waits.
  const lines = reader[Symbol.asyncIterator]();
  reader.on('SIGINT', () => {
    output.write('\n');
    reader.write(null, { ctrl: true, name: 'u' });
    reader.prompt();
  });
  reader.on('history', (history) => {
    if (muted) history.shift();
  });
  return {
    terminal,
    async read(prompt, hidden = false) {
      if (terminal) {
        reader.setPrompt(prompt);
        reader.prompt();
        muted = hidden;
      }
      const { done, value } = await lines.next();
      if (muted) output.write('\n');
      muted = false;
      return done === true ? undefined : value;
    },
    close: () => reader.close(),
  };
}
