import type { Instant } from '../../kernel/clock.ts';
import type { OpenExchange, WizardLine } from '../../kernel/exchange.ts';
import type { CmdletScope } from '../cmdlet.ts';

/** Of what is told so much stays in the journal; the steps of a world have a few hundred. */
const mostLines = 2_000;

/** Has an exchange keep what the wizard tells while it runs; answers each line with its moment. */
export function wizardLogOf(exchange: Pick<OpenExchange, 'note'>, now: () => Instant): NonNullable<CmdletScope['wizardLog']> {
  const lines: WizardLine[] = [];
  return (kind, line) => {
    if (lines.length === 0) exchange.note({ wizard: { kind, lines } });
    const told = { at: now(), ...line };
    if (lines.length < mostLines) lines.push(told);
    return told;
  };
}
