import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignIn } from '../../../shared/bridges/access/sign-in.ts';
import { runCmdlet } from '../../../shared/cmdlets/index.ts';
import { updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { ntHash } from '../../../shared/domain/identity/nt-hash.ts';
import { writeAuthenticate } from '../../../shared/protocols/ntlm/authenticate.ts';
import { channelBindings, clientChallengeOf, ntHashOf, ntProof, responseKey } from '../../../shared/protocols/ntlm/ntlm-v2.ts';
import { recipient } from '../../contracts/directory/recipients.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { acme, cloud, type Lab, openLab } from './lab.ts';
import { certificateHash, fresh, handshakeOf, type NtlmUser, now, openSocket, type Socket } from './ntlm-party.ts';

const password = 'Pä55word!';
const hash = ntHash(password);
const mary = recipient('mary', { ntHash: hash });
const rob = recipient('rob', { ntHash: ntHash('other') });
const off = recipient('off', { ntHash: hash, enabled: false });
const shared = recipient('info', { type: 'SharedMailbox' });
const cloudJoe = recipient('joe', { organization: 'cloud', guid: recipient('cloud-joe').guid, ntHash: hash });

let lab: Lab;
beforeAll(async () => {
  lab = await openLab([acme, cloud], [mary, rob, off, shared, cloudJoe]);
});
afterAll(() => lab.close());

const maryIs: NtlmUser = { user: 'mary', domain: 'ACME', password };
const robIs: NtlmUser = { user: 'rob', domain: 'ACME', password: 'other' };

async function handshake(socket: Socket, given: NtlmUser, changes: Parameters<Socket['send']>[1] = {}, seen?: Buffer): Promise<SignIn> {
  const { offer, answer } = handshakeOf(given, seen);
  return socket.send(answer(await socket.send(offer, changes)), changes);
}

const who = (result: SignIn): string | undefined =>
  result.principal?.is === 'user' ? result.principal.caller.primarySmtpAddress : undefined;
const failedOf = ({ verdict }: SignIn): string | undefined => verdict.checks.find(({ outcome }) => outcome === 'failed')?.check;

test.each([
  ['mary', 'ACME'],
  ['MARY', 'acme'],
  ['mary', ''],
  ['mary@acme.test', ''],
  ['mary@acme.test', 'ACME'],
])('%s of %j signs in, and the connection stays signed in', async (user, domain) => {
  const socket = openSocket(lab);
  const result = await handshake(socket, { user, domain, password });
  expect(who(result)).toBe('mary@acme.test');
  expect(result.principal).toMatchObject({ is: 'user', by: 'NTLM', application: null });
  expect(result.verdict.checks.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'passed'));
  for (const _ of [1, 2, 3]) expect(who(await socket.send())).toBe('mary@acme.test');
});

test('the challenge is a 401 that nothing is wrong with', async () => {
  const challenged = await openSocket(lab).send(handshakeOf(maryIs).offer);
  expect(challenged).toMatchObject({ refusal: { code: 'ntlm-handshake' }, status: 401, userName: null, verdict: { accepted: true } });
  expect(challenged.headers).toEqual({ 'www-authenticate': expect.stringMatching(/^NTLM TlRMTVNTUAAC/) });
});

test.each<[string, NtlmUser, string]>([
  ['another password', { ...maryIs, password: 'guess' }, 'ntlm.response'],
  ['an unknown user', { ...maryIs, user: 'nobody' }, 'account.exists'],
  ['nobody', { ...maryIs, user: '' }, 'account.exists'],
  ['a name that would write lines', { ...maryIs, user: 'mary\r\n' }, 'ntlm.header'],
  ['another domain', { ...maryIs, domain: 'OTHER' }, 'account.exists'],
  ['a disabled account', { ...maryIs, user: 'off' }, 'account.enabled'],
  ['an account without a password', { ...maryIs, user: 'info' }, 'ntlm.response'],
])('%s: one public answer', async (_, given, check) => {
  const socket = openSocket(lab);
  const result = await handshake(socket, given);
  expect(result).toMatchObject({ refusal: { code: 'invalid-credentials', values: {} }, status: 401, verdict: { accepted: false } });
  expect(failedOf(result)).toBe(check);
  expect(result.headers?.['www-authenticate']).toEqual([
    expect.stringMatching(/^Bearer /),
    'Negotiate',
    'NTLM',
    expect.stringMatching(/^Basic /),
  ]);
  expect(await socket.send()).toMatchObject({ refusal: { code: 'no-credentials' } });
});

