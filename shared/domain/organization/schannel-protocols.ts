import { configKind } from './config-kind.ts';
import type { Settings } from './settings.ts';

/** The versions of TLS that Windows names, oldest first. */
export const schannelVersions = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'] as const;
export type SchannelVersion = (typeof schannelVersions)[number];

/**
 * What the registry of an organisation's servers says of a version for calls that they make:
 * `SCHANNEL\Protocols\<version>\Client`. A value that is absent leaves it as Windows has it.
 */
export interface SchannelProtocol {
  readonly Version: SchannelVersion;
  /** 0: never. */
  readonly Enabled?: number;
  /** 1: only for who asks for it by name, which Exchange does not. */
  readonly DisabledByDefault?: number;
}

/** By version. */
export const schannelProtocols = configKind<SchannelProtocol>('SchannelProtocol');

/**
 * The versions that servers offer when they call others, oldest first: all, unless the registry says otherwise
 * (learn.microsoft.com, "Exchange Server TLS configuration best practices").
 */
export function offeredVersions(settings: Settings): readonly SchannelVersion[] {
  return schannelVersions.filter((version) => {
    const { Enabled = 1, DisabledByDefault = 0 } = schannelProtocols.get(settings, version) ?? {};
    return Enabled !== 0 && DisabledByDefault === 0;
  });
}
