import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createSmtpListener } from '../../../services/smtp/listener.ts';
import type { StepParts } from '../../../services/smtp/steps.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';

test('a connection that comes while the database is away is told nothing; the next one is taken', async () => {
  const recorder = createMemoryRecorder();
  // Nothing else of its parts is asked before somebody is taken.
  const parts = { recorder, clock: { now: () => 0 }, knownAs: undefined } as unknown as StepParts;
  const take = awayAtFirst(() => ({ take: (socket: Socket) => void socket.end('taken'), close() {} }));
  const listener = createSmtpListener(parts, async () => take());
  await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve));
  const { port } = listener.server.address() as AddressInfo;
  const heard = async (): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(socket, 'close');
    return text;
  };
  expect(await heard()).toBe('');
  expect(recorder.defects()).toHaveLength(1);
  expect(await heard()).toBe('taken');
  await listener.close(0);
});