describe('an answer is refused', () => {
  test('on another connection, and on its own a second time', async () => {
    const { offer, answer } = handshakeOf(maryIs);
    const [socket, other] = [openSocket(lab), openSocket(lab)];
    const header = answer(await socket.send(offer));
    await other.send(offer);
    expect(failedOf(await other.send(header))).toBe('ntlm.response');
    expect(failedOf(await openSocket(lab).send(header))).toBe('ntlm.challenge');
    expect(who(await socket.send(header))).toBe('mary@acme.test');
    expect(failedOf(await socket.send(header))).toBe('ntlm.challenge');
    expect(await socket.send()).toMatchObject({ refusal: { code: 'no-credentials' } });
  });

  test('under the other name of the scheme', async () => {
    const { offer, answer } = handshakeOf(maryIs);
    const socket = openSocket(lab);
    const header = answer(await socket.send(offer));
    expect(failedOf(await socket.send(header.replace('NTLM', 'Negotiate')))).toBe('ntlm.challenge');
  });

  test('once any octet of it has changed', async () => {
    const { offer, answer } = handshakeOf(maryIs);
    const message = Buffer.from(answer(await openSocket(lab).send(offer)).slice('NTLM '.length), 'base64');
    for (let at = 0; at < message.length; at += 1) {
      const socket = openSocket(lab);
      const octets = Buffer.from(answer(await socket.send(offer)).slice('NTLM '.length), 'base64');
      octets[at] = (octets[at] ?? 0) ^ 0x01;
      expect([at, who(await socket.send(`NTLM ${octets.toString('base64')}`))]).toEqual([at, undefined]);
    }
  });

  test.each([
    [36 * 3_600_000, undefined],
    [36 * 3_600_000 + 1, 'ntlm.time'],
    [-36 * 3_600_000 - 1, 'ntlm.time'],
  ])('%i ms late', async (late, check) => {
    const socket = openSocket(lab);
    const { offer, answer } = handshakeOf(maryIs);
    const header = answer(await socket.send(offer));
    expect(failedOf(await socket.send(header, { at: now + late }))).toBe(check);
  });

  test('of NTLMv1, and of nobody', async () => {
    for (const [length, actual] of [
      [24, 'NTLMv1'],
      [0, 'no response: nobody signs in anonymously'],
    ] as const) {
      const socket = openSocket(lab);
      await socket.send(handshakeOf(maryIs).offer);
      const fields = { flags: 1, domain: 'ACME', user: 'mary', workstation: '', encryptedSessionKey: Buffer.alloc(0) };
      const message = writeAuthenticate({ ...fields, ntResponse: Buffer.alloc(length) });
      const result = await socket.send(`NTLM ${message.toString('base64')}`);
      expect(result.verdict.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({ check: 'ntlm.version', actual });
    }
  });
});

test('clients that leave the domain out of the computation are taken, and those without a MIC', async () => {
  const socket = openSocket(lab);
  const challenged = await socket.send(handshakeOf(maryIs).offer);
  const challenge = Buffer.from(String(challenged.headers?.['www-authenticate']).slice('NTLM '.length), 'base64');
  const temp = clientChallengeOf(now, fresh(8), new Map());
  const proof = ntProof(responseKey(ntHashOf(password), 'mary', ''), challenge.subarray(24, 32), temp);
  const fields = { flags: 1, domain: 'ACME', user: 'mary', workstation: 'PC', encryptedSessionKey: Buffer.alloc(0) };
  const message = writeAuthenticate({ ...fields, ntResponse: Buffer.concat([proof, temp]) });
  const result = await socket.send(`NTLM ${message.toString('base64')}`);
  expect(who(result)).toBe('mary@acme.test');
  expect(result.verdict.checks.slice(-2).map(({ outcome, actual }) => [outcome, actual])).toEqual([
    ['skipped', 'none announced'],
    ['skipped', 'none'],
  ]);
});

test('SPNEGO has a last word', async () => {
  const { offer, answer } = handshakeOf(maryIs);
  const socket = openSocket(lab);
  const negotiate = Buffer.from(offer.slice('NTLM '.length), 'base64');
  const init = Buffer.concat([Buffer.from('604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a0428', 'hex'), negotiate]);
  const challenged = await socket.send(`Negotiate ${init.toString('base64')}`);
  const wrapped = Buffer.from(String(challenged.headers?.['www-authenticate']).slice('Negotiate '.length), 'base64');
  const challenge = wrapped.subarray(wrapped.indexOf('NTLMSSP'));
  const bare = answer({ ...challenged, headers: { 'www-authenticate': `NTLM ${challenge.toString('base64')}` } } as SignIn);
  const token = Buffer.from(bare.slice('NTLM '.length), 'base64');
  const long = (tag: number, value: Buffer) => Buffer.concat([Buffer.from([tag, 0x82, value.length >> 8, value.length & 0xff]), value]);
  const result = await socket.send(`Negotiate ${long(0xa1, long(0x30, long(0xa2, long(0x04, token)))).toString('base64')}`);
  expect(who(result)).toBe('mary@acme.test');
  expect(result.headers).toEqual({ 'www-authenticate': 'Negotiate oQcwBaADCgEA' });
});

describe('the channel binding', () => {
  const other = Buffer.alloc(32, 1);
  const set = async (checking: string): Promise<void> => {
    await runCmdlet(
      await testScope(lab, acme, 2_000),
      `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExtendedProtectionTokenChecking ${checking}`,
    );
  };
  test.each([
    ['None', certificateHash, true],
    ['None', other, true],
    ['Allow', certificateHash, true],
    ['Allow', other, false],
    ['Require', certificateHash, true],
    ['Require', other, false],
  ])('%s: to %o', async (checking, seen, isTaken) => {
    await set(checking);
    const result = await handshake(openSocket(lab), maryIs, {}, seen);
    expect([who(result) !== undefined, failedOf(result)]).toEqual([isTaken, isTaken ? undefined : 'ntlm.channel-binding']);
    await set('Allow');
  });

  test('of a certificate is that of RFC 5929 in the structure of RFC 2744', () => {
    // Computed with Python: hashlib.md5(bytes(16) + struct.pack('<I', 53) + b'tls-server-end-point:' + bytes([1]) * 32).
    expect(channelBindings(other).toString('hex')).toBe('ceab3dd4042e39adabd75880be0aaa11');
  });
});

describe('a connection that is signed in is nobody any more', () => {
  const signedIn = async (): Promise<Socket> => {
    const socket = openSocket(lab);
    expect(who(await handshake(socket, maryIs))).toBe('mary@acme.test');
    return socket;
  };

  test('once other credentials come on it', async () => {
    for (const header of [
      'Basic AAAA',
      `Basic ${Buffer.from('rob:other').toString('base64')}`,
      'Bearer a.b.c',
      'NTLM AAAA',
      handshakeOf(robIs).offer,
    ]) {
      const socket = await signedIn();
      await socket.send(header);
      expect([header, who(await socket.send())]).toEqual([header, undefined]);
    }
  });

  test('for another virtual directory or organisation', async () => {
    const socket = await signedIn();
    const settings = await lab.registry.settings('acme');
    const point = { organization: acme, settings, virtualDirectory: 'AutodiscoverVirtualDirectory', host: 'mail.acme.test' } as const;
    expect(who(await socket.send(undefined, { point }))).toBeUndefined();
    expect(
      who(
        await socket.send(undefined, {
          point: { ...point, organization: { ...acme, name: 'other' }, virtualDirectory: 'WebServicesVirtualDirectory' },
        }),
      ),
    ).toBeUndefined();
    expect(who(await socket.send())).toBe('mary@acme.test');
  });

  test('when the account is disabled, or NTLM switched off', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    await lab.store.transaction((tx) => updateRecipient(tx, { ...mary, enabled: false }, 2_000));
    expect(failedOf(await one.send())).toBe('account.enabled');
    await lab.store.transaction((tx) => updateRecipient(tx, mary, 3_000));
    expect(who(await one.send())).toBeUndefined();
    const line = (value: string) => `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -WindowsAuthentication ${value}`;
    await runCmdlet(await testScope(lab, acme, 2_000), line('$false'));
    expect(failedOf(await two.send())).toBe('ntlm.offered');
    expect(await two.send(handshakeOf(maryIs).offer)).toMatchObject({ refusal: { code: 'scheme-not-offered' } });
    await runCmdlet(await testScope(lab, acme, 3_000), line('$true'));
    expect(who(await handshake(two, maryIs))).toBe('mary@acme.test');
  });

  test('where a proxy may put several people on it', async () => {
    const socket = await signedIn();
    expect(who(await socket.send(undefined, { isShared: true }))).toBeUndefined();
    expect(who(await handshake(socket, robIs, { isShared: true }))).toBe('rob@acme.test');
    expect(who(await socket.send())).toBeUndefined();
  });
});

