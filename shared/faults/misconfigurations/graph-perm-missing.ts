import { settingOverride } from '../../domain/organization/setting-overrides.ts';
import { authServers } from '../../domain/trust/auth-servers.ts';
import { servicePrincipals } from '../../domain/trust/service-principals.ts';
import { exchangeAppId, graphAppId } from '../../domain/trust/well-known.ts';
import { hybridOf, hybrids, lackingIn } from '../topology.ts';
import { authCertificateOf, found } from './looking.ts';
import { type Misconfiguration, quoted, type Step } from './misconfiguration.ts';

/** Calendars.Read of Microsoft Graph. */
const calendarsRead = '798ee544-9d2d-430c-a058-570e29e34338';
const fullAccess = 'dc890d15-9560-4a4c-9b7f-a736ec74ec40';

function assignment(of: string, resource: string, role: string): string {
  return `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${of} -PrincipalId ${of} -ResourceId ${resource} -AppRoleId ${role}`;
}

export const graphPermMissing: Misconfiguration = {
  id: 'graph-perm-missing',
  title: 'The servers go by Microsoft Graph without a permission',
  symptom: 'The remote server returned an error: (403) Forbidden. RestProxyWebRequest type = CrossForest',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: 'Microsoft: Deploy dedicated Exchange hybrid app; the form of the text is known from logs of administrators',
  notice: 'The dedicated application of Get-AuthServer has no application role on Microsoft Graph.',
  remedy: 'Grant it Calendars.Read, MailboxSettings.Read and User.Read.All on Microsoft Graph (New-MgServicePrincipalAppRoleAssignment).',
  variants: {
    permission: {
      how: 'the servers go by Microsoft Graph, for which their application has no permission',
      also: ['ews-disabled'],
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { certificate } = authCertificateOf(topology, ours);
        const server =
          authServers.all(topology.settings(ours.name)).find(({ Type }) => Type === 'AzureAD') ??
          lackingIn(`no auth server of ${ours.name} for Entra`);
        const principal = (id: string): string =>
          servicePrincipals.get(topology.settings(tenant.name), id)?.objectId ?? lackingIn(`no principal ${id}`);
        const override = (name: string, component: string, section: string): Step => ({
          at: ours.name,
          line: `New-SettingOverride ${name} -Component ${component} -Section ${section} -Parameters "Enabled=true" -Reason "hybrid"`,
        });
        return {
          broken: [
            { at: tenant.name, line: 'New-MsolServicePrincipal -DisplayName ExchangeServerApp', keeps: 'app' },
            {
              at: tenant.name,
              line: `New-MsolServicePrincipalCredential -AppPrincipalId {{app.AppPrincipalId}} -Type Asymmetric -Usage Verify -Value "${certificate}"`,
            },
            { at: tenant.name, line: assignment('{{app.ObjectId}}', principal(exchangeAppId), fullAccess) },
            override('Hybrid', 'Global', 'ExchangeOnpremAsThirdPartyAppId'),
            { at: ours.name, line: `Set-AuthServer ${quoted(server.Name)} -ApplicationIdentifier {{app.AppPrincipalId}}` },
            override('Graph', 'SettingOverride', 'RouteThroughMSGraph'),
            { era: '2027-04', of: tenant.name },
          ],
          mended: [{ at: tenant.name, line: assignment('{{app.ObjectId}}', principal(graphAppId), calendarsRead) }],
        };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const settings = topology.settings(ours.name);
      if (settingOverride(settings, 'SettingOverride', 'RouteThroughMSGraph', 'Enabled')?.toLowerCase() !== 'true') return [];
      const graph = servicePrincipals.get(topology.settings(tenant.name), graphAppId);
      return authServers
        .all(settings)
        .filter(({ ApplicationIdentifier }) => ApplicationIdentifier !== '')
        .filter(({ ApplicationIdentifier: id }) => {
          const granted = servicePrincipals.get(topology.settings(tenant.name), id)?.appRoleAssignments ?? [];
          return !granted.some(({ resource }) => resource === graph?.appId || resource === graph?.objectId);
        })
        .map(({ Name, ApplicationIdentifier }) =>
          found(ours, `auth server ${Name}`, `its application ${ApplicationIdentifier} has no permission on Microsoft Graph`),
        );
    }),
};
