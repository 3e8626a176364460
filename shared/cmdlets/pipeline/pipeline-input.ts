import { type CmdletObject, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import type { LineValue, Written } from '../line/command-line.ts';
import { type Bindable, type Bound, type BoundValue, convertWritten } from '../parameter-binder.ts';

/** A thing that goes through a pipe. */
export interface Item {
  readonly object: CmdletObject;
  /** It is the value of the object's only property: Select-Object -ExpandProperty took it out. */
  readonly expanded: boolean;
}

/**
 * Parameters that take pipeline input where that is not the identity alone: the column "Accept pipeline input" of the cmdlets'
 * pages (MicrosoftDocs/office-docs-powershell, exchange/exchange-ps). The pages do not tell values from property names; here
 * an `Identity` takes the object's identity, every other one the property of its name.
 */
const besidesIdentity: Readonly<Record<string, readonly string[]>> = {
  'New-ApplicationAccessPolicy': ['AppId', 'PolicyScopeGroupId'],
  'Test-ApplicationAccessPolicy': ['Identity', 'AppId'],
  'Get-ExchangeCertificate': ['Thumbprint'],
  'Enable-ExchangeCertificate': ['Thumbprint'],
  'Remove-ExchangeCertificate': ['Thumbprint'],
  'Get-FederatedDomainProof': ['DomainName'],
  'New-FederationTrust': ['Thumbprint'],
  'New-ManagementRoleAssignment': ['Role'],
  'New-OrganizationRelationship': ['DomainNames', 'TargetApplicationUri', 'TargetAutodiscoverEpr', 'TargetOwaURL'],
  'Restore-RecoverableItems': ['Identity', 'EntryID'],
  'Set-OrganizationRelationship': ['Identity', 'DomainNames', 'TargetApplicationUri', 'TargetAutodiscoverEpr', 'TargetOwaURL'],
};

/** Parameters of a cmdlet that take pipeline input: its `Identity` as a rule, where it has one and makes nothing. */
export function pipelineInputOf(name: string, { parameters }: Pick<Bindable, 'parameters'>): readonly string[] {
  return besidesIdentity[name] ?? (Object.hasOwn(parameters, 'Identity') && !/^new-/i.test(name) ? ['Identity'] : []);
}

/**
 * What was written, and from the object what was not. Refuses with `bad-parameter` an object that gives nothing to a
 * parameter, or that lacks what the cmdlet cannot do without.
 */
export function bindPiped(name: string, cmdlet: Bindable, written: Bound, { object, expanded }: Item): Bound {
  const bound: Record<string, BoundValue> = { ...written };
  const taking = pipelineInputOf(name, cmdlet);
  let taken = false;
  for (const parameter of taking) {
    const told = propertyOf(object, expanded ? undefined : parameter);
    // What is written wins, and the object has been of use all the same.
    if (told === undefined || (expanded && parameter !== taking[0])) continue;
    taken = true;
    if (Object.hasOwn(bound, parameter)) continue;
    const type = cmdlet.parameters[parameter] ?? 'text';
    const value = writtenAs(told);
    if (value === undefined || (isNothing(told) && !type.startsWith('nullable'))) continue;
    bound[parameter] = convertWritten(type, parameter, value);
  }
  // ParameterBinderStrings.resx, InputObjectNotBound
  if (!taken || cmdlet.required.some((parameter) => !Object.hasOwn(bound, parameter)))
    throw cmdletRefusal(
      'bad-parameter',
      'The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or ' +
        `the input and its properties do not match any of the parameters that take pipeline input. ${whatFits(name, taking)}`,
    );
  return bound;
}

function whatFits(name: string, taking: readonly string[]): string {
  return taking.length === 0 ? `${name} takes none.` : `${name} takes ${taking.join(', ')}.`;
}

/** A property in any case, or without a name the only one. */
function propertyOf(object: CmdletObject, name: string | undefined): ShownValue | undefined {
  return Object.entries(object).find(([own]) => name === undefined || own.toLowerCase() === name.toLowerCase())?.[1];
}

function isNothing(value: ShownValue): boolean {
  return value === null || value === '';
}

/** As it would be written on the line; undefined for what could not be. */
export function writtenAs(value: ShownValue): Written | undefined {
  if (value instanceof Date) return { kind: 'value', value: value.toISOString(), bare: false };
  if (typeof value === 'number') return { kind: 'value', value: String(value), bare: true };
  if (value === null || typeof value !== 'object') return { kind: 'value', value, bare: false };
  if (!Array.isArray(value)) return undefined;
  const values = (value as readonly ShownValue[]).map(writtenAs);
  const plain = values.filter((one): one is LineValue => one?.kind === 'value');
  return plain.length === values.length ? { kind: 'list', values: plain } : undefined;
}
