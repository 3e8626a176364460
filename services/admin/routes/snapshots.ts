import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { Problem, requireReady } from '../failures.ts';
import { readInput } from '../read.ts';
import type { SnapshotControl } from '../snapshot-control.ts';

type Named = { readonly Params: { readonly name: string } };

/** Named states of the world: taken, given back, compared, carried elsewhere. */
export function snapshotRoutes(app: FastifyInstance, context: AdminContext): void {
  const control = (): Promise<SnapshotControl> => {
    requireReady(context);
    return context.snapshots();
  };
  const nameIn = async (name: string): Promise<string> => {
    const { snapshotName } = await import('../schemas.ts');
    return readInput(snapshotName, name, 'path');
  };
  /** What there is not is not found. */
  const known = async (snapshots: SnapshotControl, name: string): Promise<string> => {
    if ((await snapshots.list()).some((one) => one.name === name)) return name;
    throw new Problem(404, 'Unknown snapshot', `There is no snapshot ${JSON.stringify(name)}.`);
  };

  app.get('/_coexist/v1/snapshots', async () => ({ snapshots: await (await control()).list() }));

  app.post('/_coexist/v1/snapshots', async (request, reply) => {
    const { snapshotBody } = await import('../schemas.ts');
    const { name } = readInput(snapshotBody, request.body, 'body');
    const taken = await (await control()).take(name);
    return reply.code(201).header('location', `/_coexist/v1/snapshots/${name}`).send(taken);
  });

  app.post<Named>('/_coexist/v1/snapshots/:name/restore', async (request) => {
    const snapshots = await control();
    return snapshots.restore(await known(snapshots, await nameIn(request.params.name)));
  });

  app.delete<Named>('/_coexist/v1/snapshots/:name', async (request, reply) => {
    const snapshots = await control();
    await snapshots.remove(await known(snapshots, await nameIn(request.params.name)));
    return reply.code(204).send();
  });

  app.get<Named & { readonly Querystring: object }>('/_coexist/v1/snapshots/:name/diff', async (request) => {
    const { diffQuery } = await import('../schemas.ts');
    const { to } = readInput(diffQuery, request.query, 'query');
    const name = request.params.name === 'seed' ? 'seed' : await nameIn(request.params.name);
    const snapshots = await control();
    const { diffStates } = await import('../state-diff.ts');
    const other = to === undefined ? null : await known(snapshots, to);
    if (name === 'seed') return snapshots.seeded((before) => snapshots.opened(other, (after) => diffStates(before, after)));
    return snapshots.opened(await known(snapshots, name), (before) => snapshots.opened(other, (after) => diffStates(before, after)));
  });

  app.get<Named>('/_coexist/v1/snapshots/:name/file', async (request, reply) => {
    const snapshots = await control();
    const { octets, stream } = await snapshots.read(await known(snapshots, await nameIn(request.params.name)));
    return reply.type('application/octet-stream').header('content-length', octets).send(stream);
  });

  app.register(async (uploads) => {
    uploads.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    uploads.put<Named>('/_coexist/v1/snapshots/:name/file', async (request) => {
      const name = await nameIn(request.params.name);
      if (request.headers['content-type'] !== 'application/octet-stream')
        throw new Problem(415, 'Unsupported', 'A state is sent as application/octet-stream.');
      return (await control()).put(name, request.body as Readable);
    });
  });
}
