import { expect, vi } from 'vitest';
import type { MintOrder } from '../../../../shared/bridges/authority/mint-ground.ts';
import { setWorkingHours } from '../../../../shared/domain/calendar/working-hours.ts';
import { type ConfigurationImage, readConfiguration } from '../../../../shared/domain/directory/configuration-image.ts';
import { openDirectory } from '../../../../shared/domain/directory/directory.ts';
import { requireFolder } from '../../../../shared/domain/mailbox/folders.ts';
import type { Step as ProductStep } from '../../../../shared/faults/misconfigurations/misconfiguration.ts';
import type { ExchangeRecord } from '../../../../shared/journal/record.ts';
import { present } from '../../../../shared/kernel/assert.ts';
import { enterAppointments } from '../../../support/appointments.ts';
import { coexistWith } from '../../../support/coexist.ts';
import { controlOf, type Json } from '../../../support/control.ts';
import { federate } from '../../../support/federation.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../../support/test-lab.ts';
import { ask } from '../../admin/ask.ts';
import { texts } from '../../ews/answers.ts';
import { askAvailability, shownIn } from '../../ews/ask-availability.ts';
import { askFor, cloudHost, impersonating, ownHost } from '../../ews/asked.ts';
import { createPost, type Post } from './post.ts';

export type Party = 'contoso' | 'contoso-cloud' | 'fabrikam';

/**
 * One thing that somebody does to the world: a cmdlet line as an administrator types it, the words of `coexist`, a rule
 * that stands for what happens outside of the organisations (a firewall, a proxy, another product), or what no line can say.
 */
export type Step =
  | { readonly at: Party; readonly line: string }
  | { readonly coexist: string }
  | { readonly fault: Parameters<TestLab['faults']['add']>[0] }
  | 'lift faults'
  | { readonly outside: string; does(topology: TopologyLab): Promise<void> };

/** A step as the control port plans it for administrators. */
export type Planned = ProductStep;

/** What a cmdlet line came to: its objects, or what it was refused with. */
export interface Ran {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
  readonly refusal: string | undefined;
}

/** What came of a question: its code and its text, and every exchange of its trace. */
export interface Seen {
  readonly code: string;
  readonly text: string;
  readonly trace: readonly ExchangeRecord[];
}

/** `path status.substatus`, and `protocol authentication authenticated status`. */
export interface ForeignLines {
  readonly iis: readonly string[];
  readonly httpProxy: readonly string[];
}

/** A lab in which everybody sees everybody: Mary and Rob on-premises, Joe in the tenant, Pat at the partner's. */
export interface TopologyLab {
  readonly adminUrl: string;
  run(at: Party, line: string): Promise<Ran>;
  /** A call to the control port, which has to succeed. */
  control(method: string, path: string, body?: object): Promise<Json>;
  /** All that is configured, with the clocks, tenants' eras among it. */
  configuration(): Promise<ConfigurationImage>;
  /** Takes a step; one that is refused fails the test. */
  take(step: Step): Promise<void>;
  /** Follows a plan as administrators do, line by line. */
  follow(plan: readonly Planned[]): Promise<void>;
  /** Asks for free/busy information as after a night: nobody holds tokens or addresses of others. */
  look(as: string, whom: string, hangingMs?: number): Promise<Seen>;
  /** Asks for MailTips. */
  mailTips(as: string, whom: string): Promise<Seen>;
  /** Brings a minted token to EWS, to look at somebody's inbox; undefined: a whole one. */
  bring(at: keyof typeof tokenDoors, kind: MintOrder['kind'], defect: string | undefined): Promise<Seen>;
  /** Fills the hour of somebody's calendar that is asked for. */
  enter(mail: string, entries: number): Promise<void>;
  /** Writes somebody's working hours as no cmdlet does. */
  works(mail: string, startMinutes: number, endMinutes: number): Promise<void>;
  readonly post: Post;
  /** What other organisations' servers have left in the logs of one, as `coexist logs` prints them. */
  foreignLines(organization: Party): Promise<ForeignLines>;
  close(): Promise<void>;
}

export const people = {
  mary: 'mary@contoso.test',
  rob: 'rob@contoso.test',
  joe: 'joe@contoso.test',
  pat: 'pat@fabrikam.test',
} as const;
export type Person = keyof typeof people;

/** Where tokens are brought, and for whom. */
export const tokenDoors = {
  contoso: { host: ownHost, mail: people.mary },
  'contoso-cloud': { host: cloudHost, mail: people.joe },
} as const;

