import type { FastifyServerOptions } from 'fastify';

/**
 * For every Fastify instance: no route has a JSON schema (bodies are read by codecs of our own and by zod), so that
 * Fastify need not load its two schema compilers, a hundred modules at each start.
 */
export const noSchemas: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
};

function noCompiler(): never {
  throw new Error('defect: a route has a JSON schema');
}
