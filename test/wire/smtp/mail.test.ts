import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { texts } from '../ews/answers.ts';
import { submissionPort } from './dialogue.ts';
import { joe, mary, premisesHost, rob, useSubmissionLab } from './submission-lab.ts';
import { mimeOf, sendMessage } from './transport-lab.ts';

const submission = useSubmissionLab();
const { dialogue, signedIn, lastStep, inbox } = submission;

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
    const { body } = await submission.lab.ews(
      rob,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="Beginning"/>' +
        '<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="acknowledged"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    const id = /ItemId Id="([^"]+)"/.exec(body)?.[1] ?? '';
    const item = await submission.lab.ews(
      rob,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    );
    const mime = Buffer.from(texts(item.body, 'MimeContent')[0] ?? '', 'base64').toString();
    expect(mime).toMatch(
      /^Received: from client\.test \(127\.0\.0\.1\) by EX-SE-01\.contoso\.test with ESMTPSA \(version=TLS1_3, cipher=\w+\);\r\n \w{3}, [\d]{2} /,
    );
    expect(mime).toMatch(
      /\r\nDate: [^\r]+\r\n(?:X-MS-Exchange-Organization-[^\r]+\r\n){4}From: Mary <mary@contoso\.test>\r\nTo: rob@contoso\.test\r\nMessage-ID: <one@client\.test>\r\nSubject: acknowledged\r\n\r\n\.dots\r\n$/,
    );
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
    ['here', rob],
    ['on the other side', joe],
  ])('is the organisation’s own for somebody %s, whatever its header says of that', async (where, to) => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${to}>`);
    await say('DATA');
    const forged = ['AuthAs: External', 'SCL: 9', `Approval-Granted: ${joe}`].map((field) => `X-MS-Exchange-Organization-${field}\r\n`);
    await send(`${forged.join('')}X-MS-Exchange-CrossPremises-SCL: 9\r\nSubject: own ${where}\r\n\r\nx\r\n.\r\n`);
    await submission.lab.mailSent();
    const fields = (await mimeOf(submission.lab, to, `own ${where}`)).match(/^X-MS-Exchange-[\w-]+: .*$/gm) ?? [];
    expect(fields.map((field) => field.replace('X-MS-Exchange-Organization-', '').trim())).toEqual(
      expect.arrayContaining(['AuthAs: Internal', 'AuthMechanism: 06', 'AuthSource: EX-SE-01.contoso.test']),
    );
    expect(fields.filter((field) => /SCL|Granted|External/.test(field))).toEqual([]);
  });

  test.each([
    ['somebody else', rob],
    ['nobody', ''],
    ['a stranger', 'x@example.com'],
  ])('from %s is refused', async (_, sender) => {
    const { say } = await signedIn();
    expect(await say(`MAIL FROM:<${sender}>`)).toBe(
      `550 5.7.60 SMTP; Client does not have permissions to send as this sender [${premisesHost}]`,
    );
    expect(await lastStep('MAIL')).toMatchObject({ code: 'sender-not-allowed', caller: mary, organization: 'contoso', outcome: 'refused' });
  });

  test('in the name of a shared mailbox is taken from who may send as it; full access is not enough', async () => {
    const { say } = await signedIn();
    const asInfo = () => say('MAIL FROM:<info@contoso.test>');
    expect(await asInfo()).toMatch(/^550 5\.7\.60 /);
    await runCmdlet(submission.lab, 'contoso', 'Add-ADPermission info -User mary -ExtendedRights "Send As"');
    expect(await asInfo()).toBe('250 2.1.0 Sender OK');
    await runCmdlet(submission.lab, 'contoso', 'Remove-ADPermission info -User mary -ExtendedRights "Send As"');
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
    ['in the other organisation', joe],
    ['on the internet', 'x@example.com'],
  ])('for a recipient %s is taken', async (_, recipient) => {
    const dialogue = await signedIn();
    expect(await sendMessage(dialogue, { from: mary, to: recipient, text: `From: ${mary}\r\n\r\nx` })).toMatch(/^250 2\.0\.0 OK /);
  });

  test('for a recipient whom nobody knows is refused', async () => {
    const { say } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    expect(await say('RCPT TO:<ghost@contoso.test>')).toBe(
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    );
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

  test.each([
    ['without any text', '', /^250 2\.0\.0 OK /],
    [
      'of octets that no text has',
      `Subject: odd\r\nX-Odd: ${'\u0000\u00ff'.repeat(9)}\r\n\r\n${'\u0000\u00fe\r'.repeat(50)}\r\n`,
      /^250 2\.0\.0 OK /,
    ],
    [
      'that is cut off in the middle of a part',
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/ht',
      /^250 2\.0\.0 OK /,
    ],
    ['with more header fields than there may be', 'X-Field: x\r\n'.repeat(5_001), /^554 5\.6\.0 The message cannot be read$/],
  ])('%s is taken or refused, but no defect', async (_, text, expected) => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    await say(`RCPT TO:<${rob}>`);
    await say('DATA');
    expect(await send(Buffer.from(`From: ${mary}\r\n${text}\r\n.\r\n`, 'latin1'))).toMatch(expected);
    expect(await say('NOOP')).toMatch(/^250 /);
  });

  test('a recipient whom mail cannot reach does not keep the others from theirs', async () => {
    const { say, send } = await signedIn();
    await say(`MAIL FROM:<${mary}>`);
    expect(await say('RCPT TO:<ghost@contoso.test>')).toMatch(/^550 /);
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

  test('a client too many is told so', async () => {
    const peers = Array.from({ length: 201 }, () => connect(submissionPort(submission.lab), '127.0.0.1'));
    const codes = await Promise.all(peers.map(firstCode));
    for (const peer of peers) peer.destroy();
    expect(codes.filter((code) => code === '220')).toHaveLength(200);
    expect(codes.filter((code) => code === '421')).toHaveLength(1);
    await expect
      .poll(async () => {
        const peer = connect(submissionPort(submission.lab), '127.0.0.1');
        const code = await firstCode(peer);
        peer.destroy();
        return code;
      })
      .toBe('220');
  });

  test('a client that speaks before the greeting is sent away', async () => {
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(submissionPort(submission.lab), '127.0.0.1', () => socket.write('EHLO early.test\r\n'));
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
    const found = await submission.lab.exchanges({ service: 'smtp' });
    expect(found.filter(({ code }) => code === 'ERR_SSL_WRONG_VERSION_NUMBER')).toMatchObject([
      { outcome: 'aborted', target: 'TLS handshake' },
    ]);
  });
});

/** The code of what a client hears first. */
function firstCode(peer: Socket): Promise<string> {
  return new Promise((resolve) => {
    peer.once('data', (chunk: Buffer) => resolve(chunk.toString().slice(0, 3)));
    peer.once('error', () => resolve('gone'));
  });
}

test('a tenant keeps what its people submit in Sent Items unless their mailbox says otherwise; on-premises it is not kept', async () => {
  const send = async (from: string, subject: string): Promise<void> => {
    const text = `From: ${from}\r\nTo: ${rob}\r\nSubject: ${subject}\r\n\r\nHi`;
    expect(await sendMessage(await signedIn(from), { from, to: rob, text })).toMatch(/^250 /);
  };
  const sent = (mail: string) => submission.inbox(mail, 'kept', 'sentitems');
  await send(joe, 'kept');
  await send(mary, 'kept by herself');
  expect([await sent(joe), await sent(mary)]).toEqual([['kept'], []]);
  await runCmdlet(submission.lab, 'contoso-cloud', 'Set-Mailbox joe -MessageCopyForSMTPClientSubmissionEnabled $false');
  await send(joe, 'kept no more');
  expect(await sent(joe)).toEqual(['kept']);
  expect(await runCmdlet(submission.lab, 'contoso-cloud', 'Get-Mailbox joe')).toMatchObject([
    { MessageCopyForSMTPClientSubmissionEnabled: false },
  ]);
});
