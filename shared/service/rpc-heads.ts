/** Finds the heads of requests in a connection's octets and writes methods into them that Node's parser knows. */
export interface RpcHeads {
  /** What goes on to the parser; a method that is not whole yet is waited for, and nothing else: the parser looks at the time. */
  push(octets: Buffer): Buffer;
  /** The method of the next request as it was written; undefined when none is left. */
  nextMethod(): string | undefined;
}

/** As long as a head may be that is looked at; a longer one is the parser's to refuse. */
const mostHeadBytes = 65_536;
const longestMethod = 'RPC_OUT_DATA'.length;
const nothing = Buffer.alloc(0);

/** Rewrites RPC_IN_DATA and RPC_OUT_DATA as POST. A body without a length ends the rewriting: what follows it stays as it is. */
export function createRpcHeads(): RpcHeads {
  const written: string[] = [];
  /** The head under way, as far as it has come, and how much of that has gone on: nothing before its method is known. */
  let head = nothing;
  let sent = 0;
  let bodyLeft = 0;

  /** What goes on of a head that has grown, and what comes behind it. */
  function grow(octets: Buffer): { readonly forward: readonly Buffer[]; readonly rest: Buffer } {
    const blank = head.length === 0 ? blankBefore(octets) : 0;
    const forward = [octets.subarray(0, blank)];
    head = Buffer.concat([head, octets.subarray(blank)]);
    const scanned = sent;
    if (sent === 0) {
      const method = /^[^\s]*/.exec(head.toString('latin1', 0, longestMethod + 1))?.[0] ?? '';
      if (method.length === head.length && method.length <= longestMethod) return { forward, rest: nothing };
      if (/^RPC_(?:IN|OUT)_DATA$/.test(method)) {
        forward.push(Buffer.from('POST'));
        sent = method.length;
      }
    }
    const end = head.indexOf('\r\n\r\n', Math.max(0, scanned - 3));
    if (end < 0) {
      forward.push(head.subarray(sent));
      sent = head.length;
      if (head.length > mostHeadBytes) bodyLeft = Number.POSITIVE_INFINITY;
      return { forward, rest: nothing };
    }
    const text = head.toString('latin1', 0, end + 4);
    forward.push(head.subarray(sent, end + 4));
    const rest = head.subarray(end + 4);
    written.push(/^\S*/.exec(text)?.[0] ?? '');
    bodyLeft = /^transfer-encoding[ \t]*:/im.test(text) ? Number.POSITIVE_INFINITY : lengthIn(text);
    head = nothing;
    sent = 0;
    return { forward, rest };
  }

  return {
    push(octets) {
      const parts: Buffer[] = [];
      let rest = octets;
      while (rest.length > 0) {
        const body = Math.min(bodyLeft, rest.length);
        if (body > 0) {
          parts.push(rest.subarray(0, body));
          rest = rest.subarray(body);
          bodyLeft -= body;
          continue;
        }
        const grown = grow(rest);
        parts.push(...grown.forward);
        rest = grown.rest;
      }
      return Buffer.concat(parts);
    },
    nextMethod: () => written.shift(),
  };
}

/** Empty lines before a request line, which a parser passes over (RFC 9112 section 2.2). */
function blankBefore(octets: Buffer): number {
  let blank = 0;
  while (octets[blank] === 13 || octets[blank] === 10) blank += 1;
  return blank;
}

/** Lengths that contradict one another are the parser's to refuse. */
function lengthIn(head: string): number {
  const [, digits] = /^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r$/im.exec(head) ?? [];
  return digits === undefined ? 0 : Number(digits);
}
