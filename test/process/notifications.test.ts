import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { attributes } from '../wire/ews/answers.ts';
import { type EventStream, openEventStream } from '../wire/ews/event-stream.ts';
import { createMessage, getEvents, subscribe } from '../wire/ews/subscriptions.ts';

const mary = 'mary@contoso.test';
const created = (document: string): readonly string[] => attributes(document, 'ItemId', 'Id').map(String);

function streamOf({ endpoints }: LabProcess, id: string): Promise<EventStream> {
  const ca = readFileSync(endpoints.caFile, 'utf8');
  return openEventStream({ endpoints, names: { hosts: endpoints.hosts, httpPort: 0, ca } }, mary, [id]);
}

/** What had left before the server died. */
async function arrived(stream: EventStream): Promise<readonly string[]> {
  const documents: string[] = [];
  try {
    for (let document = await stream.next(); document !== undefined; document = await stream.next()) documents.push(document);
  } catch {
    // The connection is broken, as it should be.
  }
  return documents;
}

test('subscriptions outlive kill -9: by pull everything is told once, by stream nothing is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-notifications-'));
  const start = () => startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
  let lab: LabProcess | undefined;
  try {
    lab = await start();
    let client = wireClient(lab.endpoints);
    const wish = { folders: ['drafts'], events: ['Created'] };
    const pull = await subscribe(client, mary, 'Pull', wish);
    const streaming = await subscribe(client, mary, 'Streaming', wish);
    const [made, pulled, streamed]: [string[], string[], string[]] = [[], [], []];
    let { watermark } = pull;
    for (let round = 0; round < 2; round += 1) {
      const stream = await streamOf(lab, streaming.id);
      for (let count = 0; count < 8; count += 1) made.push(await createMessage(client, mary, `n${round}-${count}`));
      while (!streamed.includes(made.at(-2) ?? '')) streamed.push(...created((await stream.next()) ?? ''));
      const page = await getEvents(client, mary, { id: pull.id, watermark });
      pulled.push(...created(page.body));
      ({ watermark } = page);
      made.push(await createMessage(client, mary, `last of ${round}`));
      lab.child.kill('SIGKILL');
      await lab.ended;
      streamed.push(...(await arrived(stream)).flatMap(created));
      client.close();
      lab = await start();
      client = wireClient(lab.endpoints);
    }
    pulled.push(...created((await getEvents(client, mary, { id: pull.id, watermark })).body));
    expect(pulled).toEqual(made);
    const stream = await streamOf(lab, streaming.id);
    while (!streamed.includes(made.at(-1) ?? '')) streamed.push(...created((await stream.next()) ?? ''));
    expect([...new Set(streamed)]).toEqual(made);
    lab.child.kill('SIGTERM');
    expect((await stream.rest()).at(-1)).toContain('<m:ConnectionStatus>Closed</m:ConnectionStatus>');
    expect(await lab.ended).toMatchObject({ code: 0, err: '' });
    client.close();
  } finally {
    await end(lab);
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
