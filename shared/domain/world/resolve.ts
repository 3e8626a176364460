import { parseDuration, parseInstant } from '../../kernel/duration.ts';
import { namedGuid, parseGuid } from '../../kernel/ids.ts';
import { resolveApplications } from './applications.ts';
import type { OrganizationDefinition, WorldDefinition } from './definition.ts';
import { type DraftRecipient, draftRecipients } from './recipients.ts';
import { type Complain, checkHosts, checkOrganization, resolveNames } from './semantics.ts';
import { authenticationService } from './vocabulary.ts';
import type { ClockSetting, World, WorldFault, WorldOrganization, WorldRecipient } from './world.ts';

/** Says what is wrong with a cmdlet line, or nothing. The cmdlets themselves live on a higher floor. */
export type CheckCmdlet = (line: string, organization: Pick<WorldOrganization, 'kind'>) => string | undefined;

/**
 * Fills in every default and resolves every name. What does not fit together is reported through `complain` with the
 * path of the value; the result is to be used only when nothing was reported.
 */
export function resolveWorld(name: string, definition: WorldDefinition, complain: Complain, checkCmdlet: CheckCmdlet): World {
  const drafts = new Map<string, readonly DraftRecipient[]>();
  const organizations = Object.entries(definition.organizations).map(([key, organization]): WorldOrganization => {
    const recipients = draftRecipients(key, organization, definition.password);
    const resolved = resolveOrganization(key, organization);
    drafts.set(key, recipients);
    checkOrganization(resolved, organization, recipients, complain);
    for (const [index, line] of resolved.cmdlets.entries()) {
      const refused = checkCmdlet(line, resolved);
      if (refused !== undefined) complain(['organizations', key, 'cmdlets', index], refused);
    }
    return {
      ...resolved,
      recipients: resolveNames(key, recipients, complain),
      applications: resolveApplications(resolved, organization.applications ?? [], complain),
    };
  });
  checkHosts(organizations, definition.dns?.refused ?? [], complain);
  if (organizations.length === 0) complain(['organizations'], 'a world has at least one organisation');
  return {
    name,
    seed: String(definition.random ?? 1),
    clock: resolveClock(definition, complain),
    skewMs: resolveSkew(definition, complain),
    organizations: organizations.map((organization) => ({
      ...organization,
      recipients: organization.recipients.map((recipient) => followTarget(organization.name, recipient, organizations)),
    })),
    refusedHosts: definition.dns?.refused ?? [],
    faults: resolveFaults(definition),
  };
}

