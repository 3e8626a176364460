import type { Settings } from '../../domain/organization/settings.ts';
import { type AvailabilityAddressSpace, addressSpaceFor } from '../../domain/trust/availability-address-spaces.ts';
import { connectorsFor, type IntraOrganizationConnector } from '../../domain/trust/intra-organization-connectors.ts';
import { type OrganizationRelationship, relationshipFor } from '../../domain/trust/organization-relationships.ts';
import type { Check } from '../../kernel/verdict.ts';

/** What in an organisation's configuration leads to another one. */
export type ChosenWay =
  | { readonly is: 'connector'; readonly connector: IntraOrganizationConnector }
  | { readonly is: 'relationship'; readonly relationship: OrganizationRelationship }
  | { readonly is: 'address-space'; readonly space: AvailabilityAddressSpace };

/** What was chosen for a domain, and why. */
export interface Choice {
  /** Undefined: nothing leads there. */
  readonly way: ChosenWay | undefined;
  readonly checks: readonly Check[];
}

const deepDive = 'https://techcommunity.microsoft.com/blog/exchange/deep-dive-how-hybrid-authentication-really-works/606780';

/**
 * The way to a domain: an enabled intra-organization connector (OAuth), else an enabled organization relationship (DAuth),
 * else an availability address space (stored credentials), for calendars alone. Configuration decides, never what came of
 * an attempt ("Deep Dive: How Hybrid Authentication Really Works").
 */
export function chooseWay(settings: Settings, domain: string, { byAddressSpace }: { readonly byAddressSpace: boolean }): Choice {
  const [connector] = connectorsFor(settings, domain);
  const first = { check: 'sharing.intra-organization-connector', expected: `an enabled connector for ${domain}`, reference: deepDive };
  if (connector?.Enabled === true) {
    const actual = `${connector.Name}: an OAuth token in the name of whoever asks`;
    return { way: { is: 'connector', connector }, checks: [{ ...first, outcome: 'passed', actual }] };
  }
  const passedBy: Check = { ...first, outcome: 'skipped', actual: connector === undefined ? 'none' : `${connector.Name} is disabled` };
  const relationship = relationshipFor(settings, domain);
  const second = {
    check: 'sharing.organization-relationship',
    expected: `an enabled organization relationship with ${domain}`,
    reference: 'https://learn.microsoft.com/exchange/sharing/organization-relationships/organization-relationships',
  };
  if (relationship !== undefined) {
    const actual = `${relationship.Name}: a delegation token for ${relationship.TargetApplicationUri || 'nobody'}`;
    return { way: { is: 'relationship', relationship }, checks: [passedBy, { ...second, outcome: 'passed', actual }] };
  }
  const noSecond: Check = { ...second, outcome: 'failed', actual: 'none' };
  if (!byAddressSpace) return { way: undefined, checks: [passedBy, noSecond] };
  const third = {
    check: 'sharing.availability-address-space',
    expected: `an availability address space ${domain}`,
    reference: 'https://learn.microsoft.com/powershell/module/exchange/add-availabilityaddressspace',
  };
  const space = addressSpaceFor(settings, domain);
  if (space === undefined) return { way: undefined, checks: [passedBy, noSecond, { ...third, outcome: 'failed', actual: 'none' }] };
  const without: Check[] = [passedBy, { ...second, outcome: 'skipped', actual: 'none' }];
  const actual = `${space.ForestName}: ${space.AccessMethod} as ${space.Credentials?.UserName ?? "the server's own account"}`;
  return { way: { is: 'address-space', space }, checks: [...without, { ...third, outcome: 'passed', actual }] };
}
