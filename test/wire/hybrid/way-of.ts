import { vi } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';

/** How an answer came about: the checks of the choice, and where the trace went. */
interface WayTaken {
  /** `intra-organization-connector passed: ...` */
  readonly choice: readonly string[];
  /** `organization/service operation status`. */
  readonly hops: readonly string[];
}

/** The way that the request behind an answer took. */
export async function wayOf(lab: TestLab, answer: HttpAnswer): Promise<WayTaken> {
  const traceId = String(answer.headers['x-coexist-trace']);
  // An exchange closes a moment after its answer has arrived.
  const { records, asked } = await vi.waitFor(async () => {
    const found = (await lab.exchanges({ traceId })).filter(({ direction }) => direction === 'incoming');
    return {
      records: found,
      asked: present(
        found.find(({ parentSpan }) => parentSpan === null),
        'the first exchange',
      ),
    };
  });
  const checks = (asked.verdict?.checks ?? []).filter(({ check }) => check.startsWith('sharing.'));
  return {
    choice: checks.map(({ check, outcome, actual }) => `${check.slice('sharing.'.length)} ${outcome}: ${actual ?? ''}`),
    hops: records
      .filter((one) => one !== asked)
      .map(({ organization, service, operation, status }) => `${organization ?? ''}/${service} ${operation} ${status}`),
  };
}
