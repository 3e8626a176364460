import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import packet from 'dns-packet';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
let port: number;
/** c-ares, as Node's programs use it. */
const client = new Resolver({ timeout: 2_000, tries: 1 });

beforeAll(async () => {
  lab = await openTestLab();
  port = Number(lab.endpoints.dns?.split(':').at(-1));
  client.setServers([String(lab.endpoints.dns)]);
});
afterAll(() => lab.close());

/** One message over udp and the first answer, or nothing after a moment. */
function overUdp(message: Uint8Array, waitMs = 2_000): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(undefined), waitMs);
    const done = (answer: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    socket.once('message', done);
    socket.send(message, port, '127.0.0.1');
  });
}

/** Octets over a connection and everything that comes until it ends or falls silent. */
function overTcp(octets: Uint8Array, expected: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(octets));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= expected) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

function question(name: string, type: string, more: object = {}): Buffer {
  return packet.encode({ id: 7, type: 'query', flags: 0x0100, questions: [{ name, type }], ...more });
}

async function ask(name: string, type: string, more: object = {}) {
  const answer = await overUdp(question(name, type, more));
  if (answer === undefined) throw new Error('no answer');
  return { octets: answer, code: answer.readUInt16BE(2) & 0x0f, isCut: (answer.readUInt16BE(2) & 0x0200) !== 0, ...packet.decode(answer) };
}

test('hosts, aliases, mail and Autodiscover of the world', async () => {
  expect(await client.resolve4('mail.contoso.test', { ttl: true })).toEqual([{ address: '127.0.0.1', ttl: 3_600 }]);
  expect(await client.resolve4('MAIL.Contoso.Test.')).toEqual(['127.0.0.1']);
  expect(await client.resolveCname('autodiscover.contoso.mail.onmicrosoft.test')).toEqual(['autodiscover-s.outlook.test']);
  expect(await client.resolve4('autodiscover.contoso.mail.onmicrosoft.test')).toEqual(['127.0.0.1']);
  expect(await client.resolveMx('contoso.test')).toMatchObject([{ exchange: 'smtp.contoso.test', priority: 10 }]);
  expect(await client.resolveMx('contoso.mail.onmicrosoft.test')).toMatchObject([
    { exchange: 'contoso-mail-onmicrosoft-test.mail.protection.outlook.test', priority: 10 },
  ]);
  expect(await client.resolveSrv('_autodiscover._tcp.contoso.test')).toMatchObject([
    { name: 'autodiscover.contoso.test', port: 443, priority: 0, weight: 0 },
  ]);
  // The domain exists; its web site is somewhere else.
  expect(await client.resolve4('contoso.test')).toEqual(['127.0.0.2']);
  expect(await client.resolveSoa('contoso.test')).toMatchObject({ hostmaster: 'hostmaster.contoso.test', minttl: 300 });
});

