import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../../services/config.ts';

/** What the files tell, as far as it is looked at here. No tool that knows the published schemas is at hand: this is a check of structure. */
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
    readonly ports?: readonly { readonly name: string; readonly port: number; readonly targetPort: string; readonly protocol: string }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
  };
}
type Labels = Readonly<Record<string, string>>;
interface Pod {
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
}
interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Readonly<Record<string, object>> }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: object;
  readonly readinessProbe: object;
  readonly livenessProbe: object;
}

const folder = new URL('../../../docker/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const kustomization = parse(read('kubernetes/kustomization.yaml')) as { resources: string[]; images: { name: string }[] };
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
    expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib/coexist' }]);
    expect(podOf(one).volumes.map(({ name }) => name)).toEqual(['data']);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
      expect(probe).toMatchObject({ exec: { command: ['node', '/opt/coexist/docker/healthy.mjs'] } });
    const fromSecrets = container.env
      .filter(({ valueFrom }) => valueFrom !== undefined && 'secretKeyRef' in valueFrom)
      .map(({ name }) => name);
    expect(fromSecrets).toContain('COEXIST_PERSIST');
    const isControl = plainEnvironment(container)['COEXIST_ADMIN_HOST'] !== undefined;
    expect(fromSecrets.includes('COEXIST_ADMIN_TOKEN')).toBe(isControl);
    // A misspelt variable or service is refused by the product itself.
    const config = readConfig([], plainEnvironment(container), { workingDir: '/', terminal: false });
    expect(config.services.size).toBeGreaterThan(0);
  },
);

test('no value of a secret stands in the files', () => {
  expect(existsSync(new URL('kubernetes/secrets.env', folder))).toBe(false);
  for (const container of deployments.map(containerOf))
    for (const { name, value } of container.env) if (/TOKEN|PERSIST|PASSWORD/.test(name)) expect([name, value]).toEqual([name, undefined]);
});

test('every service leads to ports of a deployment, every scaler to a deployment that begins with as many', () => {
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
  for (const { spec } of scalers) expect(byName.get(spec.scaleTargetRef?.name ?? '')?.spec.replicas).toBe(spec.minReplicas);
});

test('ports below 1024 need no capability', () => {
  const low = deployments.filter((one) => containerOf(one).ports?.some(({ containerPort }) => containerPort < 1024));
  const allowed = low.map((one) => JSON.stringify(podOf(one).securityContext['sysctls']));
  expect(low.length).toBeGreaterThan(5);
  expect(new Set(allowed)).toEqual(new Set(['[{"name":"net.ipv4.ip_unprivileged_port_start","value":"0"}]']));
});
