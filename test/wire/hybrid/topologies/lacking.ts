import { type BrokenTopology, maryAsksJoe } from './row.ts';

/** What administrators would see, and do not see here. */
export const lacking: readonly BrokenTopology[] = [
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