function resolveOrganization(name: string, definition: OrganizationDefinition): WorldOrganization {
  const [domain = name] = definition.domains;
  const label = domain.split('.', 1)[0] ?? domain;
  const cloud = definition.kind === 'cloud';
  const hosts = definition.hosts ?? {};
  return {
    name,
    kind: definition.kind,
    title: definition.title ?? `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
    product: definition.product ?? (cloud ? 'exchange-online' : 'exchange-se'),
    era: cloud ? eraOf(definition) : null,
    tenantId: cloud ? (parseGuid(definition.tenantId ?? '') ?? namedGuid('tenant', name)) : null,
    netbiosName: definition.netbiosName ?? label.toUpperCase().slice(0, 15),
    domains: definition.domains,
    hosts: {
      web: hosts.web ?? (cloud ? 'outlook.office365.test' : `mail.${domain}`),
      autodiscover: hosts.autodiscover ?? (cloud ? 'autodiscover-s.outlook.test' : `autodiscover.${domain}`),
      smtp: hosts.smtp ?? (cloud ? null : `smtp.${domain}`),
      redirectOnly: hosts.redirectOnly ?? [],
    },
    ...(definition.servers === undefined ? {} : { servers: definition.servers }),
    ...(definition.perimeter === undefined ? {} : { perimeter: definition.perimeter }),
    recipients: [],
    applications: [],
    cmdlets: definition.cmdlets ?? [],
  };
}

function eraOf(definition: OrganizationDefinition): WorldOrganization['era'] {
  if (definition.era === 2016) return '2016';
  if (definition.era === 2019) return '2019';
  return definition.era ?? '2019';
}

function resolveFaults({ faults = [] }: WorldDefinition): readonly WorldFault[] {
  return faults.map(({ id, seam, match = {}, effect, probability, times, after }, index) => ({
    id: id ?? `world-${index + 1}`,
    seam,
    match: { service: match.svc, organization: match.org, operation: match.op, host: match.host, user: match.user, traceId: match.trace },
    effect: wholeEffect(effect),
    probability: probability ?? 1,
    times: times ?? null,
    after: after ?? 0,
  }));
}

function wholeEffect(effect: NonNullable<WorldDefinition['faults']>[number]['effect']): WorldFault['effect'] {
  if (effect.kind === 'status') return { ...effect, headers: effect.headers ?? {}, body: effect.body ?? '' };
  if (effect.kind === 'claims') return { ...effect, set: effect.set ?? {}, remove: effect.remove ?? [] };
  return effect.kind === 'ews-error' ? { ...effect, values: effect.values ?? {} } : effect;
}

function resolveClock({ clock }: WorldDefinition, complain: Complain): ClockSetting {
  const { mode, offset, frozen } = clock ?? {};
  const modes = new Set([mode, offset === undefined ? undefined : 'offset', frozen === undefined ? undefined : 'frozen']);
  modes.delete(undefined);
  if (modes.size > 1) complain(['clock'], 'clock: is either real, or offset, or frozen');
  if (mode === 'offset' && offset === undefined) complain(['clock'], 'clock.offset is missing');
  if (mode === 'frozen' && frozen === undefined) complain(['clock'], 'clock.frozen is missing');
  if (offset !== undefined) return { mode: 'offset', offsetMs: parseDuration(offset) ?? 0 };
  const at = frozen === undefined ? undefined : parseInstant(frozen);
  if (at !== undefined) return { mode: 'frozen', at };
  if (frozen !== undefined) complain(['clock', 'frozen'], 'clock.frozen: is not a time of the calendar');
  return { mode: 'real' };
}

function resolveSkew({ clock, organizations }: WorldDefinition, complain: Complain): Readonly<Record<string, number>> {
  const entries = Object.entries(clock?.skew ?? {});
  for (const [name] of entries) {
    if (name === authenticationService || Object.hasOwn(organizations, name)) continue;
    complain(['clock', 'skew', name], `clock.skew: there is no organisation "${name}"`);
  }
  return Object.fromEntries(entries.map(([name, skew]) => [name, parseDuration(skew) ?? 0]));
}

/** Links a mail user or remote mailbox with the mailbox that its target address reaches in another organisation. */
function followTarget(organization: string, recipient: WorldRecipient, all: readonly WorldOrganization[]): WorldRecipient {
  const target = recipient.targetAddress?.toLowerCase();
  const isMailbox = ({ type }: WorldRecipient) => type === 'UserMailbox' || type === 'SharedMailbox' || type === 'RoomMailbox';
  const reaches = (wanted: string) => (candidate: WorldRecipient) =>
    [candidate.mail, ...candidate.addresses].some((address) => address.toLowerCase() === wanted);
  for (const other of all) {
    if (other.name === organization) continue;
    const found = other.recipients.find((candidate) => {
      if (target !== undefined) return isMailbox(candidate) && reaches(target)(candidate);
      const back = candidate.targetAddress?.toLowerCase();
      return isMailbox(recipient) && back !== undefined && reaches(back)(recipient);
    });
    if (found === undefined) continue;
    return {
      ...recipient,
      counterpart: { organization: other.name, mail: found.mail },
      exchangeGuid: target === undefined ? recipient.exchangeGuid : found.exchangeGuid,
    };
  }
  return recipient;
}
