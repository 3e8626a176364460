import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Problem } from '../failures.ts';

const built = new URL('../../console/built/', import.meta.url);

/** Only what lies here runs, and nobody is talked to but this control port (CSP Level 3). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml',
};

interface File {
  readonly octets: Buffer;
  readonly type: string;
  readonly etag: string;
}

/**
 * The console: its page at `/` and the files that this one names. They are read once, and what is asked for is looked up among
 * them: no path of a request reaches the file system.
 */
export function consoleRoutes(app: FastifyInstance): void {
  let reading: Promise<ReadonlyMap<string, File>> | undefined;
  const find = async (name: string): Promise<File | undefined> => {
    reading ??= readFiles();
    const files = await reading;
    if (files.size > 0) return files.get(name);
    // It may be made while the lab runs.
    reading = undefined;
    throw new Problem(503, 'No console', 'The console has not been built here: npm start does, as does "node services/console/build.ts".');
  };
  const send = (reply: FastifyReply, { octets, type, etag }: File, cache: string, known: string | undefined): FastifyReply => {
    reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer').header('x-frame-options', 'DENY');
    reply.header('cross-origin-opener-policy', 'same-origin').header('cross-origin-resource-policy', 'same-origin');
    reply.header('cache-control', cache).header('etag', etag);
    return known === etag ? reply.code(304).send() : reply.type(type).send(octets);
  };

  app.get('/', async (request, reply) => {
    const page = await find('index.html');
    if (page === undefined) throw new Error('defect: a console without a page');
    return send(reply, page, 'no-cache', request.headers['if-none-match']);
  });
  app.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const file = await find(`assets/${request.params.file}`);
    if (file === undefined) throw new Problem(404, 'Not found', 'The console has no such file.');
    // Its name changes with what it holds.
    return send(reply, file, 'public, max-age=31536000, immutable', request.headers['if-none-match']);
  });
}

/** The page and its files by name; empty where none were built. */
async function readFiles(): Promise<ReadonlyMap<string, File>> {
  const files = new Map<string, File>();
  for (const folder of ['', 'assets/']) {
    const names = await readdir(new URL(folder, built)).catch(() => []);
    for (const name of names) {
      const type = types[name.slice(name.lastIndexOf('.') + 1)];
      if (type === undefined) continue;
      const octets = await readFile(new URL(`${folder}${encodeURIComponent(name)}`, built));
      const etag = `"${createHash('sha256').update(octets).digest('base64url').slice(0, 22)}"`;
      files.set(`${folder}${name}`, { octets, type, etag });
    }
  }
  return files.has('index.html') ? files : new Map();
}
