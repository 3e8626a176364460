import { found, relationships } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { shares } from './steps.ts';

export const orgrelMailtipsDisabled: Misconfiguration = {
  id: 'orgrel-mailtips-disabled',
  title: 'A relationship shares no MailTips',
  symptom: 'No MailTips of the other side (ErrorMailTipsDisabled)',
  codes: ['ErrorMailTipsDisabled'],
  source: 'Microsoft: MailTips over organization relationships; no text is published',
  notice: 'Get-OrganizationRelationship shows MailTipsAccessEnabled False, or MailTipsAccessLevel None.',
  remedy: 'Set-OrganizationRelationship -MailTipsAccessEnabled $true -MailTipsAccessLevel All.',
  variants: {
    disabled: shares('MailTipsAccessEnabled is off', '-MailTipsAccessEnabled $false', () => '-MailTipsAccessEnabled $true'),
  },
  lint: (topology) =>
    relationships(topology).flatMap(({ asker, relationship: { Name, MailTipsAccessEnabled, MailTipsAccessLevel } }) =>
      MailTipsAccessEnabled && MailTipsAccessLevel !== 'None'
        ? []
        : [
            found(
              asker,
              `organization relationship ${Name}`,
              `it shares no MailTips (MailTipsAccessEnabled ${MailTipsAccessEnabled}, level ${MailTipsAccessLevel})`,
            ),
          ],
    ),
};
