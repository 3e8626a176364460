import { type AddressRange, addressRange, isInRange } from './address-range.ts';
import type { ReceiveConnector } from './receive-connectors.ts';

/** Where a connection comes from and goes to; `port` is the one that the connectors name, whatever the machine's is. */
export interface IncomingConnection {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly port: number;
}

/**
 * The connector that takes a connection: of those bound to where it comes in, the one whose remote addresses name its
 * origin most closely (page "Receive connectors" of OfficeDocs-Exchange). Undefined: nobody takes it.
 */
export function chooseReceiveConnector(
  connectors: readonly ReceiveConnector[],
  connection: IncomingConnection,
): ReceiveConnector | undefined {
  let best: { readonly connector: ReceiveConnector; readonly size: bigint } | undefined;
  for (const connector of connectors) {
    if (!connector.bindings.some((binding) => isBoundTo(binding, connection))) continue;
    for (const text of connector.ranges) {
      const range = addressRange(text);
      if (range === undefined || !isInRange(connection.remoteAddress, range)) continue;
      if (best === undefined || sizeOf(range) < best.size) best = { connector, size: sizeOf(range) };
    }
  }
  return best?.connector;
}

function sizeOf({ first, last }: AddressRange): bigint {
  return last - first;
}

const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** `0.0.0.0:25`, `[::]:25`, `10.0.0.5:25`. */
function isBoundTo(binding: string, { localAddress, port }: IncomingConnection): boolean {
  const [, bracketed, plain, written] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(binding) ?? [];
  const address = bracketed ?? plain ?? '';
  if (Number(written) !== port) return false;
  const range = addressRange(address);
  return anyAddress.has(address) || (range !== undefined && isInRange(localAddress, range));
}
