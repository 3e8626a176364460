import packet from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readQuery, writeReply } from '../../../shared/net/dns.ts';

const asked = (type: string, name = 'mail.contoso.test'): Buffer =>
  packet.encode({ id: 9, type: 'query', flags: 0x0110, questions: [{ name, type }] });

test('a query, and what an answer repeats of it', () => {
  const query = readQuery(asked('A', 'Mail.Contoso.TEST'));
  expect(query).toEqual({ id: 9, flags: 0x0110, question: { name: 'Mail.Contoso.TEST', type: 'A', class: 'IN' } });
  if (query === undefined) return;
  const reply = writeReply(query, { code: 'NXDOMAIN' }, 'udp');
  expect(reply.readUInt16BE(2).toString(16)).toBe('8593');
  expect(packet.decode(reply).questions).toMatchObject([{ name: 'Mail.Contoso.TEST' }]);
});

test('every type and class has an answer', () => {
  const message = asked('A');
  for (let type = 0; type < 65_536; type += 1) {
    message.writeUInt16BE(type, message.length - 4);
    const query = readQuery(message);
    expect(query?.problem).toBe(type === 251 || type === 252 ? 'REFUSED' : undefined);
  }
  message.writeUInt16BE(1, message.length - 4);
  for (let group = 0; group < 65_536; group += 7) {
    message.writeUInt16BE(group, message.length - 2);
    expect(readQuery(message)?.problem).toBe(group === 1 ? undefined : 'REFUSED');
  }
});

const header = (fields: readonly number[]): Buffer => {
  const octets = Buffer.alloc(12);
  for (const [index, field] of fields.entries()) octets.writeUInt16BE(field, index * 2);
  return octets;
};
const end = Buffer.from([0, 0, 1, 0, 1]);

test.each([
  ['no question', header([1, 0, 0, 0, 0, 0]), 'FORMERR'],
  ['two questions', Buffer.concat([header([1, 0, 2, 0, 0, 0]), end, end]), 'FORMERR'],
  ['more answers than there can be', Buffer.concat([header([1, 0, 1, 65_535, 65_535, 65_535]), end]), 'FORMERR'],
  ['a name that points at itself', Buffer.concat([header([1, 0, 1, 0, 0, 0]), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), 'FORMERR'],
  ['a name that never ends', Buffer.concat([header([1, 0, 1, 0, 0, 0]), Buffer.alloc(300, 63)]), 'FORMERR'],
  ['a label with a dot in it', Buffer.concat([header([1, 0, 1, 0, 0, 0]), Buffer.from([3]), Buffer.from('a.b'), end]), 'FORMERR'],
  ['octets that are no UTF-8', Buffer.concat([header([1, 0, 1, 0, 0, 0]), Buffer.from([2, 0xff, 0xfe]), end]), 'FORMERR'],
  ['octets behind it', Buffer.concat([header([1, 0, 1, 0, 0, 0]), end, end]), 'FORMERR'],
  ['the root', Buffer.concat([header([1, 0, 1, 0, 0, 0]), end]), undefined],
  ['an update', header([1, 0x2800, 0, 0, 0, 0]), 'NOTIMP'],
])('%s', (_what, octets, problem) => {
  const query = readQuery(octets);
  expect(query).toBeDefined();
  expect(query?.problem).toBe(problem);
});

test('what must not be answered', () => {
  expect(readQuery(Buffer.alloc(11))).toBeUndefined();
  expect(readQuery(header([1, 0x8000, 0, 0, 0, 0]))).toBeUndefined();
});

const mutated = fc
  .tuple(fc.constantFrom('A', 'MX', 'TXT', 'OPT'), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }))
  .map(([type, changes]) => {
    const octets = asked(type);
    for (const [at, value] of changes) if (at < octets.length) octets[at] = value;
    return octets;
  });
const anyOctets = fc.oneof(
  mutated,
  fc.uint8Array({ maxLength: 600 }).map((octets) => Buffer.from(octets)),
  fc.uint8Array({ maxLength: 80 }).map((octets) => Buffer.concat([header([1, 0x0100, 1, 0, 0, 1]), octets])),
);

test('random octets never throw, and what answers them fits and can be read', () => {
  fc.assert(
    fc.property(anyOctets, fc.nat(40), (octets, count) => {
      const query = readQuery(octets);
      if (query === undefined) return;
      const record = { name: 'long.contoso.test', ttlSeconds: 60, type: 'TXT', text: 'x'.repeat(100) } as const;
      const code = query.problem ?? 'NOERROR';
      const reply = writeReply(query, { code, answers: Array.from({ length: count }, () => record) }, 'udp');
      expect(reply.length).toBeLessThanOrEqual(1_232);
      expect(reply.readUInt16BE(0)).toBe(octets.readUInt16BE(0));
      expect(packet.decode(reply)).toMatchObject({ type: 'response' });
    }),
    { numRuns: 3_000 },
  );
});
