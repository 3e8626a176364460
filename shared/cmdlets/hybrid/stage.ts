import type { Organization } from '../../domain/organization/organization.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { CmdletObject, CmdletParameters, ParameterValue, ShownValue } from '../cmdlet.ts';
import type { SessionShell } from './session.ts';

/** What the wizard works from. */
export interface HybridFacts {
  readonly organization: Organization;
  readonly tenant: Organization;
  readonly tenantId: Guid;
  /** Domains that both sides share; the first is the one that others know the organisation by. */
  readonly domains: readonly [string, ...string[]];
  /** The tenant's own domain for mail and requests from on-premises (`contoso.mail.onmicrosoft.test`). */
  readonly coexistenceDomain: string;
  readonly features: readonly string[];
  /** The name in the certificate of mail between both sides, which is the host that takes it. */
  readonly secureMailHost: string;
}

/** Both sides, and what is known of them. */
export interface HybridGround extends HybridFacts {
  readonly onPremises: SessionShell;
  readonly cloud: SessionShell;
}

/** A step. Running it again leaves what it finds as it should be, and writes nothing where it is so; metadata of issuers is read anew. */
export type HybridStep = (ground: HybridGround) => Promise<unknown>;

/** Steps under the name by which the wizard reports them. */
export interface HybridStage {
  readonly title: string;
  readonly steps: readonly HybridStep[];
}

/** An object that is to be there. */
export interface WantedObject {
  readonly noun: string;
  /** Under its Name. */
  readonly identity: string;
  /** What New- takes and Set- does not, besides the name. */
  readonly making?: CmdletParameters;
  readonly properties: CmdletParameters;
  /** Whether New- takes the properties; else a Set- follows. */
  readonly isMadeWhole?: boolean;
}

/** Makes an object, or changes it to what is wanted; one that is as wanted is left alone. */
export async function ensureObject(shell: SessionShell, wanted: WantedObject): Promise<void> {
  const { noun, identity, making = {}, properties, isMadeWhole = true } = wanted;
  const known = await findNamed(shell, noun, identity);
  if (known === undefined) {
    await shell.run(`New-${noun}`, { Name: identity, ...making, ...(isMadeWhole ? properties : {}) });
    if (!isMadeWhole) await shell.run(`Set-${noun}`, { Identity: identity, ...properties });
    return;
  }
  if (!isAsWanted(known, properties)) await shell.run(`Set-${noun}`, { Identity: identity, ...properties });
}

/** The object of a noun that has this name. */
export async function findNamed(shell: SessionShell, noun: string, name: string): Promise<CmdletObject | undefined> {
  return (await shell.run(`Get-${noun}`)).find(
    (one) => typeof one['Name'] === 'string' && one['Name'].toLowerCase() === name.toLowerCase(),
  );
}

/** Whether what is shown of an object says what a Set- with these parameters would. */
export function isAsWanted(shown: CmdletObject, properties: CmdletParameters): boolean {
  return Object.entries(properties).every(([name, value]) => comparable(shown[name]) === comparable(value));
}

function comparable(value: ShownValue | ParameterValue | undefined): string {
  if (Array.isArray(value)) return value.map((one) => String(one).toLowerCase()).join(', ');
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).toLowerCase();
}

/** A property that is shown as text; '' where it is not. */
export function textShown(object: CmdletObject | undefined, property: string): string {
  const value = object?.[property];
  return typeof value === 'string' ? value : '';
}
