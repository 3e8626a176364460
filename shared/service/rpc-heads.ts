/** Finds the heads of requests in a connection's octets and writes methods into them that Node's parser knows. */
export interface RpcHeads {
  /** What goes on to the parser; the rest of a head is waited for. */
  push(octets: Buffer): Buffer;
  /** The method of the next request as it was written; undefined when none is left. */
  nextMethod(): string | undefined;
}

/** As long as a head may be that is waited for; a longer one is the parser's to refuse. */
const mostHeadBytes = 65_536;
const nothing = Buffer.alloc(0);

/** Rewrites RPC_IN_DATA and RPC_OUT_DATA as POST. A body without a length ends the rewriting: what follows it stays as it is. */
export function createRpcHeads(): RpcHeads {
  const written: string[] = [];
  let kept = nothing;
  let bodyLeft = 0;
  const head = (octets: Buffer): { readonly forward: Buffer; readonly rest: Buffer } | undefined => {
    const end = octets.indexOf('\r\n\r\n');
    if (end < 0) return octets.length > mostHeadBytes ? { forward: octets, rest: nothing } : undefined;
    const text = octets.toString('latin1', 0, end + 4);
    const [method = ''] = /^\S*/.exec(text) ?? [];
    written.push(method);
    bodyLeft = /^transfer-encoding[ \t]*:/im.test(text) ? Number.POSITIVE_INFINITY : lengthIn(text);
    const named = /^RPC_(?:IN|OUT)_DATA$/.test(method) ? `POST${text.slice(method.length)}` : text;
    return { forward: Buffer.from(named, 'latin1'), rest: octets.subarray(end + 4) };
  };
  return {
    push(octets) {
      const parts: Buffer[] = [];
      let rest = kept.length === 0 ? octets : Buffer.concat([kept, octets]);
      kept = nothing;
      while (rest.length > 0) {
        const body = Math.min(bodyLeft, rest.length);
        if (body > 0) {
          parts.push(rest.subarray(0, body));
          rest = rest.subarray(body);
          bodyLeft -= body;
          continue;
        }
        const found = head(rest);
        if (found === undefined) {
          kept = Buffer.from(rest);
          break;
        }
        parts.push(found.forward);
        rest = found.rest;
      }
      return Buffer.concat(parts);
    },
    nextMethod: () => written.shift(),
  };
}

/** Lengths that contradict one another are the parser's to refuse. */
function lengthIn(head: string): number {
  const [, digits] = /^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r$/im.exec(head) ?? [];
  return digits === undefined ? 0 : Number(digits);
}
