import { roleAssignments } from '../../domain/organization/role-assignments.ts';
import { type PartnerApplication, partnerApplications } from '../../domain/trust/partner-applications.ts';
import { hybridOf, lackingIn } from '../topology.ts';
import { found, onPremises } from './looking.ts';
import { type Misconfiguration, quoted } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const linkedAccount: Misconfiguration = {
  id: 'linked-account',
  title: 'The partner application has no linked account',
  symptom: 'The application is missing a linked account for RBAC roles, or the linked account has no RBAC role assignments',
  source: resolveFreeBusy,
  notice: 'Get-PartnerApplication shows no LinkedAccount.',
  remedy: 'Set-PartnerApplication -LinkedAccount <account with the role ApplicationImpersonation>.',
  variants: {
    none: {
      how: 'the partner application has no linked account',
      play(topology) {
        const { name } = hybridOf(topology).ours;
        const applications = partnerApplications.all(topology.settings(name)).filter(({ LinkedAccount }) => LinkedAccount !== '');
        if (applications.length === 0)
          lackingIn(`no partner application with a linked account at ${name} (Set-PartnerApplication -LinkedAccount)`);
        const line = ({ Name }: PartnerApplication): string => `Set-PartnerApplication ${quoted(Name)} -LinkedAccount`;
        return {
          broken: applications.map((one) => ({ at: name, line: `${line(one)} $null` })),
          mended: applications.map((one) => ({ at: name, line: `${line(one)} ${one.LinkedAccount}` })),
        };
      },
    },
  },
  // Who uses no application on its own needs no account: an account with the role tells that somebody does.
  lint: (topology) =>
    onPremises(topology).flatMap((organization) => {
      const settings = topology.settings(organization.name);
      const wanted = roleAssignments
        .all(settings)
        .some(({ Role, RoleAssigneeType }) => Role === 'ApplicationImpersonation' && RoleAssigneeType === 'User');
      return wanted
        ? partnerApplications
            .all(settings)
            .filter(({ LinkedAccount }) => LinkedAccount === '')
            .map(({ Name }) => found(organization, `partner application ${Name}`, 'it has no linked account'))
        : [];
    }),
};
