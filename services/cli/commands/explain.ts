import type { Explanation } from '../../../shared/journal/explain.ts';
import { explanationText } from '../../../shared/journal/explanation-text.ts';
import { readClientConfig } from '../../config.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

export const explain: Verb = {
  name: 'explain',
  summary: 'Say why a trace ended as it did: every check, and what to do',
  examples: ['coexist explain 4bf92f35', 'coexist explain $(curl -sD- ... | grep -i x-coexist-trace | cut -d" " -f2)'],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .argument('<trace>', 'trace id, or its first digits; every answer carries it as x-coexist-trace')
      .action(async (trace: string, options: LabOptions) => {
        const { colors } = readClientConfig(context.environment, context);
        const path = `/_coexist/v1/traces/${encodeURIComponent(trace)}/explain`;
        const found = await locateLab(context, options).get<Explanation>(path);
        context.print(options.json === true ? `${JSON.stringify(found)}\n` : explanationText(found, colors));
        done(exitCodes.ok);
      });
  },
};
