import { perimeterOf } from '../../domain/organization/perimeter-devices.ts';
import { tokenCheckingOf } from '../../domain/organization/virtual-directories.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const extendedProtectionBridge: Misconfiguration = {
  id: 'extended-protection-bridge',
  title: 'A device in front ends TLS where the servers want channel bindings',
  symptom: "The HTTP request is unauthorized with client authentication scheme 'Negotiate'. (401) Unauthorized, again and again",
  source:
    'Microsoft: Configure Windows Extended Protection in Exchange Server: SSL bridging needs the same certificate on device and servers',
  notice: 'NTLM fails through the device and goes past it; coexist explain shows ntlm.channel-binding.',
  remedy: 'Show the same certificate at the device, or Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking None.',
  variants: {
    bridge: {
      how: 'channel bindings are required, and the device in front ends TLS with a certificate of its own',
      play(topology) {
        const { name } = onPremisesOf(topology);
        const { Enabled } = perimeterOf(topology.settings(name));
        return {
          broken: [
            {
              at: name,
              line: 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking Require',
            },
            { at: name, line: 'Set-PerimeterDevice -Enabled $true' },
          ],
          mended: [
            { at: name, line: 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking None' },
            { at: name, line: `Set-PerimeterDevice -Enabled $${Enabled}` },
          ],
        };
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const settings = topology.settings(organization.name);
      const checking = tokenCheckingOf(organization, settings, 'WebServicesVirtualDirectory');
      return perimeterOf(settings).Enabled && checking !== 'None'
        ? [found(organization, 'perimeter device', `it ends TLS, and EWS looks at channel bindings (${checking}): NTLM fails`)]
        : [];
    }),
};
