import { virtualDirectoryOf } from '../../domain/organization/virtual-directories.ts';
import { partnerApplications } from '../../domain/trust/partner-applications.ts';
import { hybridOf, hybrids } from '../topology.ts';
import { found } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';

export const iocOauthRefused: Misconfiguration = {
  id: 'ioc-oauth-refused',
  title: 'The connector stands, and the other side takes no tokens',
  symptom: 'The request failed with HTTP status 401: Unauthorized; an error of the mailbox, and no other way is tried',
  codes: ['ErrorProxyRequestProcessingFailed', 'ErrorAutoDiscoverFailed'],
  source:
    'Microsoft: Configure OAuth authentication between Exchange and Exchange Online organizations; the texts are of "Resolve free/busy errors"',
  notice:
    'Test-OAuthConnectivity fails; Get-WebServicesVirtualDirectory shows OAuthAuthentication False, or Get-PartnerApplication Enabled False.',
  remedy: 'Set-WebServicesVirtualDirectory -OAuthAuthentication $true; Set-PartnerApplication -Enabled $true.',
  variants: {
    ews: {
      how: 'EWS takes no tokens: an error, and no other way is tried',
      play: (topology) =>
        set(
          hybridOf(topology).ours.name,
          'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory',
          '-OAuthAuthentication $false',
          '-OAuthAuthentication $true',
        ),
    },
    'partner-application': {
      how: 'the partner application is disabled',
      play: (topology) =>
        set(hybridOf(topology).ours.name, 'Get-PartnerApplication | Set-PartnerApplication', '-Enabled $false', '-Enabled $true'),
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours }) => {
      const settings = topology.settings(ours.name);
      const directory = virtualDirectoryOf(ours, settings, 'WebServicesVirtualDirectory');
      return [
        ...(directory['OAuthAuthentication'] === true
          ? []
          : [found(ours, directory.Name, 'OAuthAuthentication is off: tokens of the tenant are not taken')]),
        ...partnerApplications
          .all(settings)
          .filter(({ Enabled }) => !Enabled)
          .map(({ Name }) => found(ours, `partner application ${Name}`, 'it is disabled: its tokens are not taken')),
      ];
    }),
};
