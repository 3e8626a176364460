import { offeredVersions, schannelVersions } from '../shared/domain/organization/schannel-protocols.ts';
import type { Settings } from '../shared/domain/organization/settings.ts';
import type { TlsRange } from '../shared/net/agents.ts';

/** What an organisation's servers offer; undefined where the registry leaves everything as it is. */
export function offeredTls(settings: Settings): TlsRange | 'none' | undefined {
  const offered = offeredVersions(settings);
  const [oldest, newest] = [offered[0], offered.at(-1)];
  if (oldest === undefined || newest === undefined) return 'none';
  return offered.length === schannelVersions.length ? undefined : { oldest: nodeVersions[oldest], newest: nodeVersions[newest] };
}

const nodeVersions = { 'TLS 1.0': 'TLSv1', 'TLS 1.1': 'TLSv1.1', 'TLS 1.2': 'TLSv1.2', 'TLS 1.3': 'TLSv1.3' } as const;
