import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { publicClient } from '../support/tokens.ts';
import { ask } from '../wire/admin/ask.ts';
import { attributes, responses, texts } from '../wire/ews/answers.ts';
import { openEventStream } from '../wire/ews/event-stream.ts';
import { createMessage, getEvents, subscribe } from '../wire/ews/subscriptions.ts';

const mary = 'mary@contoso.test';

describe.skipIf((await findPostgres()) === undefined)('a front end before two processes that answer in turn', () => {
  let folder: string;
  let front: LabProcess;
  const behind: LabProcess[] = [];
  const labs: LabProcess[] = [];
  let told: EndpointsDocument;
  const clients: WireClient[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-alternating-'));
    const database = present(await (await startPostgres())?.createDatabase(), 'a database');
    const start = async (name: string, services: string): Promise<LabProcess> => {
      const place = ['--persist', database, '--port', '0', '--data-dir', join(folder, name), '--output', 'json'];
      const lab = await startLabProcess([...place, '--only', services], { cwd: folder });
      labs.push(lab);
      return lab;
    };
    const doubled = 'ews,autodiscover,mrsproxy,oab,azure-auth';
    behind.push(...(await Promise.all(['one', 'two'].map((name) => start(name, doubled)))));
    front = await start('front', 'frontend,rpcproxy');
    told = await frontTold();
  }, 180_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(labs.map(end));
    await rm(folder, { recursive: true, force: true });
  });

  const frontTold = async () => (await ask(front.endpoints.adminUrl, 'GET', '/_coexist/endpoints')).body as EndpointsDocument;
  /** Each comes by a connection of its own, and so to the next of the two. */
  const client = (): WireClient => {
    const made = wireClient(told);
    clients.push(made);
    return made;
  };
  /** How many requests to EWS each of the processes has answered. */
  const answered = (): Promise<readonly number[]> =>
    Promise.all(
      behind.map(async ({ endpoints }) => {
        const text = await (await fetch(`${endpoints.adminUrl}/metrics`)).text();
        const lines = text.split('\n').filter((line) => /^coexist_requests_total\{.*svc="ews"/.test(line));
        return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      }),
    );

  test('ids, change keys and sync states of the one are those of the other', async () => {
    const [one, two] = [client(), client()];
    const ids: string[] = [];
    for (let number = 0; number < 6; number += 1) ids.push(await createMessage(number % 2 === 0 ? one : two, mary, `m${number}`));
    const sync = (asked: WireClient, state: string) =>
      asked.ews(
        mary,
        `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id="drafts"/></m:SyncFolderId>${state}<m:MaxChangesReturned>3</m:MaxChangesReturned></m:SyncFolderItems>`,
      );
    const seen: string[] = [];
    let state = '';
    for (let round = 0; round < 40; round += 1) {
      const { body } = await sync(round % 2 === 0 ? two : one, state);
      seen.push(...attributes(body, 'ItemId', 'Id').map(String));
      state = `<m:SyncState>${texts(body, 'SyncState')[0]}</m:SyncState>`;
      if (texts(body, 'IncludesLastItemInRange')[0] === 'true') break;
    }
    expect(ids.filter((id) => seen.filter((one) => one === id).length !== 1)).toEqual([]);
    let key = '';
    for (let round = 0; round < 4; round += 1) {
      const subject = `<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>round ${round}</t:Subject></t:Message></t:SetItemField>`;
      const changed = await (round % 2 === 0 ? two : one).ews(
        mary,
        `<m:UpdateItem ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${ids[0]}"${key === '' ? ` ChangeKey="${await keyOf(one, ids[0] ?? '')}"` : ` ChangeKey="${key}"`}/><t:Updates>${subject}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
      expect(responses(changed.body).map(({ code }) => code)).toEqual(['NoError']);
      key = String(attributes(changed.body, 'ItemId', 'ChangeKey')[0]);
    }
    const numbers = await answered();
    expect(numbers.every((number) => number > 3)).toBe(true);
  });

  const keyOf = async (asked: WireClient, id: string): Promise<string> => {
    const { body } = await asked.ews(
      mary,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    );
    return String(attributes(body, 'ItemId', 'ChangeKey')[0]);
  };

  test('what is created by the one is told by the other, by pull and by stream', async () => {
    const [one, two] = [client(), client()];
    const pull = await subscribe(one, mary, 'Pull', { folders: ['drafts'], events: ['Created'] });
    const streaming = await subscribe(one, mary, 'Streaming', { folders: ['drafts'], events: ['Created'] });
    const ca = readFileSync(told.caFile, 'utf8');
    const streams = await Promise.all(
      [0, 1].map(() => openEventStream({ endpoints: told, names: { hosts: told.hosts, httpPort: 0, ca } }, mary, [streaming.id])),
    );
    const made = [await createMessage(one, mary, 'told 1'), await createMessage(two, mary, 'told 2')];
    const { body } = await getEvents(two, mary, pull);
    expect(attributes(body, 'ItemId', 'Id')).toEqual(made);
    // Whichever connection came last tells; of what the other had told by then at most its last document, which was not noted yet.
    const heard: readonly string[][] = streams.map(() => []);
    const lastDocuments = streams.map((): readonly string[] => []);
    const listen = async (stream: (typeof streams)[number], index: number): Promise<void> => {
      for (let document = await stream.next(); document !== undefined; document = await stream.next()) {
        const ids = attributes(document, 'ItemId', 'Id').map(String);
        heard[index]?.push(...ids);
        if (ids.length > 0) lastDocuments[index] = ids;
      }
    };
    for (const [index, stream] of streams.entries()) listen(stream, index).catch(() => {});
    await expect.poll(() => [...new Set(heard.flat())].toSorted(), { timeout: 10_000 }).toEqual(made.toSorted());
    const later = await createMessage(one, mary, 'told 3');
    await expect.poll(() => heard.flat().filter((id) => id === later), { timeout: 10_000 }).toEqual([later]);
    for (const [index, ids] of heard.entries()) {
      expect(new Set(ids).size).toBe(ids.length);
      const repeated = ids.filter((id) => heard[1 - index]?.includes(id));
      expect(lastDocuments.some((last) => repeated.every((id) => last.includes(id)))).toBe(true);
    }
    for (const stream of streams) stream.destroy();
  });

  test('NTLM holds for the connection that it was proven on', async () => {
    const user = present(
      told.users.find(({ mail }) => mail === mary),
      mary,
    );
    const [host = '', port = ''] = (told.hosts['mail.contoso.test'] ?? '').split(':');
    const words = [
      '--ntlm',
      '-u',
      `${user.userName}:${user.password}`,
      '--cacert',
      told.caFile,
      '-sS',
      '-w',
      '%{http_code} %{num_connects};',
    ];
    const url = `https://mail.contoso.test:${port}/EWS/Services.wsdl`;
    const where = ['--resolve', `mail.contoso.test:${port}:${host}`];
    const { stdout } = await promisify(execFile)('curl', [
      ...where,
      ...words,
      '-o',
      '/dev/null',
      url,
      '-o',
      '/dev/null',
      url,
      '-o',
      '/dev/null',
      url,
    ]);
    expect(stdout).toBe('200 1;200 0;200 0;');
  });

  test('a code that one authentication service gives the other redeems, once; its token opens the mailbox by both', async () => {
    const authorities = behind.map(({ endpoints }) => ({ endpoints, client: wireClient(pinned(endpoints)) }));
    for (const { client } of authorities) clients.push(client);
    const [first, second] = authorities.map(({ client }) => client) as [WireClient, WireClient];
    const tenant = present(Object.values(told.organizations).find(({ tenantId }) => tenantId !== undefined)?.tenantId, 'a tenant');
    const base = `https://login.microsoftonline.test/${tenant}/oauth2/v2.0`;
    const scope = 'https://outlook.office365.test/EWS.AccessAsUser.All';
    const begin = (): Promise<{ device_code: string; user_code: string }> =>
      first
        .request(`${base}/devicecode`, { headers: form, body: new URLSearchParams({ client_id: publicClient, scope }).toString() })
        .then(({ body }) => JSON.parse(body));
    const { device_code, user_code } = await begin();
    const approved = await ask(present(behind[1], 'the second').endpoints.adminUrl, 'POST', `/_coexist/v1/device-codes/${user_code}`, {
      user: 'joe@contoso.test',
      approve: true,
    });
    expect(approved.status).toBe(200);
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: publicClient, device_code };
    const redeem = (asked: WireClient) => asked.request(`${base}/token`, { headers: form, body: new URLSearchParams(grant).toString() });
    const tokens = await Promise.all([redeem(second), redeem(first)]);
    expect(new Set(tokens.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const { access_token } = JSON.parse(present(tokens.find(({ status }) => status === 200)?.body, 'a token')) as { access_token: string };
    for (const asked of [client(), client()]) {
      const { status } = await asked.request('https://outlook.office365.test/EWS/Exchange.asmx', {
        headers: { 'content-type': 'text/xml; charset=utf-8', authorization: `Bearer ${access_token}` },
        body: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>',
      });
      expect(status).toBe(200);
    }
  });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  /** The names of the authentication service lead to this process's own listener. */
  const pinned = (own: EndpointsDocument): EndpointsDocument => ({ ...told, hosts: { ...told.hosts, ...authorityOf(own) } });
  const authorityOf = ({ hosts }: EndpointsDocument): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(hosts).filter(([name]) => name.startsWith('login.')));

  test('when one is killed the other answers, also those who had been with it', { timeout: 60_000 }, async () => {
    const kept = [client(), client()];
    const look = (asked: WireClient) =>
      asked.ews(
        mary,
        '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
      );
    expect((await Promise.all(kept.map(look))).map(({ status }) => status)).toEqual([200, 200]);
    const victim = present(behind[0], 'the first');
    victim.child.kill('SIGKILL');
    await victim.ended;
    for (const asked of [...kept, client(), client()]) expect((await look(asked)).status).toBe(200);
  });
});
