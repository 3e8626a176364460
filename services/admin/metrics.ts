import { Counter, Gauge, Registry } from 'prom-client';
import type { AdminContext } from './context.ts';

/** Content type of {@link metricsText}: Prometheus' text format. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

const labelNames = ['svc', 'org', 'op', 'verdict'] as const;

/** What `/metrics` answers: counts since the start, made when asked for, so that nothing is measured twice. */
export async function metricsText({ journal, info }: Pick<AdminContext, 'journal' | 'info'>): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'coexist_requests_total', help: 'Exchanges that have closed.', labelNames, registers });
  const seconds = new Counter({ name: 'coexist_request_seconds_total', help: 'Time that they took.', labelNames, registers });
  for (const { service: svc, organization: org, operation: op, outcome: verdict, ...sums } of journal.tally()) {
    requests.inc({ svc, org, op, verdict }, sums.count);
    seconds.inc({ svc, org, op, verdict }, sums.seconds);
  }
  const gauge = (name: string, help: string, value: number): void => new Gauge({ name, help, registers }).set(value);
  gauge('coexist_open_exchanges', 'Exchanges that have not closed.', journal.pending.open);
  gauge('coexist_journal_unstored', 'Closed exchanges that are not stored yet.', journal.pending.unstored);
  gauge('coexist_journal_lost', 'Closed exchanges that were forgotten before they were stored.', journal.lost);
  const { version, world } = info;
  new Gauge({ name: 'coexist_info', help: 'Always 1.', labelNames: ['version', 'world'], registers }).set({ version, world }, 1);
  return registry.metrics();
}
