import { offeredVersions, type SchannelSide, takenVersions } from '../../domain/organization/schannel-protocols.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import type { Misconfiguration, Variant } from './misconfiguration.ts';

const key = String.raw`"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols`;
const newer = ['TLS 1.2', 'TLS 1.3'] as const;

export const tls12Off: Misconfiguration = {
  id: 'tls12-off',
  title: 'The servers offer, or take, nothing newer than TLS 1.1',
  symptom: 'The underlying connection was closed: An unexpected error occurred on a send.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: Exchange Server TLS configuration best practices; "Free/busy sharing issues" after TLS 1.2 became a must',
  notice: 'SCHANNEL\\Protocols\\TLS 1.2\\Client (or \\Server) in the registry: Enabled 0, or DisabledByDefault 1.',
  remedy: 'Switch TLS 1.2 on for client and server, and for .NET (SchUseStrongCrypto).',
  variants: {
    registry: switchedOff('Client', 'the servers offer nothing newer than TLS 1.1, which nobody takes'),
    server: switchedOff('Server', 'the servers take nothing newer than TLS 1.1, which nobody offers'),
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const settings = topology.settings(organization.name);
      const sides = [
        { verb: 'offer', versions: offeredVersions(settings) },
        { verb: 'take', versions: takenVersions(settings, newer) ?? newer },
      ];
      return sides
        .filter(({ versions }) => !newer.some((version) => versions.includes(version)))
        .map(({ verb, versions }) =>
          found(organization, 'SCHANNEL of the servers', `they ${verb} ${versions.join(', ') || 'no version'} and nothing newer`),
        );
    }),
};

function switchedOff(side: SchannelSide, how: string): Variant {
  return {
    how,
    play(topology) {
      const at = onPremisesOf(topology).name;
      return {
        broken: newer.map((version) => ({
          at,
          line: `New-ItemProperty -Path ${key}\\${version}\\${side}" -Name Enabled -Value 0 -PropertyType DWord -Force`,
        })),
        mended: newer.map((version) => ({ at, line: `Remove-ItemProperty -Path ${key}\\${version}\\${side}" -Name Enabled` })),
      };
    },
  };
}
