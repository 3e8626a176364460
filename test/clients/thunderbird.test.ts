import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { type Marionette, openMarionette } from './marionette.ts';

const hasThunderbird = requireTool('thunderbird', 'thunderbird');
const hasCertutil = requireTool('certutil', 'libnss3-tools');
const url = 'https://mail.contoso.test/EWS/Exchange.asmx';

describe.skipIf(!hasThunderbird || !hasCertutil)('Thunderbird as Debian ships it, its own EWS, certificates checked', () => {
  let lab: TestLab;
  let child: ChildProcess;
  let thunderbird: Marionette;
  /** Runs in Thunderbird, where `tools.js` has been run before. */
  const run = <T>(body: string, ...args: readonly unknown[]): Promise<T> => thunderbird.run<T>(`${tools} ${body}`, ...args);

  beforeAll(async () => {
    lab = await openTestLab();
    const profile = makeProfile(lab);
    child = spawn('thunderbird', ['--headless', '--no-remote', '--marionette', '--remote-allow-system-access', '--profile', profile], {
      env: { ...process.env, HOME: profile },
      stdio: 'ignore',
    });
    thunderbird = await openMarionette(await portOf(profile, child), 60_000);
    await thunderbird.run(
      `const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs');
       const [url, password] = args;
       const server = MailServices.accounts.createIncomingServer('mary@contoso.test', 'mail.contoso.test', 'ews');
       const account = MailServices.accounts.createAccount();
       account.incomingServer = server;
       server.setStringValue('ews_url', url);
       server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
       server.password = password;
       const outgoing = MailServices.outgoingServer.createServer('ews');
       outgoing.QueryInterface(Ci.IExchangeOutgoingServer).initialize(url);
       outgoing.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
       outgoing.username = 'mary@contoso.test';
       outgoing.password = password;
       const identity = MailServices.accounts.createIdentity();
       identity.fullName = 'Mary';
       identity.email = 'mary@contoso.test';
       identity.smtpServerKey = outgoing.key;
       account.addIdentity(identity);`,
      url,
      lab.password,
    );
  }, 120_000);
  afterAll(async () => {
    thunderbird?.quit();
    child?.kill('SIGKILL');
    await lab.close();
  });

  test('it finds the folders of the mailbox', async () => {
    const names = await run<string[]>(`
      server.performExpand(null);
      await until('an inbox', () => child('Inbox'));
      return root.descendants.map((folder) => folder.localizedName);`);
    expect(names).toEqual(expect.arrayContaining(['Inbox', 'Drafts', 'Sent', 'Trash', 'Outbox', 'Archives', 'Projects']));
  });

  test('it gets the messages, and opens one', async () => {
    const { count, subjects, source } = await run<{ count: number; subjects: string[]; source: string }>(`
      const inbox = child('Inbox');
      await refreshed(inbox);
      await until('messages', () => inbox.getTotalMessages(false) > 0);
      const newest = newestOf(inbox);
      return { count: inbox.getTotalMessages(false), subjects: headersOf(inbox).map((one) => one.mime2DecodedSubject), source: await sourceOf(newest) };`);
    expect(subjects).toHaveLength(count);
    expect(source).toMatch(/^(?:From|To|Subject|Date|Received|MIME-Version|Message-ID): /m);
    const inbox = await lab.ews(
      'mary@contoso.test',
      '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
    );
    expect(inbox.body).toContain(`<t:TotalCount>${count}</t:TotalCount>`);
  });

  test('what is marked as read there is read on the server', async () => {
    const id = await run<string>(`
      const inbox = child('Inbox');
      const unread = headersOf(inbox).find((one) => !one.isRead);
      inbox.markMessagesRead([unread], true);
      return unread.messageId;`);
    await expect.poll(() => isReadOnServer(id), { timeout: 10_000 }).toBe('true');
  });

  test('a message that arrives is shown after the next synchronisation', async () => {
    await lab.ews(
      'rob@contoso.test',
      '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>For Thunderbird</t:Subject><t:Body BodyType="Text">Schöne Grüße</t:Body>' +
        '<t:ToRecipients><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
    );
    const source = await run<string>(`
      const inbox = child('Inbox');
      await refreshed(inbox);
      await until('the message', () => named(inbox, 'For Thunderbird'));
      return sourceOf(named(inbox, 'For Thunderbird'));`);
    expect(source).toContain('rob@contoso.test');
  });

  test('a folder that it makes, renames and removes is made, renamed and removed', async () => {
    await run(`root.createSubfolder('Travel', null); await until('the folder', () => child('Travel'));`);
    expect(await foldersOnServer()).toContain('Travel');
    await run(`child('Travel').rename('Journeys', null); await until('the new name', () => child('Journeys'));`);
    expect(await foldersOnServer()).toEqual(expect.arrayContaining(['Journeys']));
    await run(`child('Journeys').createSubfolder('Spain', null); await until('the folder', () => child('Spain'));`);
    await run(`child('Journeys').deleteSelf(null); await until('Trash to have it', () => child('Trash').getChildNamed('Journeys'));`);
    expect(await foldersOnServer()).toContain('Journeys');
  });

  test('it copies and moves a message', async () => {
    const counts = await run<number[]>(`
      const [inbox, projects] = [child('Inbox'), child('Projects')];
      await refreshed(projects);
      const before = projects.getTotalMessages(false);
      await copied(inbox, [named(inbox, 'For Thunderbird')], projects, false);
      await until('the copy', () => named(projects, 'For Thunderbird') && named(inbox, 'For Thunderbird'));
      await copied(projects, [named(projects, 'For Thunderbird')], child('Archives'), true);
      await until('the move', () => named(child('Archives'), 'For Thunderbird') && named(projects, 'For Thunderbird') === undefined);
      return [before, projects.getTotalMessages(false)];`);
    expect(counts[1]).toBe(counts[0]);
    expect(await subjectsOnServer('mary@contoso.test', 'archive')).toContain('For Thunderbird');
    expect(await subjectsOnServer('mary@contoso.test', 'inbox')).toContain('For Thunderbird');
  });

  test('its star has FlagStatus in the namespace of messages, which the schema does not allow', async () => {
    await run(`const inbox = child('Inbox'); inbox.markMessagesFlagged([named(inbox, 'For Thunderbird')], true);`);
    await expect
      .poll(async () => (await lab.exchanges({ service: 'ews', operation: 'UpdateItem' })).find(({ code }) => code !== 'NoError'), {
        timeout: 10_000,
      })
      .toMatchObject({ code: 'ErrorSchemaValidation', detail: expect.stringContaining("invalid child element 'FlagStatus' in namespace") });
  });

  test('what it deletes lies in Trash', async () => {
    await run(`
      const inbox = child('Inbox');
      inbox.deleteMessages([named(inbox, 'For Thunderbird')], null, false, false, null, false);
      await until('the end of the message', () => named(inbox, 'For Thunderbird') === undefined);
      await refreshed(child('Trash'));
      await until('the message in Trash', () => named(child('Trash'), 'For Thunderbird'));`);
    expect(await subjectsOnServer('mary@contoso.test', 'deleteditems')).toContain('For Thunderbird');
    expect(await subjectsOnServer('mary@contoso.test', 'inbox')).not.toContain('For Thunderbird');
  });

  test('it sends a message by EWS, and files the copy', async () => {
    await run(`
      const fields = Cc['@mozilla.org/messengercompose/composefields;1'].createInstance(Ci.nsIMsgCompFields);
      const identity = MailServices.accounts.allIdentities.find((one) => one.email === 'mary@contoso.test');
      Object.assign(fields, { from: 'Mary <mary@contoso.test>', to: 'rob@contoso.test', subject: 'From Thunderbird', body: 'Schöne Grüße', useMultipartAlternative: false, forcePlainText: true });
      const parameters = Cc['@mozilla.org/messengercompose/composeparams;1'].createInstance(Ci.nsIMsgComposeParams);
      Object.assign(parameters, { composeFields: fields, type: Ci.nsIMsgCompType.New, format: Ci.nsIMsgCompFormat.PlainText, identity });
      const compose = MailServices.compose.initCompose(parameters);
      compose.sendMsg(Ci.nsIMsgCompDeliverMode.Now, identity, server.key, null, null);`);
    await expect.poll(() => subjectsOnServer('rob@contoso.test', 'inbox'), { timeout: 10_000 }).toContain('From Thunderbird');
    await expect.poll(() => subjectsOnServer('mary@contoso.test', 'sentitems'), { timeout: 10_000 }).toContain('From Thunderbird');
  });

  async function foldersOnServer(): Promise<readonly string[]> {
    const { body } = await lab.ews(
      'mary@contoso.test',
      '<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>',
    );
    return [...body.matchAll(/<t:DisplayName>([^<]+)</g)].map(([, name = '']) => name);
  }

  async function subjectsOnServer(mail: string, folder: string): Promise<readonly string[]> {
    const { body } = await lab.ews(
      mail,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>' +
        `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
    );
    return [...body.matchAll(/<t:Subject>([^<]+)</g)].map(([, subject = '']) => subject);
  }

  async function isReadOnServer(messageId: string): Promise<string | undefined> {
    const { body } = await lab.ews(
      'mary@contoso.test',
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="message:IsRead"/></t:AdditionalProperties></m:ItemShape>' +
        `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="message:InternetMessageId"/><t:FieldURIOrConstant><t:Constant Value="&lt;${messageId}&gt;"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    return /<t:IsRead>(\w+)</.exec(body)?.[1];
  }
});

/** What the steps share, inside Thunderbird. */
const tools = `
const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs');
const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');
const server = MailServices.accounts.accounts.map((one) => one.incomingServer).find((one) => one.type === 'ews');
const root = server.rootFolder;
const until = async (what, holds) => {
  const end = Date.now() + 20000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain for ' + what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const child = (name) => root.descendants.find((folder) => folder.name === name || folder.localizedName === name);
const headersOf = (folder) => [...folder.messages];
const named = (folder, subject) => headersOf(folder).find((one) => one.mime2DecodedSubject === subject);
const newestOf = (folder) => headersOf(folder).toSorted((one, other) => other.date - one.date)[0];
const refreshed = (folder) => new Promise((resolve) => {
  folder.getNewMessages(null, { OnStartRunningUrl() {}, OnStopRunningUrl: resolve, QueryInterface: ChromeUtils.generateQI(['nsIUrlListener']) });
});
const copied = (from, headers, to, isMove) => new Promise((resolve, reject) => {
  MailServices.copy.copyMessages(from, headers, to, isMove, {
    onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() {},
    onStopCopy(status) { Components.isSuccessCode(status) ? resolve() : reject(new Error('status ' + status)); },
    QueryInterface: ChromeUtils.generateQI(['nsIMsgCopyServiceListener']),
  }, null, true);
});
const sourceOf = (header) => new Promise((resolve, reject) => {
  const { NetUtil } = ChromeUtils.importESModule('resource://gre/modules/NetUtil.sys.mjs');
  const uri = header.folder.getUriForMsg(header);
  const chunks = [];
  MailServices.messageServiceFromURI(uri).streamMessage(uri, {
    onStartRequest() {},
    onDataAvailable(_request, stream, _offset, count) { chunks.push(NetUtil.readInputStreamToString(stream, count)); },
    onStopRequest(_request, status) { Components.isSuccessCode(status) ? resolve(chunks.join('')) : reject(new Error('status ' + status)); },
    QueryInterface: ChromeUtils.generateQI(['nsIStreamListener', 'nsIRequestObserver']),
  }, null, null, false, '', false);
});
`;

/** A profile that trusts the lab's CA alone besides the web's, and reaches the world by the forward proxy. */
function makeProfile({ dataDir, endpoints }: TestLab): string {
  const profile = join(dataDir, 'thunderbird');
  mkdirSync(profile);
  const proxy = new URL(endpoints.proxyUrl ?? '');
  const settings = {
    'marionette.port': 0,
    'network.proxy.type': 1,
    'network.proxy.ssl': proxy.hostname,
    'network.proxy.ssl_port': Number(proxy.port),
    'network.proxy.http': proxy.hostname,
    'network.proxy.http_port': Number(proxy.port),
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'app.update.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.enabled': false,
    'mail.provider.suppress_dialog_on_startup': true,
    'mail.shell.checkDefaultClient': false,
    'mailnews.start_page.enabled': false,
    'mail.suppressAlertsForTests': true,
  };
  const lines = Object.entries(settings).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  for (const words of [
    ['-N', '--empty-password'],
    ['-A', '-n', 'lab', '-t', 'C,,', '-i', endpoints.caFile],
  ]) {
    const { status, stderr } = spawnSync('certutil', ['-d', `sql:${profile}`, ...words], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
  return profile;
}

/** The port that Thunderbird writes down when it listens. */
function portOf(profile: string, child: ChildProcess): Promise<number> {
  const read = (): number => {
    if (child.exitCode !== null) throw new Error(`Thunderbird ended with ${child.exitCode}`);
    return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
  };
  return vi.waitFor(read, { timeout: 60_000, interval: 50 });
}