test('the cloud has no NTLM', async () => {
  const result = await openSocket(lab, cloud).send(handshakeOf({ user: 'joe@acme.test', domain: '', password }).offer);
  expect(result).toMatchObject({ refusal: { code: 'scheme-not-offered' } });
  expect(failedOf(result)).toBe('ntlm.offered');
});

test('whatever two people send on a few connections, at the same time too, each request is theirs or nobody’s', async () => {
  type Step = { readonly socket: number; readonly person: 0 | 1; readonly does: 'offer' | 'answer' | 'ask'; readonly waits: boolean };
  const step: fc.Arbitrary<Step> = fc.record({
    socket: fc.nat({ max: 2 }),
    person: fc.constantFrom(0, 1),
    does: fc.constantFrom('offer', 'answer', 'ask'),
    waits: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async (steps) => {
      const people = [
        { mail: 'mary@acme.test', ...handshakeOf(maryIs) },
        { mail: 'rob@acme.test', ...handshakeOf(robIs) },
      ] as const;
      const sockets = [0, 1, 2].map(() => openSocket(lab));
      const challenged = new Map<string, SignIn>();
      /** Who has last sent a proof on a connection: nobody else may be found at its other end. */
      const proving: (string | undefined)[] = [];
      const under: Promise<void>[] = [];
      for (const { socket, person, does, waits } of steps) {
        const [at, by] = [sockets[socket] as Socket, people[person]];
        const key = `${socket} ${person}`;
        const challenge = challenged.get(key);
        if (does === 'offer') {
          proving[socket] = undefined;
          const result = await at.send(by.offer);
          challenged.set(key, result);
        } else if (does === 'answer' && challenge !== undefined) {
          proving[socket] = by.mail;
          const sent = at.send(by.answer(challenge)).then((result) => expect([undefined, by.mail]).toContain(who(result)));
          under.push(sent);
          if (waits) await sent;
        } else if (does === 'ask') {
          const expected = proving[socket];
          expect([undefined, expected]).toContain(who(await at.send()));
        }
      }
      await Promise.all(under);
    }),
    { numRuns: 100 },
  );
});