test("Microsoft's own names lead here, and nothing is forwarded", async () => {
  for (const name of ['outlook.office365.com', 'login.microsoftonline.com', 'autodiscover-s.outlook.com', 'sts.windows.net']) {
    expect(await client.resolve4(name)).toEqual(['127.0.0.1']);
  }
  for (const name of ['www.microsoft.com', 'example.org', 'nowhere.contoso.test', '1.0.0.127.in-addr.arpa']) {
    await expect(client.resolve4(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  }
});

test('no such type is another answer than no such name; both carry the SOA', async () => {
  await expect(client.resolve6('mail.contoso.test')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(client.resolve4('_tcp.contoso.test')).rejects.toMatchObject({ code: 'ENODATA' });
  const none = await ask('nowhere.contoso.test', 'A');
  expect([none.code, none.answers]).toEqual([3, []]);
  expect(none.authorities).toMatchObject([{ name: 'contoso.test', type: 'SOA', ttl: 300 }]);
  expect(await ask('mail.contoso.test', 'HTTPS')).toMatchObject({ code: 0, answers: [], authorities: [{ type: 'SOA' }] });
});

test('records of administrators: every type, replacing what was there, and taken away again', async () => {
  const run = (line: string) => runCmdlet(lab, 'contoso', line);
  const proof = `${'aB3+'.repeat(21)}aB==`;
  await run(`Add-DnsServerResourceRecord -ZoneName contoso.test -Name "@" -Txt -DescriptiveText "${proof}"`);
  await run('Add-DnsServerResourceRecord -ZoneName contoso.test -Name www -A -IPv4Address 10.1.2.3 -TimeToLive 00:00:30');
  await run('Add-DnsServerResourceRecord -ZoneName contoso.test -Name www -AAAA -IPv6Address fd00::0:1');
  await run('Add-DnsServerResourceRecord -ZoneName contoso.test -Name . -MX -MailExchange mx.contoso.test -Preference 5');
  await run('Add-DnsServerResourceRecord contoso.test -Name _sip._tls -Srv -DomainName www.contoso.test -Priority 1 -Weight 2 -Port 5061');
  await run('Add-DnsServerResourceRecord -ZoneName contoso.test -Name portal -CName -HostNameAlias www.contoso.test.');
  expect(await client.resolveTxt('contoso.test')).toEqual([[proof]]);
  expect(await client.resolve4('portal.contoso.test', { ttl: true })).toEqual([{ address: '10.1.2.3', ttl: 30 }]);
  expect(await client.resolve6('www.contoso.test')).toEqual(['fd00::1']);
  expect(await client.resolveMx('contoso.test')).toMatchObject([{ exchange: 'mx.contoso.test', priority: 5 }]);
  expect(await client.resolveSrv('_sip._tls.contoso.test')).toMatchObject([
    { name: 'www.contoso.test', port: 5_061, priority: 1, weight: 2 },
  ]);
  await run('Remove-DnsServerResourceRecord -ZoneName contoso.test -Name "@" -RRType Mx -Force');
  expect(await client.resolveMx('contoso.test')).toMatchObject([{ exchange: 'smtp.contoso.test', priority: 10 }]);
  await run('Remove-DnsServerResourceRecord -ZoneName contoso.test -Name "@" -RRType Mx -RecordData 10,smtp.contoso.test -Force');
  await expect(client.resolveMx('contoso.test')).rejects.toMatchObject({ code: 'ENODATA' });
});

test('an answer that is too long for udp is asked for again over tcp', async () => {
  for (const letter of 'abcdef') {
    const line = `Add-DnsServerResourceRecord -ZoneName contoso.test -Name long -Txt -DescriptiveText ${letter.repeat(300)}`;
    await runCmdlet(lab, 'contoso', line);
  }
  const plain = await ask('long.contoso.test', 'TXT');
  expect([plain.isCut, plain.answers, plain.octets.length <= 512]).toEqual([true, [], true]);
  const texts = await client.resolveTxt('long.contoso.test');
  expect(texts.map((pieces) => pieces.join('').length)).toEqual([300, 300, 300, 300, 300, 300]);
  expect(texts[0]?.map(({ length }) => length)).toEqual([255, 45]);
});

test('EDNS: a longer answer where it is offered, and no other version', async () => {
  for (const letter of 'gh') {
    const line = `Add-DnsServerResourceRecord -ZoneName contoso.test -Name edns -Txt -DescriptiveText ${letter.repeat(300)}`;
    await runCmdlet(lab, 'contoso', line);
  }
  const option = { name: '.', type: 'OPT', udpPayloadSize: 4_096, flags: 0, options: [], ednsVersion: 0 };
  const answer = await ask('edns.contoso.test', 'TXT', { additionals: [option] });
  expect([answer.isCut, answer.answers?.length, answer.octets.length > 512]).toEqual([false, 2, true]);
  expect(answer.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1_232, extendedRcode: 0 }]);
  const other = await ask('edns.contoso.test', 'TXT', { additionals: [{ ...option, ednsVersion: 1 }] });
  expect([other.answers, other.additionals]).toMatchObject([[], [{ type: 'OPT', extendedRcode: 1 }]]);
});

test('several questions over one connection are answered in their order; a long message ends it', async () => {
  const framed = (message: Buffer): Buffer => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(message.length);
    return Buffer.concat([head, message]);
  };
  const asked = ['mail.contoso.test', 'nowhere.test'].map((name) => framed(question(name, 'A')));
  const first = await overTcp(Buffer.concat(asked), 150);
  const length = first.readUInt16BE(0);
  expect(packet.decode(first.subarray(2, 2 + length)).answers).toMatchObject([{ data: '127.0.0.1' }]);
  expect(first.readUInt16BE(2 + length + 4) & 0x0f).toBe(3);
  expect(await overTcp(Buffer.from([0xff, 0xff, 1, 2, 3]), 1)).toHaveLength(0);
});

