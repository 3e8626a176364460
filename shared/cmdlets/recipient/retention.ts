import type { Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import { holdsOn } from '../../domain/mailbox/holds.ts';
import { usualRetentionSeconds } from '../../domain/mailbox/keeping.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { retentionOf, retentionPolicyOf } from '../../domain/organization/retention.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { numberGiven, textGiven } from '../given.ts';
import { parseTimeSpan, timeSpanText } from '../time-span.ts';
import type { SettingChanges } from './mail-settings.ts';

const day = 86_400;
/** The pages of Set-Mailbox (-RetainDeletedItemsFor): 24,855 days on-premises, 30 in Exchange Online. */
const longestRetention = { 'on-premises': 24_855 * day, cloud: 30 * day } as const;
const longestHoldDays = 24_855;

/** What Set-Mailbox takes of how long deleted items stay and what is never removed for good. */
export const retentionParameters: Readonly<Record<string, ParameterType>> = {
  LitigationHoldEnabled: 'boolean',
  LitigationHoldDate: 'date',
  LitigationHoldDuration: 'text',
  LitigationHoldOwner: 'nullable text',
  RetainDeletedItemsFor: 'text',
  RetentionPolicy: 'nullable text',
  SingleItemRecoveryEnabled: 'boolean',
  UseDatabaseRetentionDefaults: 'boolean',
};

/** Whether a line says anything of {@link retentionParameters}. */
export function saysRetention(given: CmdletParameters): boolean {
  return Object.keys(retentionParameters).some((name) => given[name] !== undefined);
}

/** What {@link retentionParameters} make of the settings of a mailbox. Refuses with `bad-parameter` and `object-not-found`. */
export async function retentionChange(
  scope: CmdletScope,
  given: CmdletParameters,
): Promise<(settings: RecipientSettings) => SettingChanges> {
  const retention = { ...retentionGiven(scope, given), ...(await policyGiven(scope, given)) };
  const { singleItemRecovery } = profileOf(scope.organization.product);
  const wanted = given['SingleItemRecoveryEnabled'];
  return (settings) => ({
    ...retention,
    ...(typeof wanted === 'boolean' ? { singleItemRecovery: wanted === singleItemRecovery ? undefined : wanted } : {}),
    litigationHold: holdAfter(settings.litigationHold, scope, given),
  });
}

/** `$null` takes the policy away, the default one too. */
async function policyGiven({ organization, transaction }: CmdletScope, given: CmdletParameters): Promise<SettingChanges> {
  if (given['RetentionPolicy'] === undefined) return {};
  const name = textGiven(given, 'RetentionPolicy');
  if (name === undefined) return { retentionPolicy: null };
  const { policies } = await transaction((tx) => retentionOf(tx, organization.name));
  const policy = policies.find(({ Name }) => Name.toLowerCase() === name.toLowerCase());
  if (policy === undefined) throw objectNotFound(organization, name);
  return { retentionPolicy: policy.RetentionId };
}

/** The database keeps deleted items for the usual time; saying so takes away what was said of the mailbox. */
function retentionGiven({ organization }: CmdletScope, given: CmdletParameters): SettingChanges {
  const text = textGiven(given, 'RetainDeletedItemsFor');
  if (text === undefined) return given['UseDatabaseRetentionDefaults'] === true ? { retainDeletedItemsFor: undefined } : {};
  const [seconds, most] = [parseTimeSpan(text), longestRetention[organization.kind]];
  if (given['UseDatabaseRetentionDefaults'] === true)
    throw cmdletRefusal('bad-parameter', '-RetainDeletedItemsFor needs -UseDatabaseRetentionDefaults $false.');
  if (seconds === undefined || seconds > most)
    throw cmdletRefusal('bad-parameter', `-RetainDeletedItemsFor takes a time of at most ${most / day} days, not ${JSON.stringify(text)}.`);
  return { retainDeletedItemsFor: seconds };
}

function holdAfter(
  current: RecipientSettings['litigationHold'],
  { at }: CmdletScope,
  given: CmdletParameters,
): RecipientSettings['litigationHold'] {
  const enabled = given['LitigationHoldEnabled'] ?? current !== undefined;
  if (enabled !== true) return undefined;
  const duration = textGiven(given, 'LitigationHoldDuration');
  const days = duration === undefined ? current?.days : daysGiven(duration);
  const owner = given['LitigationHoldOwner'] === undefined ? (current?.owner ?? '') : (textGiven(given, 'LitigationHoldOwner') ?? '');
  return { since: numberGiven(given, 'LitigationHoldDate') ?? current?.since ?? at, owner, ...(days === undefined ? {} : { days }) };
}

function daysGiven(text: string): number | undefined {
  if (text.toLowerCase() === 'unlimited') return undefined;
  const seconds = parseTimeSpan(text);
  if (seconds !== undefined && seconds > 0 && seconds <= longestHoldDays * day) return seconds / day;
  throw cmdletRefusal('bad-parameter', `-LitigationHoldDuration takes a number of days or Unlimited, not ${JSON.stringify(text)}.`);
}

/** The same as Get-Mailbox shows it. */
export async function retentionShown(recipient: Recipient, { organization, transaction }: CmdletScope): Promise<CmdletObject> {
  const { settings } = recipient;
  const { litigationHold: hold, singleItemRecovery } = settings;
  const usual = profileOf(organization.product).singleItemRecovery;
  return {
    UseDatabaseRetentionDefaults: organization.kind === 'on-premises' && settings.retainDeletedItemsFor === undefined,
    LitigationHoldEnabled: hold !== undefined,
    SingleItemRecoveryEnabled: singleItemRecovery ?? usual,
    LitigationHoldDate: hold === undefined ? null : new Date(hold.since),
    LitigationHoldOwner: hold?.owner ?? '',
    LitigationHoldDuration: hold?.days === undefined ? 'Unlimited' : timeSpanText(hold.days * day),
    RetainDeletedItemsFor: timeSpanText(settings.retainDeletedItemsFor ?? usualRetentionSeconds),
    RetentionPolicy: (await transaction((tx) => retentionPolicyOf(tx, recipient)))?.Name ?? '',
  };
}

/** The holds of searches that a mailbox is on, by the names that administration knows. Not inside a transaction. */
export async function holdsShown({ exchangeGuid, organization }: Recipient, scope: CmdletScope): Promise<readonly string[]> {
  if (exchangeGuid === null) return [];
  const holds = holdsOn(await scope.settings(organization), exchangeGuid);
  return holds.map(({ HoldId, InPlaceHoldIdentity }) => InPlaceHoldIdentity ?? HoldId);
}
