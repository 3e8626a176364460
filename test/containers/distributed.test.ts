import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, envelope } from '../support/soap.ts';
import { attributes, responses } from '../wire/ews/answers.ts';
import { type EventStream, openEventStream } from '../wire/ews/event-stream.ts';
import { createMessage, getEvents, subscribe } from '../wire/ews/subscriptions.ts';
import { type Composed, composeUp } from './composed.ts';
import { docker, healthy, image, inspect, postgresImage } from './engine.ts';

let lab: Composed;
let ca: string;
/** By service, until one is killed. */
const addresses = new Map<string, Promise<string>>();

beforeAll(async () => {
  lab = await composeUp('compose.distributed.yaml', {
    COEXIST_IMAGE: image,
    POSTGRES_IMAGE: postgresImage,
    POSTGRES_PASSWORD: 'of-this-test-alone',
    COEXIST_ADMIN_TOKEN: 'of-this-test-alone',
    COEXIST_PORT_ADMIN: '0',
    COEXIST_PORT_PROXY: '0',
  });
  ca = await lab.compose('exec', '-T', 'contoso', 'cat', '/var/lib/coexist/certificates/ca.pem');
}, 900_000);
afterAll(async () => {
  await lab?.down();
}, 120_000);

/** A SOAP request to EWS under a name, at the container that has it; certificates are checked. Rejects while nobody answers. */
async function ews(service: string, name: string, user: string, body: string): Promise<string> {
  const known = addresses.get(service) ?? lab.address(service);
  addresses.set(service, known);
  const host = await known;
  return new Promise((resolve, reject) => {
    const headers = { host: name, 'content-type': 'text/xml; charset=utf-8', authorization: basic(user, 'Pa55word!') };
    const options = { host, servername: name, ca, headers, method: 'POST', path: '/EWS/Exchange.asmx', agent: false, timeout: 60_000 };
    const sent = https.request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time'))).on('error', reject);
    sent.end(envelope(body));
  });
}

const mail = (subject: string, to: string): string =>
  `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId><m:Items>
   <t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`;
const newest = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>
  <m:IndexedPageItemView MaxEntriesReturned="200" Offset="0" BasePoint="Beginning"/><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder>
  <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;

/**
 * What mail may take, in milliseconds, once all containers are up: 12 s until what a dead process had in hand is taken from it (`silenceMs`,
 * and a beat), a minute that a queue waits whose destination did not answer while it started (`waitAfter`), and 18 s for the sending.
 */
const mailMs = 12_000 + 60_000 + 18_000;

/** How often each subject lies in an inbox, as soon as all that are wanted do. */
async function arrived(read: () => Promise<string>, prefix: string, wanted: number): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + mailMs;
  for (;;) {
    const counts = new Map<string, number>();
    for (const [, subject = ''] of (await read()).matchAll(/<t:Subject>(.*?)<\/t:Subject>/g))
      if (subject.startsWith(prefix)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    if (counts.size >= wanted || performance.now() > deadline) return counts;
    await pause(500);
  }
}

/** As when power fails: from outside, so that the engine starts the container again. Answers its id. */
async function killHard(service: string): Promise<string> {
  const [id = ''] = await lab.containers(service);
  const { State, RestartCount } = await inspect<{ State: { Pid: number }; RestartCount: number }>(id);
  process.kill(State.Pid, 'SIGKILL');
  for (;;) {
    const now = await inspect<{ RestartCount: number }>(id);
    if (now.RestartCount > RestartCount) break;
    await pause(100);
  }
  addresses.clear();
  return id;
}

test('each container answers for its part, and mail goes between organisations in containers of their own', async () => {
  expect(await ews('contoso', 'mail.contoso.test', 'CONTOSO\\mary', mail('across', 'pat@fabrikam.test'))).toContain('NoError');
  expect(await ews('cloud', 'outlook.office365.test', 'joe@contoso.test', mail('home', 'mary@contoso.test'))).toContain('NoError');
  const [pat, mary] = await Promise.all([
    arrived(() => ews('fabrikam', 'mail.fabrikam.test', 'FABRIKAM\\pat', newest), 'across', 1),
    arrived(() => ews('contoso', 'mail.contoso.test', 'CONTOSO\\mary', newest), 'home', 1),
  ]);
  expect([[...pat], [...mary]]).toEqual([[['across', 1]], [['home', 1]]]);
});

test('the transport of either side may die while mail is under way: nothing is lost, nothing comes twice', async () => {
  const subjects = Array.from({ length: 30 }, (_, index) => `killed ${index}`);
  const killed: string[] = [];
  for (const [index, subject] of subjects.entries()) {
    expect(await ews('contoso', 'mail.contoso.test', 'CONTOSO\\mary', mail(subject, 'pat@fabrikam.test'))).toContain('NoError');
    if (index === 10) killed.push(await killHard('contoso-mail'));
    if (index === 20) killed.push(await killHard('fabrikam-mail'));
  }
  for (const id of killed) await healthy(id);
  const counts = await arrived(() => ews('fabrikam', 'mail.fabrikam.test', 'FABRIKAM\\pat', newest), 'killed', subjects.length);
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  expect(counts.size).toBe(subjects.length);
}, 300_000);

/** A line of the shell, run where the control port is. */
const cmdlet = (organization: string, line: string): Promise<string> =>
  lab.compose('exec', '-T', 'admin', 'coexist', 'cmdlet', line, '--org', organization);

