import type { Organization } from './organization.ts';

/** The address from which an organisation's transport writes to its people: the same in every Exchange organisation. */
export function reportAddress({ domains, name }: Pick<Organization, 'domains' | 'name'>): string {
  return `MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${domains[0] ?? name}`;
}
