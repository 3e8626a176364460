import { askerOf, onPremisesOf, type Topology } from '../topology.ts';
import { wrongAddresses } from './looking.ts';
import { between, type Misconfiguration, onTheWire, type Variant } from './misconfiguration.ts';
import { resolveFreeBusy, sharingEpr } from './steps.ts';

function wrong(how: string, url: (topology: Topology) => string): Variant {
  return {
    how,
    play(topology) {
      const { asker, relationship } = askerOf(topology);
      return sharingEpr(asker, relationship, url(topology));
    },
  };
}

export const targetSharingEprWrong: Misconfiguration = {
  id: 'target-sharing-epr-wrong',
  title: 'TargetSharingEpr is wrong',
  symptom: 'The remote name could not be resolved; HTTP status 404: Not Found; Object moved',
  codes: ['ErrorProxyRequestProcessingFailed', 'LID: 59916'],
  source: `${resolveFreeBusy}; microsoft/CSS-Exchange, FreeBusyChecker and ConfigureTargetSharingEpr`,
  notice:
    'Get-OrganizationRelationship and Get-IntraOrganizationConnector: TargetSharingEpr is not the external address of EWS over there.',
  remedy: 'Set-OrganizationRelationship -TargetSharingEpr $null, and Autodiscover is asked; or the right address.',
  variants: {
    'old-host': wrong(
      'an old host that nobody has any more',
      (topology) => `https://old.${onPremisesOf(topology).domains[0]}/EWS/Exchange.asmx`,
    ),
    owa: wrong('the path of Outlook on the web', (topology) => `https://${onPremisesOf(topology).hosts.web}/owa`),
    'own-ews': wrong("one's own EWS", (topology) => `https://${askerOf(topology).asker.hosts.web}/EWS/Exchange.asmx`),
    'sign-in-page': {
      how: 'a page to sign in',
      unseen: onTheWire,
      play(topology) {
        const { name, hosts } = onPremisesOf(topology);
        const effect = { kind: 'status', status: 302, headers: { location: `https://${hosts.web}/owa` }, body: 'Object moved' };
        return between({ match: { svc: 'ews', org: name }, effect });
      },
    },
  },
  lint: (topology) =>
    (['unknown-host', 'own', 'path'] as const).flatMap((fault) =>
      wrongAddresses(
        topology,
        fault,
        { 'unknown-host': 'names a host that nobody has', own: "is one's own", path: 'is not that of EWS' }[fault],
        'TargetSharingEpr',
      ),
    ),
};
