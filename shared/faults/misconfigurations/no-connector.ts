import { sendConnectors } from '../../domain/mailflow/connectors.ts';
import { onPremisesOf } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { internetConnector, isForEverybody } from './looking-at-mail.ts';
import { type Misconfiguration, quoted, set } from './misconfiguration.ts';

export const noConnector: Misconfiguration = {
  id: 'no-connector',
  title: 'No send connector leads out',
  symptom: 'A matching connector cannot be found to route the external recipient',
  source: 'Microsoft: Queues; posts of administrators',
  notice: 'Get-Queue shows Unreachable; Get-SendConnector has nothing enabled for *.',
  remedy: 'Set-SendConnector -Enabled $true, or New-SendConnector -AddressSpaces SMTP:*;1.',
  variants: {
    disabled: {
      how: 'the send connector for everybody is disabled',
      play(topology) {
        const ours = onPremisesOf(topology);
        return set(ours.name, `Set-SendConnector ${quoted(internetConnector(topology, ours).Name)}`, '-Enabled $false', '-Enabled $true');
      },
    },
  },
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const all = sendConnectors.all(topology.settings(organization.name)).filter(isForEverybody);
      return all.every((connector) => connector['Enabled'] === false)
        ? [found(organization, 'send connectors', 'none for * is enabled: mail for others waits')]
        : [];
    }),
};
