import { configKind } from './config-kind.ts';
import type { Settings } from './settings.ts';

/** A setting of Exchange's own that an administrator has overridden, as `Get-SettingOverride` shows it. */
export interface SettingOverride {
  readonly Name: string;
  readonly ComponentName: string;
  readonly SectionName: string;
  /** `Parameter=Value` each. */
  readonly Parameters: readonly string[];
  /** Names of servers, with `*` where wanted; none: all servers. */
  readonly Server: readonly string[];
  readonly Reason: string;
}

/** By name. */
export const settingOverrides = configKind<SettingOverride>('SettingOverride');

/**
 * What an override says of a parameter (`Enabled` of `Global`, `ExchangeOnpremAsThirdPartyAppId`); undefined when none
 * does. Names are compared without case.
 */
export function settingOverride(settings: Settings, component: string, section: string, parameter: string): string | undefined {
  const isSame = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
  const parameters = settingOverrides
    .all(settings)
    .filter(({ ComponentName, SectionName }) => isSame(ComponentName, component) && isSame(SectionName, section))
    .flatMap(({ Parameters }) => Parameters);
  const found = parameters.find((one) => isSame(one.slice(0, one.indexOf('=')), parameter));
  return found?.slice(found.indexOf('=') + 1);
}