test('what is no question of ours', async () => {
  const flagged = (flags: number): Buffer => {
    const message = question('mail.contoso.test', 'A');
    message.writeUInt16BE(flags, 2);
    return message;
  };
  const codeOf = async (message: Uint8Array): Promise<number | undefined> => {
    const answer = await overUdp(message, 300);
    return answer === undefined ? undefined : answer.readUInt16BE(2) & 0x0f;
  };
  expect(await codeOf(flagged(0x2800))).toBe(4);
  expect(await codeOf(flagged(0x8000))).toBeUndefined();
  expect(await codeOf(Buffer.from('hello'))).toBeUndefined();
  expect(await codeOf(Buffer.alloc(40, 1))).toBe(1);
  expect(await codeOf(Buffer.concat([question('mail.contoso.test', 'A'), Buffer.from([0])]))).toBe(1);
  expect(await codeOf(question('contoso.test', 'AXFR'))).toBe(5);
  const chaos = packet.encode({ id: 1, type: 'query', flags: 0, questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] });
  expect(await codeOf(chaos)).toBe(5);
  expect(await client.resolve4('mail.contoso.test')).toEqual(['127.0.0.1']);
});

test('random octets have one answer at most, and the server goes on', async () => {
  const counts = new Map<number, number>();
  const socket = createSocket('udp4');
  socket.on('message', (answer) => void counts.set(answer.readUInt16BE(0), (counts.get(answer.readUInt16BE(0)) ?? 0) + 1));
  const messages = fc.sample(fc.uint8Array({ minLength: 0, maxLength: 90 }), 400);
  for (const [id, octets] of messages.entries()) {
    // Some look like questions.
    const head = id % 2 === 0 ? [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1] : [];
    const message = Buffer.concat([Buffer.from(head), octets]);
    if (message.length >= 2) message.writeUInt16BE(id, 0);
    socket.send(message, port, '127.0.0.1');
    // The server is in this process and has a queue of a few hundred.
    if (id % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
  }
  // What was sent before is answered before.
  expect(await client.resolve4('mail.contoso.test')).toEqual(['127.0.0.1']);
  socket.close();
  expect(counts.size).toBeGreaterThan(100);
  expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  for (const garbage of fc.sample(fc.uint8Array({ minLength: 1, maxLength: 90 }), 20))
    await overTcp(Buffer.concat([Buffer.from([0, garbage.length]), garbage]), 1);
  expect(await client.resolve4('mail.contoso.test')).toEqual(['127.0.0.1']);
}, 30_000);

test('fault rules: refused, silent, late', async () => {
  const rule = (effect: object) => lab.faults.add({ seam: 'dns', match: { svc: 'dns', host: 'mail.fabrikam.test' }, effect, times: 1 });
  rule({ kind: 'refuse' });
  await expect(client.resolve4('mail.fabrikam.test')).rejects.toMatchObject({ code: 'EREFUSED' });
  rule({ kind: 'reset' });
  expect(await overUdp(question('mail.fabrikam.test', 'A'), 300)).toBeUndefined();
  rule({ kind: 'latency', delayMs: 60 });
  const started = performance.now();
  expect(await client.resolve4('mail.fabrikam.test')).toEqual(['127.0.0.1']);
  expect(performance.now() - started).toBeGreaterThan(55);
});

test('every question stands in the journal', async () => {
  await client.resolve4('smtp.fabrikam.test');
  const [exchange] = (await lab.exchanges({ service: 'dns' })).filter(({ host }) => host === 'smtp.fabrikam.test');
  expect(exchange).toMatchObject({ service: 'dns', protocol: 'dns', operation: 'A', code: 'NOERROR', outcome: 'answered' });
});
