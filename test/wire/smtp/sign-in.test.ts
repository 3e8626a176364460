import { describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab } from '../../support/test-lab.ts';
import { openTokenMint } from '../../support/tokens.ts';
import { openDialogue } from './dialogue.ts';
import { bearer, cloudHost, joe, mary, premisesHost, success, useSubmissionLab, zoe } from './submission-lab.ts';

const submission = useSubmissionLab();
const { dialogue, secured, userToken, appToken, lastStep, inbox } = submission;

const refusedIn = (host: string): string => `535 5.7.3 Authentication unsuccessful [${host}]`;

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
    '250-submission.coexist.test Hello [127.0.0.1]\n250-SIZE 37748736\n250-PIPELINING\n250-ENHANCEDSTATUSCODES\n250-AUTH LOGIN PLAIN XOAUTH2\n250-8BITMIME\n250 CHUNKING',
  );
  expect(await say('MAIL FROM:<mary@contoso.test>')).toBe('530 5.7.57 Client not authenticated to send mail.');
  expect(await say('XCLIENT ADDR=1.2.3.4')).toMatch(/^500 5\.3\.3 /);
  expect(await say('VRFY mary')).toBe('252 2.1.5 Cannot VRFY user');
  expect(await say('AUTH NTLM')).toBe('504 5.7.4 Unrecognized authentication type');
});

test.each(['mail.contoso.test', 'outlook.office365.com', 'smtp.office365.com', 'mail.fabrikam.test'])(
  'the certificate of %s is shown to whoever asks for it',
  async (name) => {
    const { say } = await secured(name);
    expect(await say('NOOP')).toMatch(/^250 /);
  },
);

