import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createCertificateStore } from '../../shared/net/certificates.ts';
import { defaultServerLimits, serverOptions } from '../../shared/service/server-limits.ts';
import { median } from './row.ts';

const host = 'mail.contoso.test';
const rounds = 3;
const chunkBytes = 512 * 1_024;

/** MiB a second at which curl fetches so many octets from a listener with the certificate and the settings of a lab's. */
export async function copiedByCurl(dataDir: string, bytes: number): Promise<number> {
  const certificates = await createCertificateStore({
    folder: join(dataDir, 'certificates'),
    realNow: () => Date.now(),
    permittedNames: [],
  });
  const { keyPem, certPem } = await certificates.leafFor([host]);
  const chunk = randomBytes(chunkBytes);
  const server = createServer(
    { ...serverOptions(defaultServerLimits), key: keyPem, cert: certPem, minVersion: 'TLSv1.2' },
    (_, response) => {
      response.writeHead(200, { 'content-length': bytes });
      pipeline(Readable.from(chunks(chunk, bytes)), response).catch(() => response.destroy());
    },
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const words = ['--silent', '--show-error', '--fail', '--insecure', '--noproxy', '*', '--resolve', `${host}:${port}:127.0.0.1`];
  try {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const url = `https://${host}:${port}/`;
      const { stdout } = await promisify(execFile)('curl', [
        ...words,
        '--output',
        '/dev/null',
        '--write-out',
        '%{size_download} %{time_total}',
        url,
      ]);
      const [size = 0, seconds = 0] = stdout.split(' ').map(Number);
      if (size !== bytes) throw new Error(`curl has fetched ${stdout} of ${bytes}`);
      rates.push(bytes / 1_024 ** 2 / seconds);
    }
    return median(rates);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function* chunks(chunk: Buffer, bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}
