import { assignmentsHeld } from '../../../shared/bridges/access/role-holders.ts';
import { sharesReports } from '../../../shared/bridges/tracking/ask.ts';
import { addressesOf } from '../../../shared/bridges/tracking/find.ts';
import type { TrackingGround } from '../../../shared/bridges/tracking/ground.ts';
import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import { findTracked } from '../../../shared/domain/mailflow/tracking-search.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import type { EwsCall, ExternalCall } from '../context.ts';
import { partyOf } from '../elsewhere/ask.ts';
import { ewsRefusal } from '../failures.ts';

/** Where messages are followed, and whose messages the caller may follow. */
export interface TrackingAccess {
  readonly ground: TrackingGround;
  /** Whether he may be told of messages between any two people. */
  readonly isHelpDesk: boolean;
  readonly own: readonly string[];
}

/** So long a client waits for other organisations, by the world's clock: as for calendars. */
const longestMs = 60_000;

/**
 * Users follow their own messages, whoever has the role Message Tracking everybody's; people whose mailbox is in another
 * organisation where the relationship with it shares delivery reports. `scope`: `Organization` asks other organisations
 * too, unless it is a server of theirs that asks. Refuses with ErrorAccessDenied.
 */
export async function withTrackingAccess<Answer>(
  call: EwsCall,
  scope: string,
  work: (access: TrackingAccess) => Promise<Answer>,
): Promise<Answer> {
  const { signal, end } = call.context.limits(longestMs);
  try {
    return await work(await trackingAccess(call, scope, signal));
  } finally {
    end();
  }
}

async function trackingAccess(call: EwsCall, scope: string, signal: AbortSignal): Promise<TrackingAccess> {
  const { context, organization, caller, isFromServer } = call;
  const directory = context.directory(organization.name);
  const settings = await context.settings(organization.name);
  const user = present(await directory.byGuid(caller.recipient), `the recipient of ${caller.primarySmtpAddress}`);
  const isAsking = scope.toLowerCase() === 'organization' && !isFromServer;
  const ground: TrackingGround = {
    ...{ organization, settings, directory },
    rows: (query) => findTracked(context.store.read, organization.name, query),
    across: isAsking ? { party: { ...(await partyOf(call)), signal }, user, offer: 'MSExchange.SharingCalendarFreeBusy' } : undefined,
  };
  if (localMailbox(user) === null && user.targetAddress !== null) requireSharing(call, ground, domainOf(user.targetAddress));
  const held = await assignmentsHeld(caller.recipient, ground);
  return {
    ground,
    isHelpDesk: held.some(({ Role }) => Role.toLowerCase() === 'message tracking'),
    own: await addressesOf(ground, caller.primarySmtpAddress),
  };
}

/** The same for somebody of another organisation by a delegation token. */
export async function externalTrackingAccess(call: ExternalCall): Promise<TrackingAccess> {
  const { context, organization, settings, external } = call;
  const directory = context.directory(organization.name);
  const rows: TrackingGround['rows'] = (query) => findTracked(context.store.read, organization.name, query);
  const ground = { ...{ organization, settings, directory, rows }, across: undefined };
  requireSharing(call, ground, external.domain);
  return { ground, isHelpDesk: false, own: [external.emailAddress.toLowerCase()] };
}

function requireSharing({ exchange }: Pick<EwsCall, 'exchange'>, ground: TrackingGround, domain: string): void {
  const isShared = sharesReports(ground, domain);
  exchange.judged(
    judge([
      {
        check: 'sharing.delivery-reports',
        outcome: isShared ? 'passed' : 'failed',
        expected: `an organization relationship with ${domain} that shares delivery reports`,
        actual: isShared ? 'DeliveryReportEnabled True' : 'no enabled relationship with DeliveryReportEnabled',
        reference: 'https://learn.microsoft.com/powershell/module/exchange/set-organizationrelationship',
      },
    ]),
  );
  if (!isShared) throw ewsRefusal('ErrorAccessDenied', { detail: `delivery reports are not shared with ${domain}` });
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
