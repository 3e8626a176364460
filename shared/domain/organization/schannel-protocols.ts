import { configKind } from './config-kind.ts';
import type { Settings } from './settings.ts';

/** The versions of TLS that Windows names, oldest first. */
export const schannelVersions = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'] as const;
export type SchannelVersion = (typeof schannelVersions)[number];

/** Which side of a connection a server is on: it calls others (`Client`), or is called (`Server`). */
export const schannelSides = ['Client', 'Server'] as const;
export type SchannelSide = (typeof schannelSides)[number];

/**
 * What the registry of an organisation's servers says of a version on one side: `SCHANNEL\Protocols\<version>\<side>`. A value
 * that is absent leaves it as Windows has it.
 */
export interface SchannelProtocol {
  readonly Version: SchannelVersion;
  /** 0: never. */
  readonly Enabled?: number;
  /** 1: only for who asks for it by name, which Exchange does not. */
  readonly DisabledByDefault?: number;
}

/** By version. */
export const schannelProtocols = {
  Client: configKind<SchannelProtocol>('SchannelProtocol'),
  Server: configKind<SchannelProtocol>('SchannelServerProtocol'),
} as const;

/**
 * The versions that servers offer when they call others, oldest first: all, unless the registry says otherwise
 * (learn.microsoft.com, "Exchange Server TLS configuration best practices").
 */
export function offeredVersions(settings: Settings): readonly SchannelVersion[] {
  return enabledVersions(settings, 'Client', schannelVersions);
}

/**
 * The versions that servers take when they are called, oldest first; undefined where the registry says nothing of any.
 *
 * @param usual those of which the registry need not speak
 */
export function takenVersions(settings: Settings, usual: readonly SchannelVersion[]): readonly SchannelVersion[] | undefined {
  return schannelProtocols.Server.all(settings).length === 0 ? undefined : enabledVersions(settings, 'Server', usual);
}

function enabledVersions(settings: Settings, side: SchannelSide, usual: readonly SchannelVersion[]): readonly SchannelVersion[] {
  return schannelVersions.filter((version) => {
    const { Enabled, DisabledByDefault = 0 } = schannelProtocols[side].get(settings, version) ?? {};
    return (Enabled === undefined ? usual.includes(version) : Enabled !== 0) && DisabledByDefault === 0;
  });
}
