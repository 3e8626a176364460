import type { Organization } from '../../shared/domain/organization/organization.ts';

/** On-premises; its accepted domain is no host of its own. */
export const contoso: Organization = {
  name: 'contoso',
  kind: 'on-premises',
  product: 'exchange-se',
  netbiosName: 'CONTOSO',
  domains: ['contoso.test'],
  hosts: { web: 'mail.contoso.test', autodiscover: 'autodiscover.contoso.test', smtp: 'smtp.contoso.test', redirectOnly: [] },
};

/** A tenant, reached under Microsoft's spellings too and by a name that its certificate lacks. */
export const contosoCloud: Organization = {
  name: 'contoso-cloud',
  kind: 'cloud',
  product: 'exchange-online',
  era: '2019',
  netbiosName: 'CLOUD',
  domains: ['contoso.test', 'contoso.onmicrosoft.test', 'contoso.mail.onmicrosoft.test'],
  hosts: {
    web: 'outlook.office365.test',
    autodiscover: 'autodiscover-s.outlook.test',
    redirectOnly: ['autodiscover.contoso.mail.onmicrosoft.test'],
  },
};
