import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { daemon, openTokenMint, type TokenMint } from '../../support/tokens.ts';
import { texts } from '../ews/answers.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';

const joe = 'joe@contoso.test';
const zoe = 'zoe@contoso.test';
const mary = 'mary@contoso.test';
const rob = 'rob@contoso.test';
const cloudHost = 'AM0PR01MB0001.contoso.test';
const premisesHost = 'EX-SE-01.contoso.test';
const refusedIn = (host: string): string => `535 5.7.3 Authentication unsuccessful [${host}]`;
const success = '235 2.7.0 Authentication successful';

let lab: TestLab;
let mint: TokenMint;
const open: Dialogue[] = [];

beforeAll(async () => {
  lab = await openTestLab();
  mint = await openTokenMint(lab.store, () => lab.clock.state().now);
});
afterEach(() => {
  for (const dialogue of open.splice(0)) dialogue.end();
});
afterAll(() => lab.close());

async function dialogue(): Promise<Dialogue> {
  const opened = await openDialogue(lab);
  open.push(opened);
  return opened;
}

async function secured(serverName?: string): Promise<Dialogue> {
  const opened = await dialogue();
  await opened.startTls(serverName);
  return opened;
}

async function signedIn(mail = mary): Promise<Dialogue> {
  const opened = await secured();
  expect(await opened.plain(mail, lab.password)).toBe(success);
  return opened;
}

const bearer = (header: string): string => header.replace(/^Bearer /, '');
const userToken = async (mail: string, scopes: readonly string[] = ['SMTP.Send']): Promise<string> => bearer(await mint.user(mail, { scopes }));
const appToken = async (roles: readonly string[]): Promise<string> => bearer(await mint.app({ roles }));

/** The newest exchange of a step. */
async function lastStep(operation: string) {
  const found = await lab.exchanges({ service: 'smtp' });
  const last = found.filter((one) => one.operation === operation).at(-1);
  const failed = last?.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check;
  return { ...last, failed };
}

