import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { federatedOrganizationName, federatedOrganizations } from '../../../shared/domain/trust/federated-organization.ts';
import { receiverFaults } from '../../../shared/protocols/wstrust/faults.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { makeDelegationToken } from '../../support/delegation-tokens.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { facts, type Ground, minuteMs, now, openGround, url } from './ground.ts';
import { autodiscoverUrl, faultOf, post, userSettingsMessage } from './messages.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.lab.close());

describe('D-14 a token is a bearer token', () => {
  test('it is taken again and again, as long as its offer lasts', async () => {
    const message = ground.message({ facts: { offer: 'MSExchange.SharingCalendarFreeBusy' } });
    for (let round = 0; round < 3; round += 1) {
      const answer = await post(ground.lab, url, message);
      expect(answer.status).toBe(200);
      const { verdict } = await ground.lab.exchangeOf(answer);
      expect(verdict?.checks.find(({ check }) => check === 'dauth.replay')).toMatchObject({
        outcome: 'skipped',
        actual: expect.stringContaining('not remembered'),
      });
    }
    await ground.lab.clock.freeze(now + 5 * minuteMs + 1_000);
    expect(faultOf(await post(ground.lab, url, message))).toMatchObject({ code: 'FailedAuthentication' });
    await ground.lab.clock.freeze(now);
    expect((await post(ground.lab, url, message)).status).toBe(200);
  });

  test('it is of no use at another organisation', async () => {
    const answer = await post(ground.lab, 'https://mail.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity', ground.message({}));
    expect(faultOf(answer)).toMatchObject({ code: 'InvalidSecurityToken' });
    expect((await ground.lab.exchangeOf(answer)).detail).toMatch(/^InvalidUnknownEncryption/);
  });
});

test('a caller from outside is told what availability needs, and nothing of the mailbox', async () => {
  const names = ['ExternalEwsUrl', 'InternalEwsUrl', 'ExternalEwsVersion', 'UserDN', 'UserDisplayName', 'MailboxDN', 'NoSuchSetting'];
  const answer = await post(ground.lab, url, ground.message({}, names));
  expect(answer.status).toBe(200);
  const told = [...answer.body.matchAll(/<Name>(\w+)<\/Name>/g)].map(([, name]) => name);
  expect(told).toEqual(['ExternalEwsUrl', 'InternalEwsUrl', 'ExternalEwsVersion']);
  const refused = [...answer.body.matchAll(/<ErrorCode>(\w+)<\/ErrorCode><ErrorMessage>[^<]*<\/ErrorMessage><SettingName>(\w+)</g)];
  expect(refused.map(([, code, name]) => `${name} ${code}`)).toEqual([
    'UserDN SettingIsNotAvailable',
    'UserDisplayName SettingIsNotAvailable',
    'MailboxDN SettingIsNotAvailable',
    'NoSuchSetting InvalidSetting',
  ]);
});

test('D-06 where SHA-1 is refused, the token must be signed by SHA-256', async () => {
  const refuse = (value: boolean) => runCmdlet(ground.lab, 'contoso', `Set-OrganizationConfig -RefuseSha1Tokens $${value}`);
  await refuse(true);
  const answer = await post(ground.lab, url, ground.message({}));
  expect(faultOf(answer)).toMatchObject({ code: 'FailedAuthentication' });
  expect((await ground.lab.exchangeOf(answer)).detail).toContain('dauth.signature: AlgorithmNotAllowed');
  expect((await post(ground.lab, url, ground.message({ algorithm: 'rsa-sha256' }))).status).toBe(200);
  await refuse(false);
  expect((await post(ground.lab, url, ground.message({}))).status).toBe(200);
});

test('the path is matched in any letter case', async () => {
  const answer = await post(ground.lab, url.replace('/WSSecurity', '/wssecurity'), ground.message({}));
  expect(answer.status).toBe(200);
});

test('D-13 a virtual directory without WSSecurity takes no token, and probes are told', async () => {
  const probe = async () => {
    const { headers } = await ground.lab.https(autodiscoverUrl);
    return ['', '-symmetrickey', '-x509cert'].map((end) => headers[`x-wssecurity${end}-enabled`]);
  };
  const set = (value: boolean) =>
    runCmdlet(
      ground.lab,
      'contoso',
      `Set-AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)" -WSSecurityAuthentication $${value}`,
    );
  expect(await probe()).toEqual(['True', 'True', 'True']);
  await set(false);
  expect(await probe()).toEqual(['False', 'False', 'False']);
  const answer = await post(ground.lab, url, ground.message({}));
  expect(faultOf(answer)).toEqual({ status: 500, code: 'InvalidSecurity', reason: receiverFaults.InvalidSecurity });
  expect((await ground.lab.exchangeOf(answer)).detail).toMatch(/^SecurityNotOffered: dauth\.offered/);
  await set(true);
  expect((await post(ground.lab, url, ground.message({}))).status).toBe(200);
});

test('an organisation whose federated identifier is disabled takes no token', async () => {
  const enable = (Enabled: boolean) =>
    ground.lab.store.transaction(async (tx) => {
      const stored = await federatedOrganizations.find(tx, 'contoso', federatedOrganizationName);
      if (stored !== undefined) await federatedOrganizations.replace(tx, stored, { ...stored.value, Enabled }, now);
    });
  await enable(false);
  const answer = await post(ground.lab, url, ground.message({}));
  expect(faultOf(answer)).toEqual({ status: 500, code: 'InvalidSecurity', reason: receiverFaults.InvalidSecurity });
  expect((await ground.lab.exchangeOf(answer)).detail).toMatch(/^InvalidUnknownEncryption: dauth\.federation/);
  await enable(true);
  expect((await post(ground.lab, url, ground.message({}))).status).toBe(200);
});

test('the journal shows what the token says, and nothing that anybody could use again', async () => {
  const made = makeDelegationToken({ facts, signer: ground.who.issuer, recipient: ground.who.current });
  const answer = await post(ground.lab, url, userSettingsMessage(url, { tokens: [made.token] }));
  const { traceId } = await ground.lab.exchangeOf(answer);
  const kept = JSON.stringify(await ground.lab.journal.trace(traceId));
  expect(kept).toContain('EncryptedData');
  for (const secret of cipherValuesIn(made.token)) expect(kept).not.toContain(secret);
  expect(kept).not.toContain(made.proofKey.toString('base64'));
  // Beside what came, the assertion as the receiver has read it: without the signature that would make it a token.
  expect(kept).toContain('ThirdPartyRequested');
  expect([...kept.matchAll(/<(?:\w+:)?(?:SignatureValue|BinarySecret)\b[^>]*>(.*?)</g)].map(([, value]) => value)).toEqual(
    expect.arrayContaining(['…', expect.stringMatching(/^sha256:[0-9a-f]{4}$/)]),
  );
  expect(kept).not.toMatch(/<(?:\w+:)?SignatureValue>(?!…)/);
});

function cipherValuesIn(of: XmlElement): readonly string[] {
  if (of.name === 'CipherValue') return of.children.filter((part) => typeof part === 'string');
  return of.children.flatMap((part) => (typeof part === 'string' ? [] : cipherValuesIn(part)));
}
