import net, { type AddressInfo } from 'node:net';
import type { LabOptions } from '../../services/lab/service.ts';
import { present } from '../../shared/kernel/assert.ts';
import { touchScope } from '../../shared/store/change-feed.ts';
import { organizationScope } from '../../shared/store/config-objects.ts';
import type { Store } from '../../shared/store/database.ts';
import { passOn } from './counting-gate.ts';
import { startPostgres } from './postgres.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

/** A way to a database that can be cut. */
interface DatabaseGate {
  readonly url: string;
  /** Ends all connections and takes none until {@link DatabaseGate.open}. */
  cut(): void;
  open(): void;
  close(): void;
}

/** A lab whose way to its database can be cut. */
export interface CutLab {
  readonly lab: TestLab;
  readonly gate: DatabaseGate;
  close(): Promise<void>;
}

/** Opens a lab on a PostgreSQL server behind a gate. */
export async function openCutLab(options: LabOptions = {}): Promise<CutLab> {
  const server = present(await startPostgres(), 'a server');
  const gate = await gateToDatabase(await server.createDatabase());
  const lab = await openTestLab({ ...options, persist: gate.url });
  return {
    lab,
    gate,
    async close() {
      gate.open();
      await lab.close();
      gate.close();
    },
  };
}

async function gateToDatabase(url: string): Promise<DatabaseGate> {
  const { host, hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const target = folder === null ? { host: hostname, port: Number(port || 5432) } : { path: `${folder}/.s.PGSQL.5432` };
  const sockets = new Set<net.Socket>();
  let isCut = false;
  const server = net.createServer((near) => {
    if (isCut) return void near.destroy();
    passOn(near, net.connect(target), sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.searchParams.delete('host');
  const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: host === '' ? through.href : through.href.replace(`@${host}/`, `@${own}/`),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      isCut = false;
    },
    close: () => server.close(),
  };
}

/** Has whoever knows anything of an organisation look whether it is still so: what is in memory is told with or without a database. */
export async function outdate(store: Store, organization: string): Promise<void> {
  await store.transaction(async (tx) => touchScope(tx, organizationScope(organization)));
}
