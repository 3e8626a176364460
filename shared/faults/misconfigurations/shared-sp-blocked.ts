import { eraOf } from '../../domain/organization/eras.ts';
import { authServers } from '../../domain/trust/auth-servers.ts';
import { hybridOf, hybrids } from '../topology.ts';
import { enabledConnectors, found } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';

export const sharedSpBlocked: Misconfiguration = {
  id: 'shared-sp-blocked',
  title: 'The shared service principal is blocked, and there is no dedicated application',
  symptom: 'The request failed with HTTP status 403: Forbidden; The configuration was last successfully loaded at 01-01-0001',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: 'Microsoft: Deploy dedicated Exchange hybrid app; reports of administrators',
  notice: 'ApplicationIdentifier of Get-AuthServer is empty while the tenant is in an era from 2025-11 on (coexist era).',
  remedy:
    'ConfigureExchangeHybridApplication.ps1: an application of its own, Set-AuthServer -ApplicationIdentifier, New-SettingOverride -Section ExchangeOnpremAsThirdPartyAppId.',
  variants: {
    era: {
      how: 'since 2025-11 the shared principal is blocked',
      play(topology) {
        const { tenant } = hybridOf(topology);
        return { broken: [{ era: '2025-11', of: tenant.name }], mended: [{ era: tenant.era ?? '2019', of: tenant.name }] };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const isBlocked = tenant.era !== undefined && eraOf(tenant.era).sharedServicePrincipal === 'blocked';
      const isDedicated = authServers.all(topology.settings(ours.name)).some(({ ApplicationIdentifier }) => ApplicationIdentifier !== '');
      return isBlocked && !isDedicated && enabledConnectors(topology, ours, tenant).length > 0
        ? [found(ours, 'auth servers', `no dedicated application, and ${tenant.name} takes the shared one no more (era ${tenant.era})`)]
        : [];
    }),
};
