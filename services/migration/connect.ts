import type { ReportSizes } from '../../shared/domain/migration/move-report.ts';
import type { MoveProgress } from '../../shared/domain/migration/move-request.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { serverFqdn } from '../../shared/domain/organization/servers.ts';
import type { Pair } from './job/job.ts';
import { hasReached } from './job/state.ts';
import { texts } from './job/texts.ts';
import { endOf, lineOf, type MoveLedger } from './ledger.ts';

/** Tells the report what a visit has connected to, and enters servers, versions and sizes. */
export async function describeEnds(organization: Organization, ledger: MoveLedger, pairs: readonly Pair[]): Promise<void> {
  const lines = [texts.examining(serverFqdn(organization), buildOf(organization))];
  let change: Partial<MoveProgress> = {};
  const sizes: ReportSizes[] = [];
  const isNew = !hasReached(ledger.state, 'created');
  // From the flip on the source may be gone.
  if (hasReached(ledger.state, 'activated')) return ledger.enter({}, lines.map(lineOf));
  for (const { source, destination, kind } of pairs) {
    const there = await source.information();
    if (!isNew) {
      const here = await destination.information();
      lines.push(texts.connected('target', here));
      change = { ...change, target: endOf(here) };
    }
    lines.push(texts.connected('source', there));
    change = { ...change, source: endOf(there) };
    if (!isNew) continue;
    lines.push(texts.noSyncState(ledger.request.guid), texts.started, texts.sourceInformation(there.size));
    const { items, bytes, associatedItems } = there.size;
    const total = { count: items + associatedItems, bytes };
    change = { ...change, ...(kind === 'primary' ? { total } : { totalArchive: total }) };
    sizes.push({ what: 'Sizes', mailbox: kind === 'primary' ? 'SourceMailbox' : 'SourceArchive', ...there.size });
  }
  await ledger.enter(change, [...lines.map(lineOf), ...sizes]);
}

function buildOf({ product }: Organization): string {
  const { major, minor, majorBuild, minorBuild } = profileOf(product).version;
  return [major, minor, majorBuild, minorBuild].join('.');
}
