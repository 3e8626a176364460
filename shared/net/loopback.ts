import { connect, isIPv4, type Socket } from 'node:net';
import { assert } from '../kernel/assert.ts';

/**
 * A raw connection to a listener of this machine. Any other address is a defect: nothing is ever forwarded. The socket
 * is returned at once; `connect`, `error` and `timeout` (no octet for `idleMs`, connecting included) tell what became of it.
 */
export function connectLoopback(target: { readonly address: string; readonly port: number }, idleMs: number): Socket {
  const { address, port } = target;
  assert(isLoopbackAddress(address), `${address} is no loopback address`);
  return connect({ host: address, port, noDelay: true, timeout: idleMs });
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
