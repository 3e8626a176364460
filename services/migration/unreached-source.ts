import type { SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';

/**
 * A source that could not be opened, for a move whose target is in use already: each call says why. So what is left to do there is counted like
 * anything else that fails at a source, and the target is finished without it in the end.
 */
export function unreachedSource(why: Refusal): SourceMailbox {
  const refuse = async (): Promise<never> => {
    throw why;
  };
  const refuseAll = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  return {
    ...{ information: refuse, setInTransit: refuse, recipient: refuse, convertRecipient: refuse, deleteMailbox: refuse },
    ...{ folders: refuseAll, messages: refuseAll, export: refuseAll, messageChanges: refuseAll },
    ...{ checkpoint: refuse, hierarchyChanges: refuse, changedFolders: refuse, folderAcl: refuse, mailboxAcl: refuse, rules: refuse },
    resolvePrincipals: refuse,
    close: async () => {},
  };
}
