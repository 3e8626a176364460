import type { AccessEntry, Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import type { Cmdlet, CmdletObject, CmdletParameters, CmdletScope, ParameterType } from '../cmdlet.ts';
import { textGiven } from '../given.ts';
import { requireOf } from './noun.ts';
import { addAccess, entriesOf, removeAccess, requireRight, trusteeGiven, trusteeName } from './permissions.ts';
import { identityOf } from './shown.ts';

/** A noun whose objects are the entries of one right at recipients. */
export interface RightNoun {
  readonly kinds: Cmdlet['kinds'];
  /** Recipients that have such entries. */
  readonly types: readonly RecipientType[];
  /** The one right; others mean nothing here. */
  readonly right: AccessEntry['right'];
  /** What the trustee's parameter and the right's are called. */
  readonly trustee: 'User' | 'Trustee';
  readonly rights: 'AccessRights' | 'ExtendedRights';
  /** Parameters of Add- and Remove- that are taken and change nothing. */
  readonly idle?: Readonly<Record<string, ParameterType>>;
  /** An entry as it is shown. */
  show(names: { readonly owner: string; readonly trustee: string }, inherited: boolean): CmdletObject;
  /** The entry that everybody has of his own, where one is shown. */
  readonly self?: (owner: string) => CmdletObject;
}

/** `Get-`, `Add-` and `Remove-` of a right: `Add-MailboxPermission info -User mary -AccessRights FullAccess`. */
export function rightCmdlets(noun: RightNoun) {
  const { kinds, trustee: who, rights } = noun;
  const change = { kinds, positional: 'Identity', required: ['Identity', who, rights] } as const;
  const parameters: Cmdlet['parameters'] = { Identity: 'text', [who]: 'text', [rights]: 'list', ...noun.idle };
  const place = async (scope: CmdletScope, given: CmdletParameters) => {
    requireRight(given, rights, noun.right);
    const owner = await requireOf(noun, scope, String(given['Identity']));
    return { owner, trustee: await trusteeGiven(scope, given, who) };
  };
  const shown = (scope: CmdletScope, owner: Recipient, trustee: Recipient, inherited: boolean) =>
    noun.show({ owner: identityOf(owner), trustee: trusteeName(scope, trustee) }, inherited);
  return {
    get: {
      kinds,
      positional: 'Identity',
      parameters: { Identity: 'text', [who]: 'text' },
      required: ['Identity'],
      async run(scope, given) {
        const owner = await requireOf(noun, scope, String(given['Identity']));
        const only = textGiven(given, who) === undefined ? undefined : await trusteeGiven(scope, given, who);
        const entries = (await entriesOf(scope, owner, noun.right)).filter(
          ({ trustee }) => only === undefined || trustee.guid === only.guid,
        );
        const self = only === undefined && noun.self !== undefined ? [noun.self(identityOf(owner))] : [];
        return [...self, ...entries.map(({ entry, trustee }) => shown(scope, owner, trustee, entry.inherited))];
      },
    },
    add: {
      ...change,
      parameters,
      async run(scope, given) {
        const { owner, trustee } = await place(scope, given);
        await addAccess(scope, owner, trustee, noun.right);
        return [shown(scope, owner, trustee, false)];
      },
    },
    remove: {
      ...change,
      parameters,
      async run(scope, given) {
        const { owner, trustee } = await place(scope, given);
        await removeAccess(scope, owner, trustee, noun.right);
        return [];
      },
    },
  } satisfies Readonly<Record<string, Cmdlet>>;
}
