import { virtualDirectoryOf } from '../../domain/organization/virtual-directories.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, set, type Variant } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

const switches = { ews: 'WebServicesVirtualDirectory', autodiscover: 'AutodiscoverVirtualDirectory' } as const;

function variant(kind: (typeof switches)[keyof typeof switches], how: string): Variant {
  return {
    how,
    play: (topology) =>
      set(onPremisesOf(topology).name, `Get-${kind} | Set-${kind}`, '-WSSecurityAuthentication $false', '-WSSecurityAuthentication $true'),
  };
}

export const effWssecOff: Misconfiguration = {
  id: 'eff-wssec-off',
  title: 'WS-Security is off on a virtual directory',
  symptom: 'An error occurred when verifying security for the message (SoapHeaderException)',
  codes: ['ErrorProxyRequestProcessingFailed', 'ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice:
    'Get-WebServicesVirtualDirectory and Get-AutodiscoverVirtualDirectory show WSSecurityAuthentication False; IIS logs a 500 at /WSSecurity.',
  remedy: 'Set-WebServicesVirtualDirectory or Set-AutodiscoverVirtualDirectory -WSSecurityAuthentication $true.',
  variants: {
    ews: variant(switches.ews, 'on the virtual directory of EWS'),
    autodiscover: variant(switches.autodiscover, 'on the virtual directory of Autodiscover'),
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) =>
      Object.values(switches).flatMap((kind) => {
        const directory = virtualDirectoryOf(organization, topology.settings(organization.name), kind);
        return directory['WSSecurityAuthentication'] === true
          ? []
          : [found(organization, directory.Name, 'WSSecurityAuthentication is off: delegation tokens of others are not taken')];
      }),
    ),
};
