import { type ZodType, z } from 'zod';
import { type DocumentedOperation, operations, usualType } from './openapi-operations.ts';

type Json = { readonly [member: string]: unknown };

/**
 * The control port as OpenAPI 3.1, for the routes that there are (`METHOD path` as Fastify has it). Fails when one of them is
 * not described, or something is described that there is not: it is never half true.
 */
export function openApiDocument(routes: readonly string[], version: string): Json {
  const [silent, gone] = [
    routes.filter((route) => !Object.hasOwn(operations, route)),
    Object.keys(operations).filter((name) => !routes.includes(name)),
  ];
  if (silent.length + gone.length > 0)
    throw new Error(
      `defect: openapi-operations.ts lacks ${silent.join(', ') || 'nothing'} and describes ${gone.join(', ') || 'nothing'} in vain`,
    );
  const paths: Record<string, Record<string, Json>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ');
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationObject(method, template, operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'coexist: the control port', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    tags: [...new Set(Object.values(operations).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'adminToken of endpoints.json, where it has one' } },
      responses: {
        Problem: { description: 'RFC 9457', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['path', 'message'], properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

function operationObject(
  method: string,
  template: string,
  { tag, summary, body, octets, query, path = {}, status = 200, type }: DocumentedOperation,
): Json {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: inputSchema(path[name] ?? z.string().min(1)) })),
    ...(query === undefined ? [] : queryParameters(query)),
  ];
  const success = {
    description: summary,
    ...(status === 204
      ? {}
      : { content: { [type ?? usualType]: { schema: type === undefined ? { type: 'object' } : { type: 'string' } } } }),
  };
  return {
    ...{ operationId: operationId(method, template), tags: [tag], summary },
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: !body.safeParse({}).success, content: { 'application/json': { schema: inputSchema(body) } } } }),
    ...(octets === undefined ? {} : { requestBody: { required: true, content: { 'application/octet-stream': { schema: {} } } } }),
    responses: { [String(status)]: success, default: { $ref: '#/components/responses/Problem' } },
  };
}

/** `POST /_coexist/v1/clock/skew/{organization}` is `postClockSkewByOrganization`. */
function operationId(method: string, template: string): string {
  const words = template
    .replace(/^\/(_coexist\/)?(v1\/)?/, '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function queryParameters(query: ZodType): readonly Json[] {
  const { properties = {}, required = [] } = inputSchema(query) as { properties?: Record<string, Json>; required?: readonly string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

/** What a caller may send, as JSON Schema 2020-12. What only code can check (a time, a duration) is a text here. */
function inputSchema(schema: ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
