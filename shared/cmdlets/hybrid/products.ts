import type { ProductName } from '../../domain/world/vocabulary.ts';
import type { WizardLog } from '../../kernel/exchange.ts';
import { cmdletRefusal } from '../cmdlet.ts';
import { federationSteps } from './federation-steps.ts';
import { mailFlow, mailFlow2010 } from './mail-flow-steps.ts';
import { oauthSteps } from './oauth-steps.ts';
import { acceptCoexistenceDomain, updateAddressPolicy } from './recipient-steps.ts';
import { computedRelationships, discoveredRelationships, type RelationshipNames, sharingSettings } from './relationship-steps.ts';
import type { HybridStage } from './stage.ts';

/** What the wizard of a product does, and how it reports. */
export interface HybridProduct {
  readonly stages: readonly HybridStage[];
  /** What it says of a cmdlet that was refused. */
  failure(stage: string, cmdlet: string, detail: string): string;
  /** Its log: that of `Update-HybridConfiguration`, or that of the program of its own since 2015. */
  readonly log: WizardLog['kind'];
}

const names2010: RelationshipNames = {
  toTenant: () => 'On Premises to Exchange Online Organization Relationship',
  toPremises: () => 'Exchange Online to on premises Organization Relationship',
};

const names: RelationshipNames = {
  toTenant: ({ tenantId }) => `On-premises to O365 - ${tenantId}`,
  toPremises: ({ tenantId }) => `O365 to On-premises - ${tenantId}`,
};

/**
 * Exchange 2010 SP2: the steps of "Office 365 - Hybrid Configuration Wizard (HCW)" in their order, under the names of subtasks
 * that the wizard's errors have (KB 3067609, 3070271); the sentence of a failure: KB 3070271.
 */
const exchange2010: HybridProduct = {
  stages: [
    { title: 'Creating Organization Relationships.', steps: [...federationSteps, ...discoveredRelationships(names2010)] },
    { title: 'Configuring organization relationship settings.', steps: sharingSettings(names2010) },
    { title: 'Configure Mail Flow', steps: mailFlow2010 },
    { title: 'Configure Recipient Settings', steps: [acceptCoexistenceDomain, updateAddressPolicy] },
  ],
  failure: (stage, cmdlet, detail) =>
    `Updating hybrid configuration failed with error 'Subtask Configure execution failed: ${stage} Execution of the ${cmdlet} cmdlet ` +
    `had thrown an exception. This may indicate invalid parameters in your Hybrid Configuration settings. ${detail}'.`,
  log: 'Update-HybridConfiguration',
};

/**
 * Since Exchange 2013: a federation trust is made for coexistence with Exchange 2010 alone (Exchange Team Blog, "How to address
 * Federation Trust issues in Hybrid Configuration Wizard", as of now); requests go by OAuth. The sentence of a failure: KB 3067526.
 */
const sinceExchange2013: HybridProduct = {
  stages: [
    { title: 'Configure Recipient Settings', steps: [acceptCoexistenceDomain, updateAddressPolicy] },
    { title: 'Configure Organization Relationship', steps: [...computedRelationships(names), ...sharingSettings(names)] },
    { title: 'Configure Mail Flow', steps: mailFlow },
    { title: 'Configure OAuth', steps: oauthSteps },
  ],
  failure: (stage, cmdlet, detail) =>
    `Subtask Configure execution failed: ${stage}. Execution of the ${cmdlet} cmdlet has thrown an exception. This may indicate invalid ` +
    `parameters in your hybrid configuration settings. ${detail}`,
  log: 'wizard',
};

const products: Readonly<Record<ProductName, HybridProduct | undefined>> = {
  // The wizard came with Exchange 2010 SP2.
  'exchange-2007': undefined,
  'exchange-2010': exchange2010,
  'exchange-2016': sinceExchange2013,
  'exchange-2019': sinceExchange2013,
  'exchange-se': sinceExchange2013,
  'exchange-online': sinceExchange2013,
};

/** The wizard of a product. Refuses with `not-available` where it has none. */
export function hybridProduct(product: ProductName): HybridProduct {
  const found = products[product];
  if (found === undefined) throw cmdletRefusal('not-available', 'Exchange Server 2007 has no Hybrid Configuration wizard.');
  return found;
}
