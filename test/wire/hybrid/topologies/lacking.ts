import { people } from './lab.ts';
import { type BrokenTopology, discovery, maryAsksJoe, set } from './row.ts';

const { mary } = people;

/** What administrators would see, and do not see here. */
export const lacking: readonly BrokenTopology[] = [
  {
    id: 'scp-first',
    how: 'a client within finds the service connection point first',
    ...set(
      'contoso',
      'Set-ClientAccessService EX-SE-01',
      '-AutoDiscoverServiceInternalUri https://nowhere.contoso.test/autodiscover/autodiscover.xml',
      '-AutoDiscoverServiceInternalUri https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
    ),
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [discovery(mary)] },
    failed: [],
    lacks: 'an Active Directory that clients ask',
  },
  {
    id: 'graph-perm-missing',
    how: 'EWS of the tenant is gone, and Graph is asked without its permission',
    broken: [{ coexist: 'era contoso-cloud 2027-04' }],
    fixed: [{ coexist: 'era contoso-cloud 2019' }],
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: ['https://graph.microsoft', '403'] },
    failed: ['contoso-cloud/ews tenant.shared-principal'],
    lacks: 'Microsoft Graph',
  },
];
