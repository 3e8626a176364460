/**
 * The run-length form of ids (MS-OXCEXT 3.1.4.5): an octet that repeats is written twice, followed by how often it
 * repeats beyond that. Undefined when the input ends inside a run or the result is longer than `limit` octets.
 */
export function expandRuns(compressed: Uint8Array, limit: number): Buffer | undefined {
  const expanded = Buffer.alloc(limit);
  let length = 0;
  for (let index = 0; index < compressed.length; index += 1) {
    const octet = compressed[index] ?? 0;
    let times = 1;
    if (compressed[index + 1] === octet) {
      const further = compressed[index + 2];
      if (further === undefined) return undefined;
      times = further + 2;
      index += 2;
    }
    if (length + times > limit) return undefined;
    expanded.fill(octet, length, length + times);
    length += times;
  }
  return expanded.subarray(0, length);
}

/** The inverse of {@link expandRuns}. */
export function collapseRuns(octets: Uint8Array): Buffer {
  const collapsed: number[] = [];
  for (let index = 0; index < octets.length; ) {
    const octet = octets[index] ?? 0;
    let times = 1;
    while (times < 257 && octets[index + times] === octet) times += 1;
    if (times === 1) collapsed.push(octet);
    else collapsed.push(octet, octet, times - 2);
    index += times;
  }
  return Buffer.from(collapsed);
}
