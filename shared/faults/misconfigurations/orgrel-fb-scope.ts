import { askerOf, lackingIn, onPremisesOf, somebody, towards } from '../topology.ts';
import { found, isMailbox, relationships } from './looking.ts';
import { type Misconfiguration, quoted } from './misconfiguration.ts';
import { resolveFreeBusy, value } from './steps.ts';

export const orgrelFbScope: Misconfiguration = {
  id: 'orgrel-fb-scope',
  title: 'A relationship shares the free/busy information of a group alone',
  symptom: 'The caller does not have access to free/busy data, LID: 40764',
  codes: ['ErrorNoFreeBusyAccess', 'LID: 40764'],
  source: resolveFreeBusy,
  notice: 'Get-OrganizationRelationship shows FreeBusyAccessScope, and the mailbox is no member.',
  remedy: 'Set-OrganizationRelationship -FreeBusyAccessScope $null, or make the mailbox a member.',
  variants: {
    group: {
      how: 'FreeBusyAccessScope is a group without the user',
      play(topology) {
        const ours = onPremisesOf(topology);
        const [mine] = towards(topology, ours, askerOf(topology).asker);
        if (mine === undefined) lackingIn(`no relationship of ${ours.name} with those who ask`);
        const member = somebody(topology, ours.name, isMailbox);
        const group = `few@${ours.domains[0]}`;
        const line = `Set-OrganizationRelationship ${quoted(mine.relationship.Name)} -FreeBusyAccessScope`;
        return {
          broken: [
            { at: ours.name, line: `New-DistributionGroup -Name Few -PrimarySmtpAddress ${group} -Members ${member.primaryAddress}` },
            { at: ours.name, line: `${line} ${group}` },
          ],
          mended: [
            { at: ours.name, line: `${line} ${value(mine.relationship.FreeBusyAccessScope)}` },
            { at: ours.name, line: `Remove-DistributionGroup ${group} -Confirm:$false` },
          ],
        };
      },
    },
  },
  lint: (topology) =>
    relationships(topology).flatMap(({ asker, relationship: { Name, FreeBusyAccessScope } }) =>
      FreeBusyAccessScope === ''
        ? []
        : [found(asker, `organization relationship ${Name}`, `it shares for members of ${FreeBusyAccessScope} alone`)],
    ),
};
