import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { iisLog } from '../../../shared/journal/iis-log.ts';
import type { Dialer } from '../../../shared/net/dialer.ts';
import { call } from '../../../shared/protocols/ews/client.ts';
import { resolveNames } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openServer, type Server } from '../hybrid/party.ts';
import { openDialogue } from '../smtp/dialogue.ts';
import { responses, texts } from './answers.ts';

let lab: TestLab;
let fabrikam: Server;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  fabrikam = openServer(lab, 'fabrikam');
});
afterEach(() => lab.reset());
afterAll(async () => {
  await fabrikam.close();
  await lab.close();
});

const mary = 'mary@contoso.test';
const minute = 60_000;
const run = (line: string) => runCmdlet(lab, 'contoso', line);
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const ask = async (password?: string) => (await lab.ews(mary, inbox, password === undefined ? {} : { password })).status;

/** Status and the last three of IIS's words on a refused request: status, substatus, Windows' error. */
async function refusedBy(password?: string): Promise<readonly unknown[]> {
  const answer = await lab.ews(mary, inbox, password === undefined ? {} : { password });
  const record = await lab.exchangeOf(answer);
  const words =
    iisLog.line({ name: 'EX', fqdn: 'ex', version: { major: 15, minor: 2, majorBuild: 1, minorBuild: 1 } }, record)?.split(' ') ?? [];
  return [answer.status, words.slice(-4, -1).join('.'), record.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check];
}

/** A server of another forest calls as Mary, by NTLM. */
async function byNtlm(password = lab.password): Promise<string> {
  const { dialer } = await fabrikam.party();
  const credentials = { is: 'account', userName: 'CONTOSO\\mary', password } as const;
  const request = { ReturnFullContactData: false, UnresolvedEntry: 'rob' };
  const dialing = { service: 'ews', organization: 'fabrikam', timeoutMs: 10_000, maxBytes: 1_000_000 } as const;
  const bare: Pick<Dialer, 'https'> = dialer;
  const result = await call(bare, 'https://mail.contoso.test/EWS/Exchange.asmx', credentials, resolveNames, request, {
    version: 'Exchange2013',
    ...dialing,
  });
  return result.is === 'http' ? String(result.status) : 'answered';
}

test.each([
  ['Disable-ADAccount mary', 'Enable-ADAccount mary', 1_331, 'account.enabled'],
  ['Set-ADAccountExpiration mary -DateTime "2026-11-04T09:00:00Z"', 'Clear-ADAccountExpiration mary', 1_793, 'account.expires'],
  ['Set-User mary -ResetPasswordOnNextLogon $true', 'Set-User mary -Password "N3w word"', 1_907, 'account.password-change'],
])('%s closes every door to the right password, %s opens them', async (close, open, win32, check) => {
  expect([await ask(), await byNtlm()]).toEqual([200, 'answered']);
  await run(close);
  expect(await refusedBy()).toEqual([401, `401.1.${win32}`, check]);
  expect(await byNtlm()).toBe('401');
  await run(open);
  const password = open.includes('Password') ? 'N3w word' : lab.password;
  expect([await ask(password), await byNtlm(password)]).toEqual([200, 'answered']);
});

test('an account that ends ends by the world clock', async () => {
  await run('Set-ADAccountExpiration mary -TimeSpan 00:30:00');
  await lab.clock.advance(30 * minute - 1);
  expect(await ask()).toBe(200);
  await lab.clock.advance(1);
  expect(await refusedBy()).toEqual([401, '401.1.1793', 'account.expires']);
});

