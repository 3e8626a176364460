import { found, relationships } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy, shares } from './steps.ts';

export const orgrelFbDisabled: Misconfiguration = {
  id: 'orgrel-fb-disabled',
  title: 'A relationship shares no free/busy information',
  symptom: 'The caller does not have access to free/busy data (NoFreeBusyAccessException)',
  codes: ['ErrorNoFreeBusyAccess', 'LID: 47652'],
  source: resolveFreeBusy,
  notice: 'Get-OrganizationRelationship shows FreeBusyAccessEnabled False, or FreeBusyAccessLevel None.',
  remedy: 'Set-OrganizationRelationship -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails.',
  variants: {
    disabled: shares('FreeBusyAccessEnabled is off', '-FreeBusyAccessEnabled $false', () => '-FreeBusyAccessEnabled $true'),
    'level-none': shares(
      'FreeBusyAccessLevel is None',
      '-FreeBusyAccessLevel None',
      ({ FreeBusyAccessLevel }) => `-FreeBusyAccessLevel ${FreeBusyAccessLevel}`,
    ),
  },
  lint: (topology) =>
    relationships(topology).flatMap(({ asker, relationship: { Name, FreeBusyAccessEnabled, FreeBusyAccessLevel } }) =>
      FreeBusyAccessEnabled && FreeBusyAccessLevel !== 'None'
        ? []
        : [
            found(
              asker,
              `organization relationship ${Name}`,
              `it shares no free/busy information (FreeBusyAccessEnabled ${FreeBusyAccessEnabled}, level ${FreeBusyAccessLevel})`,
            ),
          ],
    ),
};
