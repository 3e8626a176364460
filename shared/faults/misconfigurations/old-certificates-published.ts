import type { Misconfiguration } from './misconfiguration.ts';

export const oldCertificates: Misconfiguration = {
  id: 'old-certificates-published',
  title: 'The old certificate of an authority is still given to workstations',
  symptom: 'Two certificates of one authority in the store of a workstation, and chains that end with the one that is over',
  source: 'Blogs of administrators, "Enterprise Certificate Authority pushing old certificates through Active Directory"',
  notice: 'certutil -viewstore of the AIA container shows more than one certificate of the authority.',
  remedy: 'Take the old one out of the AIA container of Active Directory.',
  variants: {},
  shownBy:
    'No directory here gives certificates of authorities to workstations: there is one authority, and clients are told of it by a file (ca.pem).',
};
