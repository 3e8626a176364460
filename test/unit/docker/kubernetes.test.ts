import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../../services/config.ts';
import { listenerPorts } from '../../../services/ports.ts';
import { inspectWorld } from '../../../services/world-source.ts';

/** What the files tell, as far as it is looked at here; whether it has the form that Kubernetes wants is looked at in kubernetes-schemas.test.ts. */
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly podSelector?: Selector;
    readonly ingress?: readonly Rule[];
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
    readonly ports?: readonly { readonly name: string; readonly port: number; readonly targetPort: string; readonly protocol: string }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
  };
}
type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}
interface Rule {
  readonly from: readonly { readonly podSelector?: Selector; readonly namespaceSelector?: Selector }[];
  readonly ports: readonly { readonly port: number; readonly endPort?: number; readonly protocol: string }[];
}
interface Pod {
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: {
      readonly secretName: string;
      readonly defaultMode: number;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    };
  }[];
}
interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Readonly<Record<string, object>> }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: object;
  readonly readinessProbe: object;
  readonly livenessProbe: object;
}

const folder = new URL('../../../docker/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const kustomization = parse(read('kubernetes/kustomization.yaml')) as {
  resources: string[];
  images: { name: string }[];
  configMapGenerator: { name: string; literals: string[] }[];
  secretGenerator: { name: string }[];
};
const resources = kustomization.resources.flatMap((name) =>
  parseAllDocuments(read(`kubernetes/${name}`)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${name}: ${String(document.errors[0])}`);
    return document.toJS({ maxAliasCount: 100 }) as Resource;
  }),
);
const deployments = resources.filter(({ kind }) => kind === 'Deployment');
const podOf = ({ spec }: Resource): Pod => spec.template?.spec ?? ({ containers: [] } as never);
const containerOf = (resource: Resource): Container => podOf(resource).containers[0] as Container;
const plainEnvironment = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));

test('it has the roles of the distributed set, each told the same', () => {
  const { services } = parse(read('compose.distributed.yaml'), { merge: true }) as {
    services: Record<string, { environment: Record<string, string> }>;
  };
  const roleOf = ({ COEXIST_ONLY, COEXIST_ORGANIZATIONS, COEXIST_ADMIN_HOST }: Record<string, string>) => [
    ...[COEXIST_ONLY, COEXIST_ORGANIZATIONS, COEXIST_ADMIN_HOST],
  ];
  const composed = Object.entries(services).filter(([name]) => name !== 'postgres');
  expect(Object.fromEntries(deployments.map((one) => [one.metadata.name, roleOf(plainEnvironment(containerOf(one)))]))).toEqual(
    Object.fromEntries(composed.map(([name, { environment }]) => [name, roleOf(environment)])),
  );
  // What the containers of the set are told alike stands in one place here; the rest of it are secrets.
  const [{ name, literals } = { name: '', literals: [] }] = kustomization.configMapGenerator;
  const alike = Object.keys(composed[0]?.[1].environment ?? {}).filter((variable) => !/ONLY|ORGANIZATIONS|PERSIST/.test(variable));
  expect(literals.map((literal) => literal.split('=')[0])).toEqual(alike);
  for (const one of deployments) expect(containerOf(one).envFrom).toEqual([{ configMapRef: { name } }]);
});

test.each(deployments.map((one) => [one.metadata.name, one] as const))(
  '%s: a pod without rights whose variables are understood',
  (_, one) => {
    const container = containerOf(one);
    expect(kustomization.images.map(({ name }) => name)).toContain(container.image);
    expect(podOf(one).securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    });
    expect(container.volumeMounts).toEqual([
      { name: 'data', mountPath: '/var/lib/coexist' },
      { name: 'secrets', mountPath: '/run/secrets/coexist', readOnly: true },
    ]);
    expect(podOf(one).volumes.map(({ name }) => name)).toEqual(['data', 'secrets']);
    for (const probe of [container.startupProbe, container.readinessProbe])
      expect(probe).toMatchObject({ exec: { command: ['bash', '/opt/coexist/docker/healthy.sh'] }, timeoutSeconds: 5 });
    expect(container.livenessProbe).toMatchObject({
      exec: { command: ['bash', '/opt/coexist/docker/healthy.sh', 'livez'] },
      timeoutSeconds: 5,
    });
    // Secrets are files that the pod's group reads, and a pod has those alone that it needs.
    const isControl = plainEnvironment(container)['COEXIST_ADMIN_HOST'] !== undefined;
    const wanted = isControl ? ['COEXIST_PERSIST', 'COEXIST_ADMIN_TOKEN'] : ['COEXIST_PERSIST'];
    const { secretName, defaultMode, items } = podOf(one).volumes[1]?.secret ?? { secretName: '', defaultMode: 0, items: [] };
    expect([secretName, defaultMode, podOf(one).securityContext['fsGroup']]).toEqual([kustomization.secretGenerator[0]?.name, 0o440, 1000]);
    expect(items).toEqual(wanted.map((key) => ({ key, path: key })));
    const files = Object.entries(plainEnvironment(container)).filter(([name]) => name.endsWith('_FILE'));
    expect(Object.fromEntries(files)).toEqual(Object.fromEntries(wanted.map((key) => [`${key}_FILE`, `/run/secrets/coexist/${key}`])));
    // A misspelt variable or service is refused by the product itself.
    const told = Object.fromEntries(Object.entries(plainEnvironment(container)).filter(([name]) => !name.endsWith('_FILE')));
    const config = readConfig([], told, { workingDir: '/', terminal: false });
    expect(config.services.size).toBeGreaterThan(0);
  },
);

test('no value of a secret stands in the files', () => {
  expect(existsSync(new URL('kubernetes/secrets.env', folder))).toBe(false);
  for (const container of deployments.map(containerOf))
    for (const { name } of container.env) if (/TOKEN|PERSIST|PASSWORD/.test(name)) expect(name).toMatch(/_FILE$/);
});

test('every service leads to ports of a deployment, every scaler to a deployment that leaves the number to it', () => {
  const byName = new Map(deployments.map((one) => [one.metadata.name, one]));
  const services = resources.filter(({ kind }) => kind === 'Service');
  expect(services.length).toBeGreaterThan(8);
  for (const { metadata, spec } of services) {
    const target = byName.get(metadata.name);
    expect(target?.spec.template?.metadata.labels).toEqual(spec.selector);
    for (const { targetPort, port, protocol } of spec.ports ?? [])
      expect(target === undefined ? [] : containerOf(target).ports).toContainEqual({ name: targetPort, containerPort: port, protocol });
  }
  const scalers = resources.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  expect(new Set(scalers.map(({ spec }) => spec.scaleTargetRef?.name))).toEqual(
    new Set(['azure-auth', 'cloud-services', 'contoso-services']),
  );
  // A number that stood there would be set anew whenever the files are applied.
  for (const { spec } of scalers)
    expect([byName.get(spec.scaleTargetRef?.name ?? '')?.spec.replicas, spec.minReplicas]).toEqual([undefined, 2]);
});

test('of every role that has several replicas one at a time may be taken away', () => {
  const scaled = new Set(resources.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name));
  const several = deployments.filter(({ metadata, spec }) => scaled.has(metadata.name) || (spec.replicas ?? 0) > 1);
  const budgets = resources.filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(new Map(budgets.map(({ metadata, spec }) => [metadata.name, spec.selector]))).toEqual(
    new Map(several.map(({ metadata, spec }) => [metadata.name, spec.selector])),
  );
});

describe('the network policy', () => {
  const policies = resources.filter(({ kind }) => kind === 'NetworkPolicy');
  const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));
  const labelsOf = ({ spec }: Resource): Labels => spec.template?.metadata.labels ?? {};
  /** Whether a pod of this namespace with these labels reaches a port of a deployment. */
  const reaches = (from: Labels, to: Resource, port: number, protocol = 'TCP'): boolean =>
    policies
      .filter(({ spec }) => selects(spec.podSelector ?? {}, labelsOf(to)))
      .flatMap(({ spec }) => spec.ingress ?? [])
      .some(
        (rule) =>
          rule.from.some(({ podSelector, namespaceSelector }) => namespaceSelector === undefined && selects(podSelector ?? {}, from)) &&
          rule.ports.some((one) => one.protocol === protocol && port >= one.port && port <= (one.endPort ?? one.port)),
      );
  const named = (name: string): Resource => deployments.find(({ metadata }) => metadata.name === name) as Resource;
  const client: Labels = { app: 'a client' };

  test('selects every pod, and refuses what it does not name', () => {
    for (const one of deployments) expect(policies.some(({ spec }) => selects(spec.podSelector ?? {}, labelsOf(one)))).toBe(true);
    for (const one of deployments) expect(reaches(client, one, 9_229)).toBe(false);
  });

  test('lets clients come to what services offer, and to nothing behind it', () => {
    const offered = resources.filter(({ kind }) => kind === 'Service');
    for (const { metadata, spec } of offered)
      for (const { port, protocol } of spec.ports ?? [])
        expect([metadata.name, port, reaches(client, named(metadata.name), port, protocol)]).toEqual([metadata.name, port, port !== 4460]);
    for (const name of ['contoso-services', 'cloud-services']) expect(reaches(client, named(name), 4400)).toBe(false);
    expect(reaches({ ...client, 'coexist/control': 'true' }, named('admin'), 4460)).toBe(true);
    for (const one of deployments) expect(reaches(labelsOf(one), named('admin'), 4460)).toBe(false);
  });

  test('lets the parts of the lab reach each other where they listen', async () => {
    const { world } = await inspectWorld({ kind: 'named', name: 'contoso-hybrid' }, () => []);
    const ports = listenerPorts({ kind: 'block', base: 4400 }, world.organizations, []);
    for (const one of deployments) {
      const { COEXIST_ONLY = '', COEXIST_ORGANIZATIONS = '' } = plainEnvironment(containerOf(one));
      const services = COEXIST_ONLY.split(',');
      const listens = [
        ...(services.includes('frontend') ? [ports.organizations.get(COEXIST_ORGANIZATIONS) ?? 0, 80] : []),
        ...(services.includes('perimeter') ? [ports.perimeters.get(COEXIST_ORGANIZATIONS) ?? 0] : []),
        ...(services.includes('azure-auth') ? [ports.azureAuth] : []),
        ...(services.includes('smtp') ? [25, 587, ...[ports.clients.get(COEXIST_ORGANIZATIONS) ?? []].flat()] : []),
        ...(services.includes('dns') ? [53] : []),
      ];
      for (const other of deployments)
        for (const port of listens)
          expect([one.metadata.name, port, reaches(labelsOf(other), one, port)]).toEqual([one.metadata.name, port, true]);
    }
    for (const [front, behind] of [
      ['contoso', 'contoso-services'],
      ['cloud', 'cloud-services'],
    ] as const) {
      expect(reaches(labelsOf(named(front)), named(behind), ports.back)).toBe(true);
      expect(deployments.filter((other) => reaches(labelsOf(other), named(behind), ports.back))).toEqual([named(front)]);
    }
  });
});

test('ports below 1024 need no capability', () => {
  const low = deployments.filter((one) => containerOf(one).ports?.some(({ containerPort }) => containerPort < 1024));
  const allowed = low.map((one) => JSON.stringify(podOf(one).securityContext['sysctls']));
  expect(low.length).toBeGreaterThan(5);
  expect(new Set(allowed)).toEqual(new Set(['[{"name":"net.ipv4.ip_unprivileged_port_start","value":"0"}]']));
});
