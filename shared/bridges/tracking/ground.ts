import type { Directory } from '../../domain/directory/directory.ts';
import type { TrackingReportId } from '../../domain/mailflow/tracking-report-id.ts';
import type { TrackedEvent, TrackingQuery } from '../../domain/mailflow/tracking-search.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { serverFqdn, serversOf } from '../../domain/organization/servers.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Traveller } from '../hybrid/open-way.ts';

/** What messages are followed with. */
export interface TrackingGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly directory: Directory;
  /** Rows of the organisation's tracking log. */
  rows(query: TrackingQuery): Promise<readonly TrackedEvent[]>;
  /** Who asks other organisations; undefined: nobody else is asked. */
  readonly across: Traveller | undefined;
}

/** Whom no answer came from, and why. */
export interface TrackingTrouble {
  readonly domain: string;
  readonly text: string;
}

/** Whether the organisation has the message of a report: two may share a domain, not a server. */
export function isTrackedHere(
  { organization }: Pick<TrackingGround, 'organization'>,
  { server }: Pick<TrackingReportId, 'server'>,
): boolean {
  return serversOf(organization).some((one) => serverFqdn(organization, one).toLowerCase() === server.toLowerCase());
}

/** Messages of one search, rows of one message. Bounds of ours. */
export const mostMessages = 1_000;
export const mostRows = 20_000;
