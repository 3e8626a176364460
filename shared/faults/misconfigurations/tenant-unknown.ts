import type { Misconfiguration } from './misconfiguration.ts';

export const tenantUnknown: Misconfiguration = {
  id: 'tenant-unknown',
  title: 'A token is of another tenant',
  symptom: '401 with 2000004;reason="The tenant for tenant guid \'...\' does not exist.";error_category="invalid_tenant"',
  source: 'Microsoft: troubleshooting of OAuth in hybrid deployments',
  notice: 'coexist token decode: tid, or the realm, is not that of the tenant that is asked.',
  remedy: 'Ask the tenant of the mailbox for the token.',
  variants: {},
  shownBy: 'It lies in a token: coexist token mint user --org <tenant> --defect tid-not-of-the-issuer, brought to EWS.',
};
