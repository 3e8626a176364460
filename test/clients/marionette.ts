import { connect, type Socket } from 'node:net';

/** A program of Mozilla's that is told what to do from outside. */
export interface Marionette {
  /**
   * Runs the body of an asynchronous function with the program's own rights; `args` are its arguments. Answers what it
   * returns; throws what it throws.
   */
  run<T>(body: string, ...args: readonly unknown[]): Promise<T>;
  quit(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Connects to the port that a program started with `--marionette` listens at (firefox-source-docs.mozilla.org, Marionette, "Protocol"). */
export async function openMarionette(port: number, timeoutMs: number): Promise<Marionette> {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map<number, Waiting>();
  const greeted = Promise.withResolvers<void>();
  const fail = (error: Error): void => {
    greeted.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the program ended the connection')));
  readPackets(socket, (packet) => {
    if (!Array.isArray(packet)) return greeted.resolve();
    const [, id, error, result] = packet as [number, number, { error: string; message: string } | null, { value: unknown } | null];
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === null) asked?.resolve(result?.value);
    else asked?.reject(new Error(`${error.error}: ${error.message}`));
  });
  await greeted.promise;
  let last = 0;
  const send = (command: string, parameters: object): Promise<unknown> => {
    last += 1;
    const id = last;
    const text = JSON.stringify([0, id, command, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  await send('WebDriver:NewSession', {});
  await send('Marionette:SetContext', { value: 'chrome' });
  await send('WebDriver:SetTimeouts', { script: timeoutMs });
  return {
    async run<T>(body: string, ...args: readonly unknown[]): Promise<T> {
      const script = `const done = arguments[arguments.length - 1];
        (async (...args) => { ${body} })(...Array.from(arguments).slice(0, -1)).then(
          (value) => done({ value: value ?? null }), (error) => done({ error: String(error?.message ?? error) + ' ' + String(error?.stack ?? '') }));`;
      const { value, error } = (await send('WebDriver:ExecuteAsyncScript', { script, args, newSandbox: true, sandbox: 'system' })) as {
        value: T;
        error?: string;
      };
      if (error !== undefined) throw new Error(error);
      return value;
    },
    quit: () => socket.destroy(),
  };
}

/** Packets are JSON, each with its length in octets and a colon before it. */
function readPackets(socket: Socket, told: (packet: unknown) => void): void {
  let kept = Buffer.alloc(0);
  socket.on('data', (octets: Buffer) => {
    kept = Buffer.concat([kept, octets]);
    for (;;) {
      const colon = kept.indexOf(0x3a);
      const length = Number(kept.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || kept.length < colon + 1 + length) return;
      const text = kept.subarray(colon + 1, colon + 1 + length).toString();
      kept = kept.subarray(colon + 1 + length);
      told(JSON.parse(text));
    }
  });
}
