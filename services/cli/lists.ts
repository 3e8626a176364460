import { serviceNames } from '../flags.ts';
import { shippedWorlds } from '../world-source.ts';

/** A line of a list: its name, and what else is told of it. */
export type ListRow = { readonly name: string } & Readonly<Record<string, string>>;

/** What `coexist list` can list; each is read from the table that the product itself goes by. */
export const lists: Readonly<Record<string, () => Promise<readonly ListRow[]>>> = {
  worlds: async () => Object.entries(shippedWorlds).map(([name, title]) => ({ name, title })),
  eras: async () => {
    const [{ eraOf }, { eraNames }] = await Promise.all([
      import('../../shared/domain/organization/eras.ts'),
      import('../../shared/domain/world/vocabulary.ts'),
    ]);
    return eraNames.map((name) => ({ name, title: eraOf(name).title }));
  },
  services: async () => serviceNames.map((name) => ({ name })),
  cmdlets: async () => {
    const { cmdlets } = await import('../../shared/cmdlets/table.ts');
    return Object.entries(cmdlets)
      .map(([name, { kinds }]) => ({ name, shells: kinds.join(', ') }))
      .sort((a, b) => (nounFirst(a.name) < nounFirst(b.name) ? -1 : 1));
  },
  errors: async () => {
    const [{ responseCodes }, { messageText }] = await Promise.all([
      import('../../shared/protocols/ews/response-codes.ts'),
      import('../../shared/protocols/ews/message-texts.ts'),
    ]);
    // Codes without a sentence of their own are their own text.
    return responseCodes.map((name) => ({ name, text: messageText(name) === name ? '' : messageText(name) }));
  },
  faults: async () => {
    const { kinds } = await import('../../shared/faults/kinds/index.ts');
    return Object.values(kinds).map(({ kind, title, parameters, seams }) => ({
      name: kind,
      title,
      parameters: Object.keys(parameters.shape).join(', '),
      seams: seams.join(', '),
    }));
  },
};

/** `Get-Mailbox` and `Set-Mailbox` stand together. */
function nounFirst(name: string): string {
  const [verb = '', noun = ''] = name.split('-', 2);
  return `${noun}-${verb}`.toLowerCase();
}
