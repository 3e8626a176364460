import type { AdminContext, ClockState, FaultView } from '../../../services/admin/context.ts';
import { endpointsDocument } from '../../../services/admin/endpoints.ts';
import { type AdminOptions, createAdminApp } from '../../../services/admin/service.ts';
import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';
import { asItIs } from '../../../shared/domain/organization/advertised-urls.ts';
import type { EraName } from '../../../shared/domain/world/vocabulary.ts';
import { createHolds } from '../../../shared/faults/holds.ts';
import { createJournal, type Journal } from '../../../shared/journal/journal.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';

/** A control port before a lab that does nothing but remember what it was told. */
export interface FakeLab extends AsyncDisposable {
  readonly url: string;
  endpoints(): EndpointsDocument;
  readonly journal: Journal;
  readonly calls: string[];
  pending: readonly string[];
  /** What cmdlets show; undefined: a few objects that are always the same. */
  shell: ((line: string, variables: Readonly<Record<string, unknown>>) => readonly CmdletObject[]) | undefined;
  close(): Promise<void>;
}

/** More than any system gives out. */
export const absentPid = 99_999_999;
const startOfWorld = Date.UTC(2026, 10, 1, 9);

export async function startFakeLab(
  options: Partial<AdminOptions> & { readonly pid?: number; readonly onShutdown?: () => void; readonly isShared?: boolean } = {},
): Promise<FakeLab> {
  const journal = await createJournal({ identifiers: createIdentifiers(seededRandom('admin')) });
  const calls: string[] = [];
  const httpsPorts = new Map([['contoso', 4443]]);
  const clock = fakeClock();
  const holds = createHolds({ realNow: () => startOfWorld, pause: () => () => calls.push('goes on') });
  let faults: readonly FaultView[] = [];
  let era: EraName = '2019';
  const lab: Pick<FakeLab, 'pending' | 'shell'> & { url: string } = { pending: [], shell: undefined, url: '' };
  const context: AdminContext = {
    info: {
      version: '0.1.0',
      pid: options.pid ?? absentPid,
      world: 'contoso-hybrid',
      era: '2019',
      seed: '42',
      startedAt: startOfWorld,
      dataDir: '/lab',
      exportDir: null,
    },
    journal,
    clock,
    faults: {
      list: () => faults,
      add(rule) {
        const { seam } = (rule ?? {}) as { seam?: unknown };
        if (seam === 'explode') throw new Error('internal: /secret/path');
        if (typeof seam !== 'string') throw new Refusal('InvalidFaultRule', { detail: 'seam: is required' });
        const fault = { ...(rule as object), id: `fault-${faults.length + 1}` };
        faults = [...faults, fault];
        return fault;
      },
      remove(id) {
        const found = faults.some((fault) => fault.id === id);
        faults = faults.filter((fault) => fault.id !== id);
        return found;
      },
      clear() {
        faults = [];
      },
    },
    holds: () => holds,
    cmdlets: {
      async run(line, organization, as, variables = {}) {
        if (organization !== 'contoso') throw new Refusal('unknown-organization', { detail: `no organisation ${organization}` });
        calls.push(`${as ?? 'administrator'}: ${line}`);
        const trace = 'ab'.repeat(16);
        if (lab.shell !== undefined) return { objects: lab.shell(line, variables), warnings: [], messages: [], trace };
        if (!line.startsWith('Get-'))
          return {
            objects: [],
            warnings: line.startsWith('New-') ? ['Mind the gap.'] : [],
            messages: line.includes('-WhatIf') ? ['What if: so.'] : [],
            trace,
          };
        const objects = [
          { Name: 'EWS (Default Web Site)', BasicAuthentication: true, Url: null },
          { Name: 'Two\nlines', Methods: ['Basic', 'Ntlm'], More: { size: 1 } },
        ];
        const shape = ({ fl: 'list', ft: 'table', values: 'values' } as const)[/\| (fl|ft|values)/.exec(line)?.[1] ?? ''];
        const properties = /\| f[lt] (.*)$/.exec(line)?.[1]?.split(', ');
        const view = shape === undefined ? {} : { view: { as: shape, ...(properties === undefined ? {} : { properties }) } };
        return { objects, warnings: [], messages: [], trace, ...view };
      },
    },
    wizard: () => Promise.reject(new Refusal('operation-failed', { detail: 'this lab has no shell' })),
    eras: {
      current: async () => ({ 'contoso-cloud': { era, title: 'as it was' } }),
      async set(organization, name) {
        if (organization !== 'contoso-cloud') throw new Refusal('UnknownOrganization', { detail: `no organisation ${organization}` });
        era = name;
      },
    },
    signIns: {
      async authenticationCode(user) {
        if (user !== 'joe@contoso.test') throw new Refusal('unknown-user', { detail: `no user ${user}` });
        return { user, code: '012345', until: startOfWorld + 30_000 };
      },
      decideDevice: async (code, { user, approve }) => void calls.push(`${user} ${approve ? 'approves' : 'declines'} ${code}`),
    },
    tokens: () => Promise.reject(new Error('this lab mints nothing')),
    keys: () => Promise.reject(new Error('this lab has no keys')),
    topology: () => Promise.reject(new Error('this lab has no topology')),
    inside: () => Promise.reject(new Error('this lab has no mailboxes')),
    labs: () => Promise.reject(new Error('this lab has no exercises')),
    worlds: () => Promise.reject(new Error('this lab has no worlds')),
    stories: () => Promise.reject(new Error('this lab has no stories')),
    snapshots: () => Promise.reject(new Error('this lab has no snapshots')),
    pending: () => lab.pending,
    services: () => [{ name: 'ews', state: 'running', url: 'https://localhost:4443/EWS/Exchange.asmx' }],
    endpoints: () =>
      endpointsDocument({
        ...{
          version: '0.1.0',
          pid: options.pid ?? absentPid,
          startedAt: startOfWorld,
          adminUrl: lab.url,
          adminToken: options.token ?? null,
        },
        ...{
          caFile: '/lab/ca.pem',
          proxyUrl: null,
          dns: null,
          http: null,
          submission: null,
          smtp: new Map(),
          clientSmtp: new Map(),
          host: '127.0.0.1',
          spell: asItIs,
          wellKnownPorts: false,
          services: new Set(['ews']),
          users: [],
          clients: new Map(),
          hosts: new Map(),
        },
        organizations: [
          {
            ...{ name: 'contoso', kind: 'on-premises', product: 'exchange-se', netbiosName: 'CONTOSO', domains: ['contoso.test'] },
            hosts: { web: 'mail.contoso.test', autodiscover: 'autodiscover.contoso.test', redirectOnly: [] },
          },
        ],
        httpsPorts,
      }),
    async publish(ports) {
      for (const [name, port] of ports) httpsPorts.set(name, port);
    },
    caPem: () => '-----BEGIN CERTIFICATE-----\n',
    reset: async (to, at) => void calls.push(`reset ${to}${at === undefined ? '' : ` at ${new Date(at).toISOString()}`}`),
    settled: async () => calls.push('settled'),
    ...(options.isShared === true ? { applied: async () => void calls.push('applied') } : {}),
    shutdown() {
      calls.push('shutdown');
      options.onShutdown?.();
    },
  };
  const app = createAdminApp(context, { host: '127.0.0.1', token: null, ...options });
  lab.url = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    await app.close();
    await journal.stop();
  };
  return Object.assign(lab, { endpoints: context.endpoints, journal, calls, close, [Symbol.asyncDispose]: close });
}

function fakeClock(): AdminContext['clock'] {
  let state: ClockState = { mode: 'real', now: startOfWorld, skewMs: {}, advancing: false, running: true };
  const change = (next: Partial<ClockState>): Promise<{ fired: readonly { id: string; kind: string; due: number }[] }> => {
    const fired = next.now !== undefined && next.now > state.now ? [{ id: '1', kind: 'retry', due: state.now + 1 }] : [];
    state = { ...state, ...next };
    return Promise.resolve({ fired });
  };
  return {
    state: () => state,
    freeze: (at) => change({ mode: 'frozen', ...(at === undefined ? {} : { now: at }) }),
    set: (at) => change({ mode: 'offset', now: at }),
    advance: (durationMs) => change({ mode: 'offset', now: state.now + durationMs }),
    resume: () => change({ mode: 'real' }),
    skew: (organization, skewMs) => {
      if (organization !== 'contoso') throw new Refusal('UnknownOrganization', { detail: `the world has no organization ${organization}` });
      return change({ skewMs: { ...state.skewMs, [organization]: skewMs } });
    },
  };
}
