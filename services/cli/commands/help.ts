import { findKnowledge, type Knowledge } from '../../../shared/faults/knowledge.ts';
import { messageText } from '../../../shared/protocols/ews/message-texts.ts';
import { type ResponseCode, responseCodes } from '../../../shared/protocols/ews/response-codes.ts';
import { exitCodes } from '../failures.ts';
import type { Verb } from '../verb.ts';

/** Told whole of one error. */
const mostTold = 5;

export const help: Verb = {
  name: 'help',
  summary: 'Help for a verb, or what an error means: cause, how to make it, what to do',
  examples: [
    'coexist help topology',
    'coexist help ErrorNoFreeBusyAccess',
    'coexist help "The entered and stored passwords do not match."',
    'coexist help token.audience-host      # a check of coexist explain',
  ],
  configure(command, context, _argv, done) {
    command
      .argument('[words...]', 'a verb, a code, a check, or a text from a log')
      .option('--json', 'JSON for machines')
      .action(async (asked: readonly string[], { json }: { readonly json?: true }) => {
        const program = command.parent;
        const verb = program?.commands.find(
          (one) => asked.length === 1 && (one.name() === asked[0] || one.aliases().includes(asked[0] ?? '')),
        );
        if (program !== null && (asked.length === 0 || verb !== undefined)) {
          (verb ?? program).outputHelp();
          done(exitCodes.ok);
          return;
        }
        const text = asked.join(' ');
        const code = responseCodes.find((one) => one.toLowerCase() === text.trim().toLowerCase());
        const found = [...findKnowledge(text), ...(code === undefined ? [] : ofCode(code))];
        const shown = [...new Set(found)].map(view);
        if (json === true)
          context.print(`${JSON.stringify({ code: code ?? null, text: code === undefined ? null : messageText(code), found: shown })}\n`);
        else {
          if (code !== undefined) context.print(`${headOf(code)} (a response code of EWS)\n\n`);
          context.print(shown.slice(0, mostTold).map(told).join('\n'));
          if (shown.length > mostTold)
            context.print(
              `\nothers: ${shown
                .slice(mostTold)
                .map(({ name }) => name)
                .join(', ')}\n`,
            );
          if (code === undefined && shown.length === 0)
            context.complain(`nothing is known of ${JSON.stringify(text)}; coexist explain <trace> tells of a call that failed\n`);
        }
        done(code === undefined && shown.length === 0 ? exitCodes.nothingMatched : exitCodes.ok);
      });
  },
};

/** A code with its sentence, where it has one of its own. */
function headOf(code: ResponseCode): string {
  const text = messageText(code);
  return text === code ? code : `${code}: ${text}`;
}

/** What is known of a code's own sentence. */
function ofCode(code: ResponseCode): readonly Knowledge[] {
  const text = messageText(code);
  return text === code ? [] : findKnowledge(text);
}

interface Shown {
  readonly name: string;
  readonly title: string;
  readonly remedy: string;
  readonly symptom?: string;
  readonly source?: string;
  readonly notice?: string;
  readonly make?: string;
}

function view(one: Knowledge): Shown {
  if (one.is === 'check') return { name: one.check, title: 'a check that fails', remedy: one.remedy };
  const { id, title, symptom, source, notice, remedy, shownBy } = one.misconfiguration;
  return { name: id, title, symptom, source, notice, remedy, make: shownBy ?? `coexist topology break ${id}` };
}

function told({ name, title, symptom, source, notice, make, remedy }: Shown): string {
  const lines = [
    ['symptom', symptom],
    ['source', source],
    ['look at', notice],
    ['make it', make],
    ['remedy', remedy],
  ] as const;
  return [
    `${name}: ${title}`,
    ...lines.flatMap(([what, text]) => (text === undefined ? [] : [`  ${`${what}:`.padEnd(9)}${text}`])),
    '',
  ].join('\n');
}
