import { federationOf } from '../../domain/trust/federated-organization.ts';
import { askerOf, towards } from '../topology.ts';
import { found, pairs } from './looking.ts';
import { type Misconfiguration, quoted, set, type Variant } from './misconfiguration.ts';
import { value } from './steps.ts';

function uri(how: string, broken: string): Variant {
  return {
    how,
    play(topology) {
      const { asker, relationship } = askerOf(topology);
      return set(
        asker.name,
        `Set-OrganizationRelationship ${quoted(relationship.Name)} -TargetApplicationUri`,
        broken,
        value(relationship.TargetApplicationUri),
      );
    },
  };
}

export const appUriWrong: Misconfiguration = {
  id: 'app-uri-wrong',
  title: 'TargetApplicationUri is that of somebody else',
  symptom: 'An error occurred when processing the security tokens in the message; Soap fault exception received from the gateway',
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: Troubleshoot free/busy issues (TargetApplicationUri); the text of the gateway is ours',
  notice: 'TargetApplicationUri of Get-OrganizationRelationship is not ApplicationUri of the other side (Get-FederationInformation).',
  remedy: 'Set-OrganizationRelationship -TargetApplicationUri with what Get-FederationInformation says.',
  variants: {
    nobody: uri('nobody has that ApplicationUri', 'nobody.test'),
    'somebody-else': uri('it is that of somebody else: the token is not for the receiver', 'outlook.com'),
  },
  lint: (topology) =>
    pairs(topology).flatMap(([asker, asked]) => {
      const federation = federationOf(topology.settings(asked.name));
      if (federation === undefined) return [];
      const { ApplicationUri } = federation.trust;
      return towards(topology, asker, asked)
        .filter(({ relationship }) => relationship.TargetApplicationUri.toLowerCase() !== ApplicationUri.toLowerCase())
        .map(({ relationship }) =>
          found(
            asker,
            `organization relationship ${relationship.Name}`,
            `TargetApplicationUri ${relationship.TargetApplicationUri} is not ${ApplicationUri}`,
          ),
        );
    }),
};