/** Subjects in an Inbox that begin with a word. */
async function inbox(mail: string, word: string): Promise<readonly string[]> {
  const { body } = await lab.ews(
    mail,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${word}"/></t:Contains></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  return texts(body, 'Subject');
}

describe('before TLS', () => {
  test('AUTH is neither offered nor taken, and no mail is', async () => {
    const { say } = await dialogue();
    const features = await say('EHLO client.test');
    expect(features).toMatch(/^250-submission\.coexist\.test Hello \[127\.0\.0\.1\]\n/);
    expect(features).toContain('STARTTLS');
    expect(features).not.toContain('AUTH');
    expect(await say('AUTH PLAIN AG1hcnkAeA==')).toBe('538 5.7.11 Encryption required for requested authentication mechanism');
    expect(await say(`MAIL FROM:<${mary}>`)).toBe('530 5.7.57 Client not authenticated to send mail.');
    expect(await say('DATA')).toBe('530 5.7.57 Client not authenticated to send mail.');
  });

  test('what was pipelined behind STARTTLS is forgotten', async () => {
    const { send, say } = await dialogue();
    await say('EHLO client.test');
    expect(await send('STARTTLS\r\nRSET\r\n')).toBe('220 2.0.0 SMTP server ready');
  });
});

test('with TLS the features are those of submission', async () => {
  const { say } = await secured();
  expect(await say('EHLO client.test')).toBe(
    '250-submission.coexist.test Hello [127.0.0.1]\n250-PIPELINING\n250-8BITMIME\n250-ENHANCEDSTATUSCODES\n250-AUTH LOGIN PLAIN XOAUTH2\n250 SIZE 37748736',
  );
  expect(await say('MAIL FROM:<mary@contoso.test>')).toBe('530 5.7.57 Client not authenticated to send mail.');
  expect(await say('XCLIENT ADDR=1.2.3.4')).toMatch(/^500 5\.3\.3 /);
  expect(await say('VRFY mary')).toBe('252 2.1.5 Cannot VRFY user');
  expect(await say('AUTH NTLM')).toBe('504 5.7.4 Unrecognized authentication type');
});

test.each(['mail.contoso.test', 'outlook.office365.com', 'mail.fabrikam.test'])('the certificate of %s is shown to whoever asks for it', async (name) => {
  const { say } = await secured(name);
  expect(await say('NOOP')).toMatch(/^250 /);
});

describe('passwords', () => {
  test.each([
    ['CONTOSO\\mary', 'contoso', undefined],
    ['mary@contoso.test', 'contoso', undefined],
    ['joe@contoso.test', 'contoso-cloud', undefined],
    ['pat@fabrikam.test', 'fabrikam', undefined],
    ['mary', 'contoso', 'smtp.contoso.test'],
    // Both accept the domain; whoever asks for the cloud by name is judged there.
    ['mary@contoso.test', 'contoso-cloud', 'outlook.office365.com'],
  ])('%s signs in to %s (name asked for: %s)', async (userName, organization, serverName) => {
    const { plain } = await secured(serverName);
    expect(await plain(userName, lab.password)).toBe(success);
    expect(await lastStep('AUTH')).toMatchObject({ organization, outcome: 'answered', status: 235 });
  });

  test.each([
    ['a wrong password', mary, 'nonsense', premisesHost, 'account.password'],
    ['a user whom nobody knows', 'ghost@contoso.test', 'Pa55word!', premisesHost, 'account.exists'],
    ['a domain of nobody', 'mary@example.test', 'Pa55word!', 'submission.coexist.test', 'submission.organization'],
    ['a bare name without a server name', 'mary', 'Pa55word!', 'submission.coexist.test', 'submission.organization'],
  ])('%s', async (_, userName, password, host, check) => {
    const { plain } = await secured();
    expect(await plain(userName, password)).toBe(refusedIn(host));
    expect(await lastStep('AUTH')).toMatchObject({ outcome: 'refused', status: 535, failed: check, caller: userName });
  });

  test('the journal holds no password', async () => {
    const { plain } = await secured();
    await plain(mary, 'a-most-secret-word');
    const last = await lastStep('AUTH');
    const kept = JSON.stringify([last, await lab.journal.trace(String(last.traceId))]);
    expect(kept).not.toContain('secret');
    expect(kept).not.toContain(Buffer.from('a-most-secret-word').toString('base64').slice(0, 12));
  });

  test('LOGIN asks for name and password, one after the other', async () => {
    const { say } = await secured();
    expect(await say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
    expect(await say(Buffer.from(mary).toString('base64'))).toBe('334 UGFzc3dvcmQ6');
    expect(await say(Buffer.from(lab.password).toString('base64'))).toBe(success);
    expect(await say('AUTH LOGIN')).toMatch(/^503 /);
  });

  test.each(['AUTH PLAIN not*base64', 'AUTH PLAIN AGE=', 'AUTH PLAIN AGE6YgBj', 'AUTH PLAIN cm9iAG1hcnkAUGE1NXdvcmQh', 'AUTH XOAUTH2 AAAA'])(
    '%s is malformed',
    async (line) => {
      const { say } = await secured();
      expect(await say(line)).toBe('501 5.5.2 Cannot decode response');
    },
  );

  test('an exchange that the client takes back', async () => {
    const { say } = await secured();
    await say('AUTH PLAIN');
    expect(await say('*')).toBe('501 5.5.4 Authentication cancelled');
    expect(await say('NOOP')).toMatch(/^250 /);
  });

  test('attempts without end are ended', async () => {
    const { say, plain } = await secured();
    const answers: string[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) answers.push(await plain(mary, 'nonsense'));
    expect(answers).toContain('421 4.7.0 Too many errors on this connection, closing transmission channel');
    expect(await say('NOOP')).toBe('(closed)');
  });

  test('Exchange Online takes none when the era says so, and tokens still', async () => {
    const later = await openTestLab({ era: '2027-04' });
    const tokens = await openTokenMint(later.store, () => later.clock.state().now);
    try {
      const there = await openDialogue(later);
      open.push(there);
      await there.startTls();
      expect(await there.plain(joe, later.password)).toBe(
        `535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [${cloudHost}]`,
      );
      expect(await there.xoauth2(joe, bearer(await tokens.user(joe, { scopes: ['SMTP.Send'] })))).toBe(success);
    } finally {
      await later.close();
    }
  });
});

describe('XOAUTH2', () => {
  test('the token of the user who is named', async () => {
    const { xoauth2 } = await secured();
    expect(await xoauth2(joe, await userToken(joe))).toBe(success);
    expect(await lastStep('AUTH')).toMatchObject({ organization: 'contoso-cloud', caller: joe, outcome: 'answered' });
  });

  test('another address of the same mailbox names the same user', async () => {
    const { xoauth2 } = await secured();
    expect(await xoauth2('joe@contoso.onmicrosoft.test', await userToken(joe))).toBe(success);
  });

  const refusals: readonly [title: string, userName: string, token: () => Promise<string>, check: string][] = [
    ["another user's token", zoe, () => userToken(joe), 'submission.user'],
    ['a token for EWS', joe, () => userToken(joe, ['EWS.AccessAsUser.All']), 'token.scope'],
    ['a token of an application for EWS', joe, () => appToken(['full_access_as_app']), 'token.role'],
    ['a token for somewhere else', joe, async () => bearer(await mint.user(joe, { audience: 'https://graph.microsoft.com', scopes: ['SMTP.Send'] })), 'token.audience'],
    ['a token that was changed', joe, async () => (await userToken(joe)).replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')), 'token.signature'],
    ['no token at all', joe, async () => 'nonsense', 'token.readable'],
    ['an application for a mailbox that is not there', 'ghost@contoso.onmicrosoft.test', () => appToken(['SMTP.SendAsApp']), 'submission.user'],
    ['a server-to-server token', mary, async () => bearer(await mint.actAs('mail.contoso.test', mary)), 'submission.token-kind'],
  ];
  test.each(refusals)('%s', async (_, userName, token, check) => {
    const { xoauth2, say } = await secured();
    expect(await xoauth2(userName, await token())).toBe(refusedIn(userName === mary ? premisesHost : cloudHost));
    expect(await lastStep('AUTH')).toMatchObject({ outcome: 'refused', status: 535, failed: check });
    expect(await say(`MAIL FROM:<${userName}>`)).toMatch(/^530 /);
  });

  test('an expired token', async () => {
    const early = await openTokenMint(lab.store, () => lab.clock.state().now - 7_200_000);
    const { xoauth2 } = await secured();
    expect(await xoauth2(joe, bearer(await early.user(joe, { scopes: ['SMTP.Send'] })))).toBe(refusedIn(cloudHost));
    expect(await lastStep('AUTH')).toMatchObject({ failed: 'token.lifetime' });
  });

  test('an application with SMTP.SendAsApp sends as the mailbox that it names', async () => {
    const { xoauth2, say, send } = await secured();
    expect(await xoauth2(joe, await appToken(['SMTP.SendAsApp']))).toBe(success);
    expect(await say(`MAIL FROM:<${zoe}>`)).toBe(`550 5.7.60 SMTP; Client does not have permissions to send as this sender [${cloudHost}]`);
    expect(await say(`MAIL FROM:<${joe}>`)).toBe('250 2.1.0 Sender OK');
    await say(`RCPT TO:<${zoe}>`);
    await say('DATA');
    expect(await send('From: joe@contoso.test\r\nSubject: by-daemon\r\n\r\nx\r\n.\r\n')).toMatch(/^250 2\.0\.0 OK /);
    expect(await inbox(zoe, 'by-daemon')).toEqual(['by-daemon']);
    expect(daemon).toMatch(/^2222/);
  });
});

describe('mail', () => {
  test('is in the mailboxes when it is acknowledged; blind copies are nobody else’s to know', async () => {
    const { say, send } = await signedIn();
    expect(await say(`MAIL FROM:<${mary}> SIZE=300 BODY=8BITMIME`)).toBe('250 2.1.0 Sender OK');
    expect(await say(`RCPT TO:<${rob}>`)).toBe('250 2.1.5 Recipient OK');
    expect(await say('RCPT TO:<adam@contoso.test>')).toBe('250 2.1.5 Recipient OK');
    expect(await say('DATA')).toBe('354 Start mail input; end with <CRLF>.<CRLF>');
    const message = `From: Mary <${mary}>\r\nTo: ${rob}\r\nBcc: adam@contoso.test\r\nMessage-ID: <one@client.test>\r\nSubject: acknowledged\r\n\r\n..dots\r\n.\r\n`;
    expect(await send(message)).toBe(`250 2.0.0 OK <one@client.test> [Hostname=${premisesHost}]`);
    for (const mail of [rob, 'adam@contoso.test']) expect(await inbox(mail, 'acknowledged')).toEqual(['acknowledged']);
    const { body } = await lab.ews(
      rob,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="Beginning"/>' +
        '<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="acknowledged"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    const id = /ItemId Id="([^"]+)"/.exec(body)?.[1] ?? '';
    const item = await lab.ews(
      rob,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    );
    const mime = Buffer.from(texts(item.body, 'MimeContent')[0] ?? '', 'base64').toString();
    expect(mime).toMatch(
      /^Received: from client\.test \(127\.0\.0\.1\) by EX-SE-01\.contoso\.test with ESMTPSA \(version=TLS1_3, cipher=\w+\);\r\n \w{3}, [\d]{2} /,
    );
    expect(mime).toMatch(/\r\nDate: [^\r]+\r\nFrom: Mary <mary@contoso\.test>\r\nTo: rob@contoso\.test\r\nMessage-ID: <one@client\.test>\r\nSubject: acknowledged\r\n\r\n\.dots\r\n$/);
  });

  test('without a header of its own gets what is missing', async () => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    expect(await send('Subject: headless\r\n\r\nx\r\n.\r\n')).toMatch(/^250 2\.0\.0 OK <[0-9a-f-]{36}@EX-SE-01\.contoso\.test> /);
    expect(await inbox(rob, 'headless')).toEqual(['headless']);
  });

  test.each([
    ['somebody else', rob],
    ['nobody', ''],
    ['a stranger', 'x@example.com'],
  ])('from %s is refused', async (_, sender) => {
    const { say } = await signedIn();
    expect(await say(`MAIL FROM:<${sender}>`)).toBe(`550 5.7.60 SMTP; Client does not have permissions to send as this sender [${premisesHost}]`);
    expect(await lastStep('MAIL')).toMatchObject({ code: 'sender-not-allowed', caller: mary, organization: 'contoso', outcome: 'refused' });
  });

  test('in the name of a mailbox to which the caller has full access is taken', async () => {
    const { say } = await signedIn();
    expect(await say('MAIL FROM:<info@contoso.test>')).toBe('250 2.1.0 Sender OK');
  });

  test.each([
    ['whose From field names somebody else', `From: ${rob}\r\n\r\nx\r\n.\r\n`, /^550 5\.7\.60 /],
    ['with several authors', `From: ${mary}\r\nFrom: ${rob}\r\n\r\nx\r\n.\r\n`, /^550 5\.6\.0 The message has several From fields$/],
  ])('%s is refused at its end', async (_, message, expected) => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    expect(await send(message)).toMatch(expected);
  });

  test.each([
    ['in the other organisation', joe, '550 5.4.4 This simulation delivers inside an organisation only; joe@contoso.test has no mailbox in contoso.'],
    ['on the internet', 'x@example.com', '550 5.4.4 This simulation delivers inside an organisation only; x@example.com has no mailbox in contoso.'],
    ['whom nobody knows', 'ghost@contoso.test', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  ])('for a recipient %s is refused', async (_, recipient, expected) => {
    const { say } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    expect(await say(`RCPT TO:<${recipient}>`)).toBe(expected);
    expect(await say('DATA')).toBe('503 5.5.2 Need rcpt command');
  });

  test('that is too big is refused, announced or not', async () => {
    const { say, send } = await signedIn();
    expect(await say(`MAIL FROM:<${mary}> SIZE=37748737`)).toBe('552 5.3.4 Message size exceeds fixed maximum message size');
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    const line = `${'x'.repeat(998)}\r\n`;
    expect(await send(`From: ${mary}\r\nSubject: too-big\r\n\r\n${line.repeat(37_800)}.\r\n`)).toBe(
      '552 5.3.4 Message size exceeds fixed maximum message size',
    );
    expect(await inbox(rob, 'too-big')).toEqual([]);
    expect(await say('NOOP')).toMatch(/^250 /);
  });

  test('a bare line feed before the dot does not end it', async () => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    expect(await send(`From: ${mary}\r\nSubject: smuggled\r\n\r\nx\n.\nMAIL FROM:<${rob}>\r\n.\r\n`)).toMatch(/^250 2\.0\.0 OK /);
    expect(await say('RCPT TO:<rob@contoso.test>')).toBe('503 5.5.2 Need mail command');
  });

  test('a recipient whom mail cannot reach does not keep the others from theirs', async () => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    expect(await say(`RCPT TO:<${joe}>`)).toMatch(/^550 /);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    expect(await send(`From: ${mary}\r\nSubject: for-rob\r\n\r\nx\r\n.\r\n`)).toMatch(/^250 /);
    expect(await inbox(rob, 'for-rob')).toEqual(['for-rob']);
  });
});

describe('bad input', () => {
  test.each([
    ['a line without end', 'x'.repeat(30_000)],
    ['a request of http', 'GET / HTTP/1.1\r\n'],
  ])('%s ends the connection', async (_, octets) => {
    const { send } = await dialogue();
    expect(await send(octets)).toMatch(/^421 /);
  });

  test('octets at random are unrecognized commands', async () => {
    const { say } = await dialogue();
    expect(await say('\u0000\u0001\u0002')).toBe('500 5.3.3 Unrecognized command');
  });

  test('a client that speaks before the greeting is sent away', async () => {
    const { connect } = await import('node:net');
    const { submissionPort } = await import('./dialogue.ts');
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(submissionPort(lab), '127.0.0.1', () => socket.write('EHLO early.test\r\n'));
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('end', () => socket.end());
    });
    expect(heard).toMatch(/^421 .*You talk too soon/);
  });

  test('a handshake that fails is in the journal', async () => {
    const { say, hear, send } = await dialogue();
    await say('EHLO client.test');
    await say('STARTTLS');
    void send('this is no handshake\r\n');
    await hear();
    const found = await lab.exchanges({ service: 'smtp' });
    expect(found.filter(({ target }) => target === 'TLS handshake')).toMatchObject([{ outcome: 'aborted' }]);
  });
});

test('a step can be delayed by a fault rule, and a session is one trace', async () => {
  const rule = lab.faults.add({ fault: { kind: 'latency', delayMs: 50 }, seam: 'smtp.stage', match: { op: 'MAIL' } } as never);
  const { say } = await signedIn();
  await say(`MAIL FROM:<${mary}>`);
  await say(`RCPT TO:<${rob}>`);
  lab.faults.remove((rule as { id: string }).id);
  const [auth, mail, recipient] = await Promise.all(['AUTH', 'MAIL', 'RCPT'].map(lastStep));
  expect(mail?.durationMs).toBeGreaterThan(40);
  expect(new Set([auth?.traceId, mail?.traceId, recipient?.traceId]).size).toBe(1);
});
