import { alignColumns } from '../../../shared/journal/announcement.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Health {
  readonly status: string;
  readonly version: string;
  readonly era: string | null;
  readonly clock: { readonly mode: string; readonly now: string };
  readonly services: Readonly<Record<string, { readonly state: string; readonly url: string | null; readonly requests: number }>>;
}

interface Info {
  readonly pid: number;
  readonly world: string;
}

export const status: Verb = {
  name: 'status',
  summary: 'Show what runs, and where',
  examples: ['coexist status', 'coexist status --json | jq .endpoints.organizations.contoso.ews'],
  configure(command, context, _argv, done) {
    withLabOptions(command).action(async (options: LabOptions) => {
      const client = locateLab(context, options);
      const [health, info, endpoints] = await Promise.all([
        client.get<Health>('/_coexist/health'),
        client.get<Info>('/_coexist/info'),
        client.get<EndpointsDocument>('/_coexist/endpoints'),
      ]);
      context.print(
        options.json === true ? `${JSON.stringify({ health, info, endpoints })}\n` : describe(client.url, health, info, endpoints),
      );
      done(exitCodes.ok);
    });
  },
};

function describe(url: string, health: Health, info: Info, endpoints: EndpointsDocument): string {
  const era = health.era === null ? '' : `, era ${health.era}`;
  const services = Object.entries(health.services).map(([name, { state, url: at, requests }]) => [
    name,
    state,
    String(requests),
    at ?? '-',
  ]);
  const organizations = Object.entries(endpoints.organizations).map(([name, { kind, ews, autodiscover }]) => [
    name,
    kind,
    ews ?? '-',
    autodiscover ?? '-',
  ]);
  const rest = [
    ['admin', url],
    ['proxy', endpoints.proxyUrl ?? '-'],
    ['DNS', endpoints.dns ?? '-'],
    ['CA', endpoints.caFile],
  ];
  return [
    `coexist ${health.version} ${health.status}: world ${info.world}${era}, clock ${health.clock.mode} ${health.clock.now}, process ${info.pid}`,
    '',
    ...alignColumns([['service', 'state', 'requests', 'address'], ...services]),
    '',
    ...alignColumns([['organization', 'kind', 'EWS', 'Autodiscover'], ...organizations]),
    '',
    ...alignColumns(rest),
    '',
  ].join('\n');
}
