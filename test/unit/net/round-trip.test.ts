import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { expect, test } from 'vitest';
import { roundTrip } from '../../../shared/net/round-trip.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';

test('a long answer comes as it was sent, in whatever pieces, and so does the next one on its connection', async () => {
  const long = randomBytes(600_000);
  const server = createServer((request, response) => {
    if (request.url === '/whole') {
      response.end(long);
      return;
    }
    // Several in one read, and large ones between them.
    for (let from = 0, size = 1; from < long.length; from += size, size = size > 40_000 ? 1 : size * 3)
      response.write(long.subarray(from, from + size));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ connections: 1 });
  try {
    for (const path of ['whole', 'pieces', 'whole', 'pieces', 'pieces']) {
      const url = new URL(`http://127.0.0.1:${port}/${path}`);
      const exchange = createMemoryRecorder().open({
        ...{ service: 'ews', direction: 'outgoing', protocol: 'http', target: `GET /${path}`, host: url.host, at: 0 },
      });
      const call = { method: 'GET', headers: {}, maxBytes: long.length } as const;
      const answer = await roundTrip(agent, call, url, exchange, AbortSignal.timeout(60_000));
      expect(answer.body.equals(long)).toBe(true);
    }
  } finally {
    await agent.close();
    server.close();
  }
});