const partyOf: Readonly<Record<string, Party>> = {
  [people.mary]: 'contoso',
  [people.rob]: 'contoso',
  [people.joe]: 'contoso-cloud',
  [people.pat]: 'fabrikam',
};
const administrators: Readonly<Record<Party, string>> = {
  contoso: 'administrator@contoso.test',
  'contoso-cloud': 'administrator@contoso.test',
  fabrikam: people.pat,
};

/** What the wizard leaves to others: a partner, and what applications of the tenant may do on-premises. */
const preparations: readonly Step[] = [
  relationship('contoso', 'Fabrikam', 'fabrikam.test', 'FYDIBOHF25SPDLT.fabrikam.test', 'autodiscover.fabrikam.test'),
  relationship('fabrikam', 'Contoso', 'contoso.test', 'FYDIBOHF25SPDLT.contoso.test', 'autodiscover.contoso.test'),
  { at: 'contoso', line: 'Get-PartnerApplication | Set-PartnerApplication -LinkedAccount administrator@contoso.test' },
  { at: 'contoso', line: 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User administrator@contoso.test' },
];

function relationship(at: Party, name: string, domain: string, applicationUri: string, host: string): Step {
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails -MailTipsAccessEnabled $true -MailTipsAccessLevel All';
  const target = `-TargetApplicationUri ${applicationUri} -TargetAutodiscoverEpr https://${host}/autodiscover/autodiscover.svc/WSSecurity`;
  return { at, line: `New-OrganizationRelationship ${name} -DomainNames ${domain} ${shares} ${target}` };
}

const meeting = { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review' };
/** As a server of Exchange names itself when it asks for somebody's free/busy information. */
const isForeign = /AS(?:AutoDiscover|Proxy)\/CrossForest\//;

function iisWords(line: string): string {
  const words = line.split(' ');
  return `${words[4]} ${words[11]}.${words[12]}`;
}

/** None of the columns that are read here can hold a comma. */
function httpProxyWords(line: string): string {
  const cells = line.split(',');
  return [7, 11, 12, 19].map((column) => cells[column]).join(' ');
}

export async function openTopologyLab(): Promise<TopologyLab> {
  const lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 31 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 32 });
  for (const mail of [people.mary, people.joe, people.pat]) await enterAppointments(lab, partyOf[mail] ?? '', mail, [meeting]);
  /** Without -UseCachedToken an organisation forgets what it holds, whatever comes of the test. */
  const forget = (as: string): Promise<Ran> =>
    topology.run(partyOf[as] ?? 'contoso', 'Test-OAuthConnectivity EWS -TargetUri https://nowhere.test -AppOnly');
  const queuesOf = async (party: Party): Promise<Ran['objects']> =>
    (await Promise.all(['Get-Queue', 'Get-Message'].map((line) => topology.run(party, line)))).flatMap(({ objects }) => objects);
  const topology: TopologyLab = {
    adminUrl: lab.endpoints.adminUrl,
    control: controlOf(lab).call,
    async configuration() {
      const image = new Map(await readConfiguration(lab.store.read));
      const faults = lab.faults.list().map(({ id }) => id);
      return image.set('clocks', { ...lab.clock.state().skewMs }).set('faults', { faults });
    },
    async run(organization, line) {
      const body = { organization, line, as: administrators[organization] };
      const answer = await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', body);
      const told = answer.body as Partial<Ran> & { readonly detail?: string };
      expect([200, 422]).toContain(answer.status);
      return {
        objects: [],
        warnings: [],
        refusal: undefined,
        ...told,
        ...(answer.status === 422 ? { refusal: told.detail } : {}),
      };
    },
    async take(step) {
      if (step === 'lift faults') lab.faults.clear();
      else if ('outside' in step) await step.does(topology);
      else if ('fault' in step) lab.faults.add(step.fault);
      else if ('coexist' in step) await coexist(lab, step.coexist.split(' '));
      else expect((await topology.run(step.at, step.line)).refusal).toBeUndefined();
    },
    async follow(plan) {
      const kept = new Map<string, Readonly<Record<string, unknown>>>();
      for (const step of plan) {
        if (step === 'lift faults') lab.faults.clear();
        else if ('line' in step) {
          const line = step.line.replaceAll(/\{\{(\w+)\.(\w+)\}\}/g, (_, name: string, property: string) =>
            String(kept.get(name)?.[property]),
          );
          const { refusal, objects } = await topology.run(step.at as Party, line);
          expect(refusal).toBeUndefined();
          if (step.keeps !== undefined) kept.set(step.keeps, objects[0] ?? {});
        } else if ('skew' in step) await lab.clock.skew(step.skew, step.byMs);
        else if ('passes' in step) await coexist(lab, ['clock', 'advance', step.passes]);
        else if ('era' in step) await coexist(lab, ['era', step.of, step.era]);
        else throw new Error(`no administrator does ${JSON.stringify(step)}`);
      }
    },
    async look(as, whom, hangingMs = 0) {
      await forget(as);
      const asking = askAvailability(lab, as, [whom], { organization: partyOf[as] ?? '' });
      if (hangingMs > 0 && lab.faults.list().length > 0) {
        await vi.waitFor(() => expect(lab.faults.list()[0]?.acted).toBeGreaterThan(0), { timeout: 20_000 });
        await lab.clock.advance(hangingMs);
      }
      const answer = await asking;
      const [shown] = shownIn(answer);
      if (shown === undefined) throw new Error(`nothing is said of ${whom}`);
      return { code: shown.code, text: shown.text, trace: await traceOf(lab, answer) };
    },
    async mailTips(as, whom) {
      await forget(as);
      const body =
        `<m:GetMailTips><m:SendingAs><t:EmailAddress>${as}</t:EmailAddress></m:SendingAs><m:Recipients><t:Mailbox><t:EmailAddress>${whom}` +
        '</t:EmailAddress></t:Mailbox></m:Recipients><m:MailTipsRequested>All</m:MailTipsRequested></m:GetMailTips>';
      const answer = await lab.ews(as, body, { organization: partyOf[as] ?? '' });
      const [code = ''] = texts(answer.body, 'ResponseCode').slice(1);
      return { code, text: texts(answer.body, 'MessageText').join(' '), trace: await traceOf(lab, answer) };
    },
    async bring(organization, kind, defect) {
      const { host, mail } = tokenDoors[organization];
      const user = kind.endsWith('app') ? {} : { user: mail };
      const order = { kind, organization, ...user, ...(defect === undefined ? {} : { defect }) };
      const { token } = await controlOf(lab).mint(order);
      const answer = await askFor(lab, host, `Bearer ${token}`, 'user' in user ? '' : impersonating(mail));
      const said = [String(answer.headers['x-ms-diagnostics'] ?? ''), ...(answer.body === '' ? [] : texts(answer.body, 'faultstring'))];
      return { code: String(answer.status), text: said.join(' '), trace: await traceOf(lab, answer) };
    },
    enter: (mail, entries) =>
      enterAppointments(
        lab,
        partyOf[mail] ?? '',
        mail,
        Array.from({ length: entries }, () => meeting),
      ),
    async works(mail, startMinutes, endMinutes) {
      const directory = openDirectory(lab.store, partyOf[mail] ?? '');
      const { exchangeGuid } = present(await directory.byAddress(mail), mail);
      directory.close();
      const hours = { timeZone: 'UTC', days: [1, 2, 3, 4, 5], startMinutes, endMinutes };
      const at = lab.clock.state().now;
      await lab.store.transaction(async (tx) =>
        setWorkingHours(tx, await requireFolder(tx, present(exchangeGuid, 'a mailbox'), 'calendar'), hours, at),
      );
    },
    post: createPost(lab, partyOf, (party) => (party === 'contoso-cloud' ? undefined : queuesOf(party as Party))),
    async foreignLines(organization) {
      const printed = async (format: string): Promise<readonly string[]> =>
        (await coexist(lab, ['logs', '--format', format, '--org', organization, '-n', '10000']))
          .split('\n')
          .filter((line) => isForeign.test(line));
      const [iis, httpProxy] = await Promise.all(['iis', 'httpproxy'].map(printed));
      return { iis: (iis ?? []).map(iisWords), httpProxy: (httpProxy ?? []).map(httpProxyWords) };
    },
    close: () => lab.close(),
  };
  for (const step of preparations) await topology.take(step);
  return topology;
}

/** All exchanges of a trace, once those that were called have closed too: they do so a moment after their answer has arrived. */
async function traceOf(lab: TestLab, answer: HttpAnswer): Promise<readonly ExchangeRecord[]> {
  const { traceId } = await lab.exchangeOf(answer);
  return vi.waitFor(async () => {
    const all = await lab.exchanges({ traceId });
    const heard = all.filter(({ direction, status }) => direction === 'outgoing' && status !== null);
    const missing = heard.filter(
      ({ spanId }) => !all.some(({ direction, parentSpan }) => direction === 'incoming' && parentSpan === spanId),
    );
    expect(missing).toEqual([]);
    return all;
  });
}

async function coexist(lab: TestLab, argv: readonly string[]): Promise<string> {
  const { code, out, err } = await coexistWith(lab)(argv);
  // 5: nothing was found.
  if (code !== 0 && code !== 5) throw new Error(`coexist ${argv.join(' ')} ended with ${code}: ${err}`);
  return out;
}
