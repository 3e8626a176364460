import { hybrids } from '../topology.ts';
import { enabledConnectors, exchangePrincipal, found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { lacksHost } from './steps.ts';

export const spnMissing: Misconfiguration = {
  id: 'spn-missing',
  title: 'The service principal of Exchange lacks a host',
  symptom: "Unable to get token from Auth Server. Error code: 'invalid_resource'. AADSTS50001; Test-OAuthConnectivity: 401",
  codes: ['ErrorAutoDiscoverFailed'],
  source: 'Microsoft: KB 3090197',
  notice: 'ServicePrincipalNames of Get-MsolServicePrincipal -AppPrincipalId 00000002-0000-0ff1-ce00-000000000000 lack https://<host>/.',
  remedy: "Set-MsolServicePrincipal -ServicePrincipalNames @{Add='https://<host>/'}.",
  variants: {
    autodiscover: lacksHost('the service principal of Exchange lacks the host', ({ hosts }) => hosts.autodiscover),
    web: lacksHost('it lacks the host of EWS', ({ hosts }) => hosts.web),
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      if (enabledConnectors(topology, tenant, ours).length === 0) return [];
      const names = exchangePrincipal(topology, tenant)?.servicePrincipalNames ?? [];
      return [ours.hosts.web, ours.hosts.autodiscover]
        .filter((host) => !names.includes(`https://${host.toLowerCase()}/`))
        .map((host) => found(tenant, 'service principal of Exchange', `ServicePrincipalNames lack https://${host}/`));
    }),
};
