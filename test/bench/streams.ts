import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { mappedAgents, type NameTable } from '../support/mapped-agents.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { type EventStream, openEventStream } from '../wire/ews/event-stream.ts';
import { createMessage, subscribe } from '../wire/ews/subscriptions.ts';
import { median, type Row } from './row.ts';

const users = 50;
const streamsOfOne = 10;
const count = users * streamsOfOne;
/** Most memory of a stream beyond that of a connection that is kept. */
const mostKib = 96;
const rounds = 5;
const password = 'Pa55word!stream';

/** What 500 open streams weigh, each with a subscription of its own, and how long an event takes to those that wait for it. */
export async function streamRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  let lab: LabProcess | undefined;
  try {
    lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data')], { cwd: folder });
    return await rowsOf(lab);
  } finally {
    await end(lab);
    await rm(folder, { recursive: true, force: true });
  }
}

async function rowsOf(lab: LabProcess): Promise<readonly Row[]> {
  const mails = Array.from({ length: users }, (_, index) => `streamer${index}@contoso.test`);
  for (const mail of mails) {
    const name = mail.split('@')[0];
    await runCmdlet(lab, 'contoso', `New-Mailbox -Name ${name} -UserPrincipalName ${mail} -Password ${password}`);
  }
  const endpoints = {
    ...lab.endpoints,
    users: [...lab.endpoints.users, ...mails.map((mail) => ({ mail, userName: mail, password, organization: 'contoso' }))],
  };
  const client = wireClient(endpoints);
  const source = { endpoints, names: { hosts: endpoints.hosts, httpPort: 0, ca: readFileSync(endpoints.caFile, 'utf8') } };
  const ids = await subscribed(client, mails);
  const bare = await residentKib(lab);
  const kept: (() => void)[] = [];
  for (let each = 0; each < count; each += 1) kept.push(await keep(source));
  const withKept = await residentKib(lab);
  for (const release of kept) release();
  const streams: EventStream[] = [];
  for (const [mail, id] of ids) {
    const stream = await openEventStream(source, mail, [id]);
    await stream.next();
    streams.push(stream);
  }
  const withStreams = await residentKib(lab);
  const waysMs = await waysOf(client, mails[0] ?? '', streams.slice(0, streamsOfOne));
  for (const stream of streams) stream.destroy();
  client.close();
  const [ofStream, ofConnection] = [(withStreams - bare) / count, (withKept - bare) / count];
  return [
    {
      what: `memory of a stream, ${count} open, beside a connection that is kept`,
      measured: `${ofStream.toFixed(0)} KiB (connection ${ofConnection.toFixed(0)} KiB)`,
      limit: `${mostKib} KiB more`,
      passed: ofStream - ofConnection <= mostKib,
    },
    {
      what: `an event to the ${streamsOfOne} streams that wait for it, ${count} open`,
      measured: `${median(waysMs).toFixed(0)} ms`,
      limit: '',
      passed: undefined,
    },
  ];
}

async function subscribed(client: WireClient, mails: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const ids: (readonly [string, string])[] = [];
  for (const mail of mails) {
    for (let each = 0; each < streamsOfOne; each += 1) {
      ids.push([mail, (await subscribe(client, mail, 'Streaming', { folders: ['drafts'], events: ['Created'] })).id]);
    }
  }
  return ids;
}

/** From the creation of an item, its request included, until all have been told. */
async function waysOf(client: WireClient, mail: string, streams: readonly EventStream[]): Promise<readonly number[]> {
  const waysMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    const told = streams.map((stream) => stream.until((document) => document.includes('CreatedEvent')));
    await createMessage(client, mail, `round ${round}`);
    await Promise.all(told);
    waysMs.push(performance.now() - startedMs);
  }
  return waysMs;
}

/** A connection on which one request was answered and that is kept. Answers what ends it. */
async function keep({ names }: { readonly names: NameTable }): Promise<() => void> {
  const { httpsAgent } = mappedAgents(names);
  await new Promise((resolve, reject) => {
    const request = https.get('https://mail.contoso.test/ews/healthcheck.htm', { agent: httpsAgent }, (response) => {
      response.resume().once('end', resolve);
    });
    request.once('error', reject);
  });
  return () => httpsAgent.destroy();
}

async function residentKib({ child }: LabProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
