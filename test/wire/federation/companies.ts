import { expect } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { type Control, controlOf, type Json } from '../../support/control.ts';
import { frozenAt, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';

/** The administrators of two companies who want to see each other's calendars, and of a tenant. */
const users = {
  contoso: 'administrator@contoso.test',
  fabrikam: 'pat@fabrikam.test',
  'contoso-cloud': 'administrator@contoso.test',
} as const;
export type Company = keyof typeof users;

/** What the shell says to a line. */
export interface Said {
  readonly objects: readonly Json[];
  readonly warnings: readonly string[];
}

export interface Companies {
  readonly lab: TestLab;
  readonly control: Control;
  shell(company: Company, line: string): Promise<Said>;
  /** The objects that a line answers. */
  run(company: Company, line: string): Promise<readonly Json[]>;
  first(company: Company, line: string): Promise<Json>;
  /** What the shell says instead of running a line. */
  refusal(company: Company, line: string): Promise<string>;
  /** Puts the proofs of a domain into DNS, and waits until nobody remembers what was there before. */
  publishProofs(company: Company, domain: string): Promise<void>;
  clearProofs(company: Company, domain: string): Promise<void>;
  /** Every record of Test-FederationTrust that is no success: what it is and what it says. */
  failures(company: Company): Promise<readonly (readonly [unknown, unknown])[]>;
}

/** A lab with the shipped world, its clock standing. */
export async function openCompanies(): Promise<Companies> {
  const lab = await openTestLab(frozenAt('2026-11-20T12:00Z'));
  const control = controlOf(lab);
  const shell: Companies['shell'] = async (organization, line) =>
    (await control.call('POST', '/cmdlets', { organization, line, as: users[organization] })) as unknown as Said;
  const run: Companies['run'] = async (company, line) => (await shell(company, line)).objects;
  return {
    lab,
    control,
    shell,
    run,
    first: async (company, line) => present((await run(company, line))[0], `an object of ${line}`),
    async refusal(organization, line) {
      const body = { organization, line, as: users[organization] };
      const answer = await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', body);
      expect(answer.status).toBe(422);
      return String((answer.body as Json)['detail']);
    },
    async publishProofs(company, domain) {
      for (const { Proof } of await run(company, `Get-FederatedDomainProof -DomainName ${domain}`))
        await run(company, `Add-DnsServerResourceRecord -ZoneName ${domain} -Name '@' -Txt -DescriptiveText "${String(Proof)}"`);
      await lab.clock.advance(3_600_000);
    },
    async clearProofs(company, domain) {
      await run(company, `Remove-DnsServerResourceRecord -ZoneName ${domain} -Name '@' -RRType TXT -Force`);
      await lab.clock.advance(3_600_000);
    },
    async failures(company) {
      const records = await run(company, 'Test-FederationTrust');
      return records.filter(({ Type }) => Type !== 'Success').map(({ Id, Message }) => [Id, Message]);
    },
  };
}

/** Name of both companies' federation trusts, as a line has it. */
export const trustName = '"Microsoft Federation Gateway"';

/** The line that registers a domain as an organisation's account namespace. */
export function federateLine(domain: string): string {
  return `Set-FederatedOrganizationIdentifier -DelegationFederationTrust ${trustName} -AccountNamespace ${domain}`;
}
