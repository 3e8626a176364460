import { connect, type Socket } from 'node:net';

/** Where something of the lab listens: an address, or a name that this machine knows. */
export interface LabListener {
  readonly address: string;
  readonly port: number;
}

const connectMs = 5_000;

/**
 * A raw connection to the first of some listeners that takes one, in the order given; rejects with why the last did not. They come from the
 * host map or the table of processes, so they are the lab's own: nothing is ever forwarded to anybody else.
 */
export async function connectToLab([first, ...others]: readonly LabListener[]): Promise<Socket> {
  if (first === undefined) throw new Error('nothing listens');
  try {
    return await connected(first);
  } catch (error) {
    if (others.length === 0) throw error;
    return connectToLab(others);
  }
}

function connected({ address, port }: LabListener): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true, timeout: connectMs });
    const late = (): void => void socket.destroy(new Error('no connection in time'));
    socket.once('timeout', late);
    // It stays: what breaks before anybody uses the connection ends nothing else.
    socket.on('error', reject);
    socket.once('connect', () => {
      resolve(socket.off('timeout', late).setTimeout(0));
    });
  });
}
