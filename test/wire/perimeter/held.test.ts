import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PerimeterOptions } from '../../../services/perimeter/context.ts';
import { createPerimeter } from '../../../services/perimeter/service.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { createPatience, type Patience } from '../../../shared/kernel/patience.ts';
import { contoso } from '../../support/organizations.ts';
import { callRaw } from '../../support/raw-http.ts';
import { whileHeld } from '../../support/while-held.ts';
import { type FrontendLab, openFrontendLab } from '../frontend/lab.ts';

const asItComes: Settings = { get: () => undefined, list: () => [] };
let lab: FrontendLab;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await lab.close();
});

/** A device before servers that take a connection and say nothing; its port. */
async function open(patience?: Patience): Promise<number> {
  const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const options = { ...lab.options, organization: contoso, settings: async () => asItComes, idleMs: 50, patience };
  // Without pre-authentication nobody is looked up.
  const upstream = { address: '127.0.0.1', port };
  const door = await createPerimeter({ ...options, upstream } as Omit<PerimeterOptions, 'directory' | 'store'> as PerimeterOptions);
  await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () => new Promise((resolve) => silent.close(resolve)),
    () => door.close(0),
  );
  return (door.server.address() as AddressInfo).port;
}

test('while something is held the servers behind a device need not answer; then they are waited for as long as ever', async () => {
  const patience = createPatience();
  const [held, other] = [await open(patience), await open()];
  const ask = (port: number) => callRaw({ port, path: '/EWS/Exchange.asmx', host: 'mail.contoso.test', ca: lab.certificates.caPem });
  const refused = async (port: typeof held): Promise<void> => expect((await ask(port)).status).toBe(502);
  await whileHeld(
    patience,
    () => refused(held),
    () => refused(other),
  );
});
