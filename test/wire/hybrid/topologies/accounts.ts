import { people } from './lab.ts';
import { type BrokenTopology, patAsksMary } from './row.ts';

const gateway = 'Soap fault exception received. ';
/** What the gateway says of a user of the tenant, as its administrator sees it. */
const tenantTests = {
  is: 'a cmdlet',
  at: 'contoso-cloud',
  line: 'Test-OrganizationRelationship "O365 to On-premises - 11111111-1111-4111-8111-111111111111" -UserIdentity joe',
} as const;

/** Accounts and domains that the federation gateway has no token for. */
export const accounts: readonly BrokenTopology[] = [
  {
    id: 'sts-user-auth',
    how: 'the password has to be changed',
    variant: 'must-change',
    user: people.joe,
    asked: tenantTests,
    symptom: { code: 'answered', says: ['FailureToGetDelegationToken', `${gateway}The password has to be changed`] },
    failed: [],
  },
  {
    id: 'sts-user-auth',
    how: 'the password for the account has expired',
    variant: 'expired',
    user: people.joe,
    asked: tenantTests,
    symptom: { code: 'answered', says: ['FailureToGetDelegationToken', `${gateway}The password for the account has expired`] },
    failed: [],
  },
  {
    id: 'sts-user-auth',
    how: 'the domain is not provisioned: taking it away was broken off',
    variant: 'not-provisioned',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${gateway}Provision is needed before federated account can be logged in. ErrorWin32InteropError`],
    },
    failed: ['azure-auth sts.email-domain'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'sts-user-auth',
    how: 'the member name is invalid: it was broken off later',
    variant: 'member-name',
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${gateway}The specified member name is either invalid or empty.`] },
    failed: ['azure-auth sts.requestor'],
    log: { of: 'contoso', iis: [] },
  },
];
