import { vi } from 'vitest';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type OrganizationRelationship, relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { delegatedTarget } from './delegated-target.ts';
import { openServer, type Server } from './party.ts';

export const fabrikamEws = 'https://mail.fabrikam.test/EWS/Exchange.asmx/WSSecurity';
export const fabrikamAutodiscover = 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';
export const pat = 'pat@fabrikam.test';
/** What contoso asks fabrikam for. */
export const freeBusy = { target: 'FYDIBOHF25SPDLT.fabrikam.test', offer: 'MSExchange.SharingCalendarFreeBusy' } as const;

/** What came of a visit: the exchanges of other services, in order, and the steps in words. */
export interface Visit<T> {
  readonly result: T;
  /** `service operation status`. */
  readonly hops: readonly string[];
  readonly told: readonly string[];
}

/** A lab in which contoso and fabrikam are federated and have a relationship with each other, and a server of contoso. */
export interface DelegatedLab {
  readonly lab: TestLab;
  readonly contoso: Server;
  /** A host that refuses connections of that server. */
  silent: string | undefined;
  /** One visit of the server to somebody, in a trace of its own. */
  visit<T>(work: (party: OutboundParty, relationship: OrganizationRelationship) => Promise<T>): Promise<Visit<T>>;
  /** Looks for the EWS address of a mailbox of fabrikam, by the relationship as it is or changed. */
  locate(user: Recipient, mailbox?: string, change?: Partial<OrganizationRelationship>): Promise<Visit<string>>;
  mary(): Promise<Recipient>;
  close(): Promise<void>;
}

export async function openDelegatedLab(): Promise<DelegatedLab> {
  const lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  await runCmdlet(lab, 'fabrikam', 'New-OrganizationRelationship Contoso -DomainNames contoso.test -FreeBusyAccessEnabled $true', pat);
  await runCmdlet(
    lab,
    'contoso',
    'New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test ' +
      `-TargetAutodiscoverEpr ${fabrikamAutodiscover}`,
  );
  const contoso = openServer(lab, 'contoso', {
    at: (seam, { host }) => (seam === 'dial' && host === opened.silent ? { rule: 'silent', effect: { kind: 'refuse' } } : undefined),
  });
  /** The exchanges of those who were asked: each closes a moment after its answer has come. */
  const answeredIn = ({ traceId, spanId: own }: { readonly traceId: string; readonly spanId: string }) =>
    vi.waitFor(async () => {
      const records = await lab.exchanges({ traceId });
      const others = records.filter(({ spanId, direction }) => direction === 'incoming' && spanId !== own);
      const asked = records.filter(({ direction, status }) => direction === 'outgoing' && status !== null);
      if (others.length < asked.length) throw new Error(`${others.length} of ${asked.length} exchanges are closed`);
      return others;
    });
  const opened: DelegatedLab = {
    lab,
    contoso,
    silent: undefined,
    async visit(work) {
      const start = { service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'test' } as const;
      const trace = lab.journal.open({ ...start, organization: 'contoso', at: lab.clock.state().now });
      const told: string[] = [];
      const party = { ...(await contoso.party(trace)), tell: (step: string) => void told.push(step) };
      const relationship = present(relationshipFor(party.settings, 'fabrikam.test'), 'the relationship');
      try {
        const result = await work(party, relationship);
        const others = await answeredIn(trace);
        return { result, hops: others.map(({ service, operation, status }) => `${service} ${operation} ${status}`), told };
      } finally {
        trace.close('answered', lab.clock.state().now);
      }
    },
    locate: (user, mailbox = pat, change = {}) =>
      opened.visit((party, relationship) => delegatedTarget(party, { ...relationship, ...change }, mailbox, user)),
    mary: () => contoso.recipient('mary@contoso.test'),
    async close() {
      await contoso.close();
      await lab.close();
    },
  };
  return opened;
}

/** Hops without their operations. */
export function inShort(hops: readonly string[]): readonly string[] {
  return hops.map((hop) => hop.replace(/ .* /, ' '));
}
