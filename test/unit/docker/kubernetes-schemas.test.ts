import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

/** Where the types of each sort of resource stand in `kubernetes-types`, which are made of the API that Kubernetes 1.30 publishes. */
const modules: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

const kubernetes = new URL('../../../docker/kubernetes/', import.meta.url);
const manifests = readdirSync(kubernetes)
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .flatMap((name) =>
    parseAllDocuments(readFileSync(new URL(name, kubernetes), 'utf8')).map((document) => [name, document.toJS() as Manifest] as const),
  );

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-manifests-'));
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of resources that are written down as values of their types: a field that a type has not is an error as well. */
async function complaints(resources: readonly Manifest[]): Promise<string> {
  const values = resources.map((resource, index) => {
    const from = modules[resource.apiVersion];
    if (from === undefined) throw new Error(`nothing is known of ${resource.apiVersion}`);
    return `import type { ${resource.kind} as T${index} } from 'kubernetes-types/${from}';\nexport const v${index}: T${index} = ${JSON.stringify(resource, undefined, 1)};\n`;
  });
  const file = join(folder, `resources-${resources.length}.ts`);
  writeFileSync(file, values.join(''));
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  const how = [
    '--noEmit',
    '--strict',
    '--ignoreConfig',
    '--types',
    '',
    '--lib',
    'es2022',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...how, file], { cwd: folder }, (error, stdout, stderr) => {
      if (error !== null && stdout === '') reject(new Error(stderr, { cause: error }));
      else resolve(stdout);
    });
  });
}

test('every manifest has the form that Kubernetes publishes', { timeout: 120_000 }, async () => {
  expect(new Set(manifests.map(([, { kind }]) => kind)).size).toBeGreaterThan(5);
  expect(await complaints(manifests.map(([, manifest]) => manifest))).toBe('');
});

test('a field of another name, of another type, or none where one must be, is found', { timeout: 120_000 }, async () => {
  const text = JSON.stringify(manifests.find(([, { kind }]) => kind === 'Deployment')?.[1]);
  const spoilt = (
    [
      ['"readinessProbe"', '"readynessProbe"'],
      ['"containerPort":443', '"containerPort":"443"'],
      ['"readOnlyRootFilesystem"', '"readOnlyFilesystem"'],
      [',"mountPath":"/var/lib/coexist"', ''],
    ] as const
  ).map(([right, wrong]) => {
    expect(text).toContain(right);
    return JSON.parse(text.replace(right, wrong)) as Manifest;
  });
  const said = await complaints(spoilt);
  expect(said.match(/error TS/g)).toHaveLength(spoilt.length);
  for (const word of ['readynessProbe', 'number', 'readOnlyFilesystem', 'mountPath']) expect(said).toContain(word);
});
