import { malformed } from './message.ts';

/** A token of SPNEGO, as far as NTLM needs it. */
export interface SpnegoToken {
  /** Whether NTLM is among the mechanisms that are offered; undefined in an answer, which offers none. */
  readonly offersNtlm: boolean | undefined;
  /** The mechanism's own token. */
  readonly token: Buffer | undefined;
}

const spnegoOid = Buffer.from('2b0601050502', 'hex');
/** 1.3.6.1.4.1.311.2.2.10 (MS-NLMP 1.9). */
const ntlmOid = Buffer.from('2b06010401823702020a', 'hex');

const tags = { octets: 0x04, oid: 0x06, enumerated: 0x0a, sequence: 0x30, init: 0x60, response: 0xa1 } as const;
const context = (number: number): number => 0xa0 | number;

/** Takes a NegTokenInit or NegTokenResp apart (RFC 4178 section 4.2); undefined when the octets are neither. */
export function readSpnego(octets: Buffer): SpnegoToken | undefined {
  if (octets[0] === tags.init) {
    const [mechanism, init] = readAll(only(octets, tags.init));
    if (mechanism?.tag !== tags.oid || !mechanism.value.equals(spnegoOid) || init?.tag !== context(0)) return undefined;
    const parts = readAll(only(init.value, tags.sequence));
    const mechanisms = parts.find(({ tag }) => tag === context(0));
    const offered = mechanisms === undefined ? [] : readAll(only(mechanisms.value, tags.sequence));
    return { offersNtlm: offered.some(({ tag, value }) => tag === tags.oid && value.equals(ntlmOid)), token: tokenIn(parts) };
  }
  if (octets[0] !== tags.response) return undefined;
  return { offersNtlm: undefined, token: tokenIn(readAll(only(only(octets, tags.response), tags.sequence))) };
}

function tokenIn(parts: readonly Part[]): Buffer | undefined {
  const found = parts.find(({ tag }) => tag === context(2));
  return found === undefined ? undefined : only(found.value, tags.octets);
}

/** The server's answer on the way: accept-incomplete, NTLM, and its token. */
export function writeSpnegoChallenge(token: Buffer): Buffer {
  return writeResponse(
    write(context(0), write(tags.enumerated, Buffer.from([1]))),
    write(context(1), write(tags.oid, ntlmOid)),
    write(context(2), write(tags.octets, token)),
  );
}

/** The server's last word: accept-completed. No mechListMIC: NTLM was the mechanism that the client began with (section 5). */
export function writeSpnegoAccepted(): Buffer {
  return writeResponse(write(context(0), write(tags.enumerated, Buffer.from([0]))));
}

function writeResponse(...parts: readonly Buffer[]): Buffer {
  return write(tags.response, write(tags.sequence, Buffer.concat(parts)));
}

interface Part {
  readonly tag: number;
  readonly value: Buffer;
}

/** The value of the one element that the octets are; refuses what is another or goes on. */
function only(octets: Buffer, tag: number): Buffer {
  const [part, ...more] = readAll(octets);
  if (part?.tag !== tag || more.length > 0) throw malformed('no SPNEGO');
  return part.value;
}

const mostParts = 32;

function readAll(octets: Buffer): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < octets.length) {
    const tag = octets[at] ?? 0;
    const first = octets[at + 1] ?? 0;
    // A length above 127 says how many octets say it; two are enough for what a header can hold.
    const octetsOfLength = first < 0x80 ? 0 : first - 0x80;
    const begin = at + 2 + octetsOfLength;
    if (first === 0x80 || octetsOfLength > 2 || begin > octets.length) throw malformed('a length of SPNEGO that is none');
    const end = begin + (octetsOfLength === 0 ? first : octets.readUIntBE(at + 2, octetsOfLength));
    if (end > octets.length || parts.length === mostParts) throw malformed('SPNEGO that breaks off or goes on');
    parts.push({ tag, value: octets.subarray(begin, end) });
    at = end;
  }
  return parts;
}

function write(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}
