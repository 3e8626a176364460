import { accountNamespaceLabel } from '../../domain/trust/federated-organization.ts';
import { type CmdletObject, type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { soapAutodiscover } from '../intra-organization-configuration.ts';
import type { SessionShell } from './session.ts';
import { ensureObject, findNamed, type HybridGround, type HybridStep, isAsWanted, textShown } from './stage.ts';

/** How the relationship of each side is called. */
export interface RelationshipNames {
  toTenant(ground: HybridGround): string;
  toPremises(ground: HybridGround): string;
}

/** Where the other side is found. */
interface Target {
  readonly TargetApplicationUri: string;
  readonly TargetAutodiscoverEpr: string;
}

/**
 * Relationships of both sides with what each finds out of the other by `Get-FederationInformation`: it fails where
 * Autodiscover is not published, or something in front of it asks who is there.
 */
export function discoveredRelationships(names: RelationshipNames): readonly HybridStep[] {
  return [
    async (ground) => {
      const { onPremises, coexistenceDomain, tenant } = ground;
      // The coexistence domain has no certificate of its own: its host only redirects.
      const target = await discover(onPremises, coexistenceDomain, [tenant.hosts.autodiscover]);
      await relate(onPremises, names.toTenant(ground), [coexistenceDomain], target);
    },
    async (ground) => {
      const { cloud, domains } = ground;
      await relate(cloud, names.toPremises(ground), domains, await discover(cloud, domains[0], []));
    },
  ];
}

/** Relationships of both sides as federation would have them, where nobody is federated: what is shared stands in them. */
export function computedRelationships(names: RelationshipNames): readonly HybridStep[] {
  return [
    (ground) =>
      relate(ground.onPremises, names.toTenant(ground), [ground.coexistenceDomain], {
        TargetApplicationUri: 'outlook.com',
        TargetAutodiscoverEpr: `${soapAutodiscover(ground.tenant)}/WSSecurity`,
      }),
    (ground) =>
      relate(ground.cloud, names.toPremises(ground), ground.domains, {
        TargetApplicationUri: `${accountNamespaceLabel}.${ground.domains[0]}`,
        TargetAutodiscoverEpr: `${soapAutodiscover(ground.organization)}/WSSecurity`,
      }),
  ];
}

async function discover(shell: SessionShell, DomainName: string, TrustedHostnames: readonly string[]): Promise<Target> {
  const given = { DomainName, BypassAdditionalDomainValidation: true, ...(TrustedHostnames.length === 0 ? {} : { TrustedHostnames }) };
  const [found] = await shell.run('Get-FederationInformation', given);
  const text = (name: keyof Target): string => textShown(found, name);
  return { TargetApplicationUri: text('TargetApplicationUri'), TargetAutodiscoverEpr: text('TargetAutodiscoverEpr') };
}

function relate(shell: SessionShell, identity: string, DomainNames: readonly string[], target: Target): Promise<void> {
  return ensureObject(shell, { noun: 'OrganizationRelationship', identity, properties: { ...target, Enabled: true, DomainNames } });
}

/** What each side's people may see of the other's, and that mailboxes may be moved. */
export function sharingSettings(names: RelationshipNames): readonly HybridStep[] {
  return [
    enableMrsProxy,
    (ground) => {
      const has = (feature: string): boolean => ground.features.includes(feature);
      const owa = has('OWARedirection') ? { TargetOwaURL: `http://outlook.com/owa/${ground.domains[0]}` } : {};
      return setRelationship(ground.onPremises, names.toTenant(ground), {
        MailboxMoveEnabled: true,
        ...shared(ground),
        ArchiveAccessEnabled: has('OnlineArchive'),
        ...owa,
      });
    },
    (ground) => setRelationship(ground.cloud, names.toPremises(ground), shared(ground)),
  ];
}

/** The features of `Set-HybridConfiguration -Features` that both sides grant each other. */
function shared({ features }: HybridGround): CmdletParameters {
  const has = (feature: string): boolean => features.includes(feature);
  return {
    FreeBusyAccessEnabled: has('FreeBusy'),
    FreeBusyAccessLevel: has('FreeBusy') ? 'LimitedDetails' : 'None',
    MailTipsAccessEnabled: has('MailTips'),
    MailTipsAccessLevel: has('MailTips') ? 'All' : 'None',
    DeliveryReportEnabled: has('MessageTracking'),
    PhotosEnabled: has('Photos'),
  };
}

async function setRelationship(shell: SessionShell, Identity: string, properties: CmdletParameters): Promise<void> {
  const known = await findNamed(shell, 'OrganizationRelationship', Identity);
  if (known === undefined) throw cmdletRefusal('operation-failed', `The organization relationship '${Identity}' has gone.`);
  if (!isAsWanted(known, properties)) await shell.run('Set-OrganizationRelationship', { Identity, ...properties });
}

/** "Enables MRSProxy on the Hybrid Servers". */
async function enableMrsProxy({ onPremises }: HybridGround): Promise<void> {
  const directories = await onPremises.run('Get-WebServicesVirtualDirectory');
  for (const directory of directories.filter(isWithoutProxy))
    await onPremises.run('Set-WebServicesVirtualDirectory', { Identity: textShown(directory, 'Identity'), MRSProxyEnabled: true });
}

function isWithoutProxy({ MRSProxyEnabled }: CmdletObject): boolean {
  return MRSProxyEnabled !== true;
}