describe('passwords that expire', () => {
  const expiry = async () => texts((await lab.ews(mary, '<m:GetPasswordExpirationDate/>')).body, 'PasswordExpirationDate')[0];

  test('so long after they were set; EWS tells when', async () => {
    expect(await expiry()).toBe('9999-12-31T23:59:59Z');
    await run('Set-ADDefaultDomainPasswordPolicy contoso.test -MaxPasswordAge 42');
    expect(await expiry()).toBe('2026-12-16T09:00:00Z');
    await lab.clock.advance(10 * 24 * 60 * minute);
    await run(`Set-User rob -Password "${lab.password}"`);
    expect(texts((await lab.ews('rob@contoso.test', '<m:GetPasswordExpirationDate/>')).body, 'PasswordExpirationDate')[0]).toBe(
      '2026-12-26T09:00:00Z',
    );
    await lab.clock.advance(32 * 24 * 60 * minute);
    expect(await refusedBy()).toEqual([401, '401.1.1330', 'account.password-age']);
    expect(await byNtlm()).toBe('401');
    expect((await lab.ews('rob@contoso.test', inbox)).status).toBe(200);
  });

  test('of somebody else are told to whom may open the mailbox', async () => {
    const ofRob = `<m:GetPasswordExpirationDate><m:MailboxSmtpAddress>rob@contoso.test</m:MailboxSmtpAddress></m:GetPasswordExpirationDate>`;
    const code = async () => texts((await lab.ews(mary, ofRob)).body, 'ResponseCode')[0];
    expect(await code()).toBe('ErrorAccessDenied');
    await run('Add-MailboxPermission rob -User mary -AccessRights FullAccess');
    expect(await code()).toBe('NoError');
  });
});

describe('wrong passwords', () => {
  test('lock nobody as long as the domain does not say so', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) expect(await ask(`guess ${attempt}`)).toBe(401);
    expect(await ask()).toBe(200);
  });

  test('lock an account for a while, whichever way they come', async () => {
    await run(
      'Set-ADDefaultDomainPasswordPolicy contoso.test -LockoutThreshold 3 -LockoutDuration 00:30:00 -LockoutObservationWindow 00:10:00',
    );
    expect(await refusedBy('guess')).toEqual([401, '401.1.1326', 'account.password']);
    expect(await byNtlm('guess')).toBe('401');
    expect(await ask()).toBe(200);
    // The right one begins anew, and what is long ago is forgotten.
    expect([await ask('guess'), await ask('guess')]).toEqual([401, 401]);
    await lab.clock.advance(10 * minute);
    expect([await ask('guess'), await ask('guess'), await ask('guess')]).toEqual([401, 401, 401]);
    expect(await refusedBy()).toEqual([401, '401.1.1909', 'account.locked']);
    expect(await byNtlm()).toBe('401');
    const dialogue = await openDialogue(lab);
    await dialogue.say('EHLO client.test');
    await dialogue.startTls('smtp.contoso.test');
    await dialogue.say('EHLO client.test');
    expect(await dialogue.plain(mary, lab.password)).toMatch(/^535 /);
    dialogue.end();
    expect((await lab.ews('rob@contoso.test', inbox)).status).toBe(200);
    await lab.clock.advance(30 * minute);
    expect([await ask(), await byNtlm()]).toEqual([200, 'answered']);
  });

  test('for ever, until somebody unlocks it', async () => {
    await run('Set-ADDefaultDomainPasswordPolicy contoso.test -LockoutThreshold 2 -LockoutDuration 00:00:00');
    expect(await Promise.all([byNtlm('guess'), byNtlm('guess')])).toEqual(['401', '401']);
    await lab.clock.advance(365 * 24 * 60 * minute);
    expect(await ask()).toBe(401);
    await run('Unlock-ADAccount mary');
    expect(responses((await lab.ews(mary, inbox)).body)).toMatchObject([{ code: 'NoError' }]);
  });

  test('what a domain says is shown, and no nonsense is taken', async () => {
    await run('Set-ADDefaultDomainPasswordPolicy "DC=contoso,DC=test" -LockoutThreshold 5');
    expect(await run('Get-ADDefaultDomainPasswordPolicy')).toEqual([
      {
        ...{ DistinguishedName: 'DC=contoso,DC=test', Identity: 'DC=contoso,DC=test' },
        ...{ LockoutDuration: '00:30:00', LockoutObservationWindow: '00:30:00', LockoutThreshold: 5, MaxPasswordAge: '00:00:00' },
      },
    ]);
    for (const line of [
      'contoso.test -LockoutDuration 00:10:00',
      'contoso.test -LockoutThreshold 1000',
      'contoso.test -MaxPasswordAge soon',
      'other.test -LockoutThreshold 1',
    ])
      await expect(run(`Set-ADDefaultDomainPasswordPolicy ${line}`)).rejects.toThrow(/answered 4/);
  });
});