test('a mailbox moves though the mover dies, and what is behind the front end that it reads from', async () => {
  const read = async (service: string, name: string, user: string): Promise<readonly string[]> =>
    [...(await ews(service, name, user, newest)).matchAll(/<t:Subject>(.*?)<\/t:Subject>/g)].map(([, subject = '']) => subject).toSorted();
  const before = await read('contoso', 'mail.contoso.test', 'CONTOSO\\mary');
  expect(before.length).toBeGreaterThan(3);
  await cmdlet('contoso', 'Start-ADSyncSyncCycle');
  const credential = "@{UserName='CONTOSO\\administrator'; Password='Pa55word!'}";
  const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.mail.onmicrosoft.test`;
  await cmdlet('contoso-cloud', `New-MoveRequest mary@contoso.test ${remote}`);
  for (const id of [await killHard('migration'), await killHard('contoso-services')]) await healthy(id);
  // 12 s until the request is taken from the mover that is dead and half a minute for each failure (`retryDelayMs`): the connection that broke,
  // the one that nobody took. The rest is for the moving of six hundred items, and for a shell in a container that is asked for it.
  const deadline = performance.now() + 240_000;
  for (;;) {
    const told = await cmdlet('contoso-cloud', 'Get-MoveRequest mary@contoso.test').catch(String);
    if (told.includes('Completed')) break;
    if (performance.now() > deadline)
      throw new Error(
        `it does not complete: ${await cmdlet('contoso-cloud', 'Get-MoveRequestStatistics mary@contoso.test -IncludeReport')}`,
      );
    await pause(1_000);
  }
  expect(await read('cloud', 'outlook.office365.test', 'mary@contoso.test')).toEqual(before);
}, 300_000);

const rob = { mail: 'rob@contoso.test', userName: 'CONTOSO\\rob', password: 'Pa55word!', organization: 'contoso' };
const robs = { ews: async (_mail: string, body: string) => ({ body: await ews('contoso', 'mail.contoso.test', rob.userName, body) }) };

/** Tries until it can be had, as clients do whose connection broke: as long as a container may take to come back. */
async function again<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(250);
    }
  }
}

/** A stream over a subscription that has begun. */
async function streamOf(id: string): Promise<EventStream> {
  const host = addresses.get('contoso') ?? lab.address('contoso');
  addresses.set('contoso', host);
  const names = { hosts: { 'mail.contoso.test': `${await host}:443` }, httpPort: 0, ca };
  const stream = await openEventStream({ endpoints: { users: [rob] }, names }, rob.mail, [id]);
  if (stream.status === 200 && responses((await stream.next()) ?? '')[0]?.class === 'Success') return stream;
  stream.destroy();
  throw new Error(`there is no stream: ${stream.status}`);
}

const created = (document: string): readonly string[] => attributes(document, 'ItemId', 'Id').map(String);

test('events go on where they were, whoever is killed on whose way they come: none is lost, and none comes twice', async () => {
  const wish = { folders: ['drafts'], events: ['Created'] };
  const pull = await subscribe(robs, rob.mail, 'Pull', wish);
  const { id } = await subscribe(robs, rob.mail, 'Streaming', wish);
  let { watermark } = pull;
  const [pulled, streamed, lastDocuments]: [string[], string[], string[]] = [[], [], []];
  for (const victim of ['contoso-services', 'contoso', 'contoso-services']) {
    const stream = await again(() => streamOf(id));
    const documents: string[] = [];
    const reading = (async () => {
      try {
        for (let next = await stream.next(); next !== undefined; next = await stream.next()) documents.push(next);
      } catch {
        // Its connection broke.
      }
    })();
    // Whose answer is lost may have been made none the less.
    const making = (async () => {
      for (let count = 0; count < 12; count += 1) await again(() => createMessage(robs, rob.mail, `${victim} ${count}`));
    })();
    while (!documents.some((document) => created(document).length > 0)) await pause(5);
    await killHard(victim);
    await Promise.all([reading, making]);
    streamed.push(...documents.flatMap(created));
    lastDocuments.push(...created(documents.at(-1) ?? ''));
    const page = await again(() => getEvents(robs, rob.mail, { id: pull.id, watermark }));
    expect(page.code).toBe('NoError');
    pulled.push(...created(page.body));
    ({ watermark } = page);
  }
  const all = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>`;
  const made = created((await robs.ews(rob.mail, all)).body);
  expect(made.length).toBeGreaterThanOrEqual(36);
  const stream = await again(() => streamOf(id));
  while (!made.every((one) => streamed.includes(one))) streamed.push(...created((await stream.next()) ?? ''));
  stream.destroy();
  // By its watermark a client that asks is told everything once; what is streamed says so when it has left, and its last document,
  // which nobody may have noted, comes once more.
  expect(pulled).toEqual(made);
  expect([...new Set(streamed)]).toEqual(made);
  const twice = streamed.filter((one, index) => streamed.indexOf(one) < index);
  expect(twice.filter((one) => !lastDocuments.includes(one))).toEqual([]);
}, 300_000);

test('a database that starts again is waited for', async () => {
  const restarts = () =>
    Promise.all(
      ['contoso', 'contoso-services', 'cloud', 'fabrikam', 'azure-auth'].map(async (service) => {
        const [container = ''] = await lab.containers(service);
        return { container, count: (await inspect<{ RestartCount: number }>(container)).RestartCount };
      }),
    );
  const before = await restarts();
  await lab.compose('restart', '--timeout', '5', 'postgres');
  const [id = ''] = await lab.containers('postgres');
  await healthy(id);
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ews('contoso', 'mail.contoso.test', 'CONTOSO\\rob', newest).catch(String);
    if (answer.includes('NoError')) break;
    if (performance.now() > deadline) throw new Error(`it does not recover: ${answer.slice(0, 500)}`);
    await pause(500);
  }
  const ended = (await restarts()).filter(({ count }, index) => count !== before[index]?.count);
  expect(await Promise.all(ended.map(({ container }) => docker('logs', '--tail', '40', container)))).toEqual([]);
}, 300_000);
