import { execFile, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { requireTool } from '../../support/tools.ts';
import { ask } from './ask.ts';
import { type FakeLab, startFakeLab } from './lab.ts';

let lab: FakeLab;
beforeEach(async () => {
  lab = await startFakeLab();
});
afterEach(() => lab.close());

// OpenAPI Specification 3.1.0, 4.8: of each object what is used here; any other member is a mistake.
const reference = z.strictObject({ $ref: z.string().regex(/^#\/components\/(responses|schemas)\/\w+$/) });
const schema = z.record(z.string(), z.unknown());
const content = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.strictObject({ schema }));
const response = z.union([reference, z.strictObject({ description: z.string().min(1), content: content.optional() })]);
const parameter = z.strictObject({ name: z.string().min(1), in: z.enum(['path', 'query']), required: z.boolean(), schema });
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-zA-Z0-9]+$/),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  parameters: z.array(parameter).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string().regex(/^([1-5]\d\d|default)$/), response),
});
const document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), version: z.string(), license: z.strictObject({ name: z.string(), identifier: z.string() }) }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string() })),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'put', 'post', 'delete']), operation)),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
    ),
    responses: z.record(z.string(), response),
    schemas: z.record(z.string(), schema),
  }),
});

const read = async (): Promise<z.output<typeof document>> => {
  // Every route is described, and nothing else: the document is refused by the lab itself otherwise.
  const { status, body } = await ask(lab.url, 'GET', '/_coexist/openapi.json');
  expect([status, lab.journal.defects().map(({ error }) => error?.message)]).toEqual([200, []]);
  return document.parse(body);
};

test('the document is OpenAPI 3.1', async () => {
  const { paths, tags } = await read();
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.values(methods).map((each) => ({ path, ...each })));
  expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
  for (const {
    path,
    parameters = [],
    tags: [tag],
  } of all) {
    expect(tags).toContainEqual({ name: tag });
    const inPath = parameters.filter(({ in: where }) => where === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test('bodies and queries are those by which the routes read', async () => {
  const { paths } = await read();
  const bodyOf = (path: string): unknown => paths[path]?.post?.requestBody?.content['application/json']?.schema;
  expect(bodyOf('/_coexist/v1/clock/advance')).toEqual({
    ...{ type: 'object', properties: { by: { type: 'string' } }, required: ['by'], additionalProperties: false },
  });
  expect(paths['/_coexist/v1/clock/advance']?.post?.requestBody?.required).toBe(true);
  expect(paths['/_coexist/v1/clock/freeze']?.post?.requestBody?.required).toBe(false);
  expect(bodyOf('/_coexist/v1/requests/find')).toMatchObject({
    properties: { urlPathPattern: { type: 'string' }, limit: { maximum: 1000 } },
  });
  expect(bodyOf('/_coexist/v1/worlds')).toMatchObject({ properties: { era: { enum: expect.arrayContaining(['2026-10']) } } });
  expect(bodyOf('/_coexist/v1/faults')).toMatchObject({ required: ['effect'] });
  expect(paths['/_coexist/v1/traces']?.get?.parameters).toContainEqual({
    ...{ name: 'verdict', in: 'query', required: false, schema: { type: 'string', enum: ['accepted', 'refused'] } },
  });
});

// Each schema by the metaschema of JSON Schema; the document as a whole where that program is there too, which Debian 12 has not.
const check = `
import json, sys
from jsonschema import Draft202012Validator
document = json.load(sys.stdin)
def schemas(node):
    if isinstance(node, dict):
        for name, member in node.items():
            if name == 'schema':
                yield member
            else:
                yield from schemas(member)
    elif isinstance(node, list):
        for member in node:
            yield from schemas(member)
found = list(schemas(document)) + list(document['components']['schemas'].values())
for schema in found:
    Draft202012Validator.check_schema(schema)
try:
    from openapi_spec_validator import OpenAPIV31SpecValidator
    OpenAPIV31SpecValidator(document).validate()
    whole = 'and the document'
except ImportError:
    whole = ''
print(len(found), 'schemas', whole)
`;
const hasValidator = spawnSync('python3', ['-c', 'from jsonschema import Draft202012Validator']).status === 0;

test.skipIf(!requireTool('jsonschema', 'python3-jsonschema', hasValidator))('python3-jsonschema takes its schemas', async () => {
  const text = JSON.stringify(await read());
  const { out, err } = await new Promise<{ out: string; err: string }>((resolve) => {
    execFile('python3', ['-W', 'ignore', '-c', check], (_error, out, err) => resolve({ out, err })).stdin?.end(text);
  });
  expect(err).toBe('');
  expect(out).toMatch(/^\d{2,} schemas/);
});
