import packet, { type Packet, type Question } from 'dns-packet';
import type { ResourceRecord } from '../kernel/resource-record.ts';

/** Response codes (RFC 1035, 4.1.1; RFC 6891, 9). */
const codes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export type DnsCode = keyof typeof codes;

/** A message as far as it could be understood: enough to answer it. */
export interface DnsQuery {
  readonly id: number;
  /** Those that an answer repeats: opcode, recursion desired, checking disabled. */
  readonly flags: number;
  /** Absent where it cannot be repeated. `type` is `UNKNOWN_n` for types without a name. */
  readonly question?: Question;
  /** How long an answer over udp the asker takes; absent without EDNS. */
  readonly payloadOctets?: number;
  /** Why it gets no answer but this code. */
  readonly problem?: Exclude<DnsCode, 'NOERROR' | 'NXDOMAIN'>;
}

/** What is said to a query. */
export interface DnsReply {
  readonly code: DnsCode;
  readonly answers?: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
}

const headerOctets = 12;
/** No question is longer, with EDNS and a few of its options. */
const mostQueryOctets = 2_048;
/** Without EDNS (RFC 1035, 4.2.1). */
const plainUdpOctets = 512;
/** Whatever is asked for: more would be cut into pieces on the way (DNS flag day 2020). */
const mostUdpOctets = 1_232;
const mostTcpOctets = 65_535;

const flag = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursionDesired: 0x0100, recursion: 0x0080 } as const;
const opcodeMask = 0x7800;
const repeatedFlags = opcodeMask | flag.recursionDesired | 0x0010;

/**
 * Reads a message. Undefined: it must not be answered, because it is no query or too short to have a header. Never
 * throws; a query that is wrong has a `problem`.
 */
export function readQuery(octets: Buffer): DnsQuery | undefined {
  if (octets.length < headerOctets) return undefined;
  const flags = octets.readUInt16BE(2);
  if ((flags & flag.response) !== 0) return undefined;
  const head = { id: octets.readUInt16BE(0), flags: flags & repeatedFlags };
  if ((flags & opcodeMask) !== 0) return { ...head, problem: 'NOTIMP' };
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => octets.readUInt16BE(at));
  // Looked at first, because the package makes room for as many as the header claims.
  if (questions !== 1 || answers !== 0 || authorities !== 0 || (additionals ?? 0) > 4 || octets.length > mostQueryOctets) {
    return { ...head, problem: 'FORMERR' };
  }
  const read = decode(octets);
  const question = read?.questions[0];
  if (read === undefined || question === undefined) return { ...head, problem: 'FORMERR' };
  return { ...head, ...judge(octets, head, question, read.additionals ?? []) };
}

/** Undefined: the octets are no message, or something follows it. */
function decode(octets: Buffer): Packet | undefined {
  try {
    const read = packet.decode(octets);
    return packet.decode.bytes === octets.length ? read : undefined;
  } catch {
    // The package throws plain errors, and a RangeError where it reads past the end.
    return undefined;
  }
}

function judge(
  octets: Buffer,
  head: Pick<DnsQuery, 'id' | 'flags'>,
  question: Question,
  additionals: NonNullable<Packet['additionals']>,
): Pick<DnsQuery, 'question' | 'payloadOctets' | 'problem'> {
  const again = packet.encode({ ...head, type: 'query', questions: [question] }).subarray(headerOctets, -2);
  // A label with a dot or with octets that are no UTF-8 would come back as another name.
  if (!again.equals(octets.subarray(headerOctets, headerOctets + again.length))) return { problem: 'FORMERR' };
  const [option, ...others] = additionals.filter(({ type }) => type === 'OPT');
  if (others.length > 0 || (option !== undefined && option['name'] !== '.')) return { question, problem: 'FORMERR' };
  const payload = option === undefined ? {} : { payloadOctets: Number(option['udpPayloadSize']) };
  if (option !== undefined && option['ednsVersion'] !== 0) return { question, ...payload, problem: 'BADVERS' };
  if (question.class !== 'IN')
    return question.class === 'CH' ? { question, ...payload, problem: 'REFUSED' } : { ...payload, problem: 'REFUSED' };
  // Whole zones are for other servers, and there are none.
  if (question.type === 'AXFR' || question.type === 'IXFR') return { question, ...payload, problem: 'REFUSED' };
  return { question, ...payload };
}

/** Writes the answer to a query; what does not fit is left out whole, and the answer says that it was cut. */
export function writeReply(query: DnsQuery, reply: DnsReply, transport: 'udp' | 'tcp'): Buffer {
  const whole = write(query, reply, 0);
  const limit = transport === 'tcp' ? mostTcpOctets : udpLimit(query);
  return whole.length <= limit ? whole : write(query, { code: reply.code }, flag.truncated);
}

function udpLimit({ payloadOctets }: DnsQuery): number {
  return payloadOctets === undefined ? plainUdpOctets : Math.min(Math.max(payloadOctets, plainUdpOctets), mostUdpOctets);
}

function write(query: DnsQuery, { code, answers = [], authorities = [] }: DnsReply, more: number): Buffer {
  const isOurs = code === 'NOERROR' || code === 'NXDOMAIN';
  const options = { name: '.', type: 'OPT', udpPayloadSize: mostUdpOctets, ednsVersion: 0, flags: 0, options: [] };
  return packet.encode({
    id: query.id,
    type: 'response',
    flags: query.flags | flag.recursion | (isOurs ? flag.authoritative : 0) | more | (codes[code] & 0x0f),
    questions: query.question === undefined ? [] : [query.question],
    answers: answers.map(written),
    authorities: authorities.map(written),
    additionals: query.payloadOctets === undefined ? [] : [{ ...options, extendedRcode: codes[code] >> 4 }],
  });
}

function written(record: ResourceRecord): object {
  const head = { name: record.name === '' ? '.' : record.name, type: record.type, ttl: record.ttlSeconds, class: 'IN' };
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return { ...head, data: record.address };
    case 'CNAME':
      return { ...head, data: record.target };
    case 'MX':
      return { ...head, data: { preference: record.preference, exchange: record.exchange } };
    case 'SRV':
      return { ...head, data: { priority: record.priority, weight: record.weight, port: record.port, target: record.target } };
    case 'TXT':
      return { ...head, data: characterStrings(record.text) };
    case 'SOA': {
      const { primary: mname, responsible: rname, serial, minimumSeconds: minimum } = record;
      // What a secondary server would keep to; there is none.
      return { ...head, data: { mname, rname, serial, refresh: 900, retry: 600, expire: 86_400, minimum } };
    }
  }
}

/** A TXT record is made of strings of at most 255 octets each. */
function characterStrings(text: string): readonly Buffer[] {
  const octets = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(octets.length / 255) }, (_, index) => octets.subarray(index * 255, index * 255 + 255));
  return pieces.length === 0 ? [Buffer.alloc(0)] : pieces;
}
