import { connect, type Socket } from 'node:net';

/** Where a back door listens. */
export interface BackDoorAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * A connection to the first back door that takes one, in the order given; undefined when none does. They are the lab's own processes: nothing
 * else is ever dialled so. After that `timeout` tells of `idleMs` without an octet.
 */
export async function connectBackDoor(doors: readonly BackDoorAddress[], connectMs: number, idleMs: number): Promise<Socket | undefined> {
  for (const door of doors) {
    const socket = await connected(door, connectMs);
    if (socket !== undefined) return socket.setTimeout(idleMs);
  }
  return undefined;
}

function connected({ address, port }: BackDoorAddress, connectMs: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, noDelay: true, timeout: connectMs });
    const failed = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', failed);
    socket.once('timeout', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.off('timeout', failed);
      resolve(socket);
    });
  });
}
