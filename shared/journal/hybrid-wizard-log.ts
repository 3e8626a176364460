import type { WizardLine, WizardLog } from '../kernel/exchange.ts';
import type { WebLog } from './web-log.ts';

/** What the Hybrid Configuration wizard writes in `Logging\\Update-HybridConfiguration`, or in `Microsoft\\Exchange Hybrid Configuration`. */
export const hybridWizardLog: WebLog = {
  head: () => '',
  line: (_server, { wizard }) => wizard?.lines.map((line) => wizardLogLine(wizard.kind, line)).join('\n'),
};

/**
 * A line of the log. Since 2015, when the wizard became a program of its own: KB 4051381; of Exchange 2010 and 2013: lines of
 * `Logging\Update-HybridConfiguration` in public forums. The numbers of events and of threads are left out: there are none here.
 */
export function wizardLogLine(kind: WizardLog['kind'], line: WizardLine): string {
  return kind === 'wizard' ? modernLine(line) : updateLine(line);
}

function modernLine({ at, level, activity, session, cmdlet, text }: WizardLine): string {
  const [day = '', time = ''] = new Date(at).toISOString().replace('Z', '').split('T');
  const who = [
    'Client=UX',
    `Activity=${activity}`,
    ...(session === undefined ? [] : [`Session=${session}`]),
    ...(cmdlet === undefined ? [] : [`Cmdlet=${cmdlet}`]),
  ];
  return `${day.replaceAll('-', '.')} ${time} ${level === 'error' ? '*ERROR*' : '       '} [${who.join(', ')}] ${text}`;
}

function updateLine({ at, level, activity, session, cmdlet, text }: WizardLine): string {
  const [, year = '', month = '', day = '', time = ''] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+:\d+)/.exec(new Date(at).toISOString()) ?? [];
  const sentence =
    cmdlet === undefined
      ? `${text} ${activity}`
      : `Session=${session === 'OnPremises' ? 'OnPrem' : 'Tenant'} Cmdlet=${text.startsWith('START ') ? text.slice('START '.length) : `${cmdlet} ${text}`}`;
  return `[${month}/${day}/${year} ${time}] ${level === 'error' ? '  ERROR' : '   INFO'} : ${sentence}`;
}