describe('passwords', () => {
  test.each([
    ['CONTOSO\\mary', 'contoso', undefined],
    ['mary@contoso.test', 'contoso', undefined],
    ['joe@contoso.test', 'contoso-cloud', undefined],
    ['pat@fabrikam.test', 'fabrikam', undefined],
    ['mary', 'contoso', 'smtp.contoso.test'],
    // Both accept the domain; whoever asks for the cloud by name is judged there.
    ['mary@contoso.test', 'contoso-cloud', 'smtp.office365.com'],
  ])('%s signs in to %s (name asked for: %s)', async (userName, organization, serverName) => {
    const { plain } = await secured(serverName);
    expect(await plain(userName, submission.lab.password)).toBe(success);
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
    const kept = JSON.stringify([last, await submission.lab.journal.trace(String(last.traceId))]);
    expect(kept).not.toContain('secret');
    expect(kept).not.toContain(Buffer.from('a-most-secret-word').toString('base64').slice(0, 12));
  });

  test('LOGIN asks for name and password, one after the other', async () => {
    const { say } = await secured();
    expect(await say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
    expect(await say(Buffer.from(mary).toString('base64'))).toBe('334 UGFzc3dvcmQ6');
    expect(await say(Buffer.from(submission.lab.password).toString('base64'))).toBe(success);
    expect(await say('AUTH LOGIN')).toMatch(/^503 /);
  });

  test.each([
    'AUTH PLAIN not*base64',
    'AUTH PLAIN AGE=',
    'AUTH PLAIN AGE6YgBj',
    'AUTH PLAIN cm9iAG1hcnkAUGE1NXdvcmQh',
    'AUTH XOAUTH2 AAAA',
  ])('%s is malformed', async (line) => {
    const { say } = await secured();
    expect(await say(line)).toBe('501 5.5.2 Cannot decode response');
  });

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

  test.each([
    ['$false', '$null', undefined],
    ['$false', '$true', 'Mailbox'],
    ['$true', '$null', 'Tenant'],
    ['$true', '$true', 'Mailbox'],
    // What the mailbox says goes before what the tenant says.
    ['$true', '$false', undefined],
  ])('SmtpClientAuthenticationDisabled %s at the tenant, %s at the mailbox', async (tenant, mailbox, closedFor) => {
    const run = (line: string) => runCmdlet<object>(submission.lab, 'contoso-cloud', line);
    await run(`Set-TransportConfig -SmtpClientAuthenticationDisabled ${tenant}`);
    await run(`Set-CASMailbox joe -SmtpClientAuthenticationDisabled ${mailbox}`);
    try {
      const told = { $null: null, $true: true, $false: false }[mailbox];
      expect(await run('Get-CASMailbox joe')).toMatchObject([{ SmtpClientAuthenticationDisabled: told }]);
      const expected =
        closedFor === undefined
          ? success
          : `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the ${closedFor}. Visit https://aka.ms/smtp_auth_disabled for more information. [${cloudHost}]`;
      expect(await (await secured()).plain(joe, submission.lab.password)).toBe(expected);
      // Tokens are sign-ins of clients, too.
      expect(await (await secured()).xoauth2(joe, await userToken(joe))).toBe(expected);
      if (closedFor === 'Tenant') expect((await lastStep('AUTH')).failed).toBe('organization.smtp-client-authentication');
    } finally {
      await run('Set-TransportConfig -SmtpClientAuthenticationDisabled $false');
      await run('Set-CASMailbox joe -SmtpClientAuthenticationDisabled $null');
    }
  });

  test('servers on-premises have no such setting for all', async () => {
    const line = 'Set-TransportConfig -SmtpClientAuthenticationDisabled $true';
    await expect(runCmdlet(submission.lab, 'contoso', line)).rejects.toThrow(/only in the cloud-based service/);
    expect((await runCmdlet(submission.lab, 'contoso', 'Get-TransportConfig'))[0]).not.toHaveProperty('SmtpClientAuthenticationDisabled');
  });

  test('Exchange Online takes none when the era says so, and tokens still', async () => {
    const later = await openTestLab({ era: '2027-04' });
    const there = await openDialogue(later);
    const tokens = await openTokenMint(later.store, () => later.clock.state().now);
    try {
      await there.startTls();
      expect(await there.plain(joe, later.password)).toBe('550 5.7.30 Basic authentication is not supported for Client Submission.');
      expect(await there.xoauth2(joe, bearer(await tokens.user(joe, { scopes: ['SMTP.Send'] })))).toBe(success);
    } finally {
      await later.close();
    }
    expect([await there.hear(), await there.hear()]).toEqual(['421 4.3.2 Service not active', '(closed)']);
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
    [
      'a token for somewhere else',
      joe,
      async () => bearer(await submission.mint.user(joe, { audience: 'https://graph.microsoft.com', scopes: ['SMTP.Send'] })),
      'token.audience',
    ],
    [
      'a token that was changed',
      joe,
      async () => (await userToken(joe)).replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')),
      'token.signature',
    ],
    ['no token at all', joe, async () => 'nonsense', 'token.readable'],
    [
      'an application for a mailbox that is not there',
      'ghost@contoso.onmicrosoft.test',
      () => appToken(['SMTP.SendAsApp']),
      'submission.user',
    ],
    ['a server-to-server token', mary, async () => bearer(await submission.mint.actAs('mail.contoso.test', mary)), 'submission.token-kind'],
  ];
  test.each(refusals)('%s', async (_, userName, token, check) => {
    const { xoauth2, say } = await secured();
    expect(await xoauth2(userName, await token())).toBe(refusedIn(userName === mary ? premisesHost : cloudHost));
    expect(await lastStep('AUTH')).toMatchObject({ outcome: 'refused', status: 535, failed: check });
    expect(await say(`MAIL FROM:<${userName}>`)).toMatch(/^530 /);
  });

  test('an expired token', async () => {
    const early = await openTokenMint(submission.lab.store, () => submission.lab.clock.state().now - 7_200_000);
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
    expect(await lastStep('AUTH')).toMatchObject({ caller: joe, organization: 'contoso-cloud' });
  });
});
