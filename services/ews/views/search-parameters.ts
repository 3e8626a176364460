import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { matcher } from '../../../shared/domain/mailbox/restriction.ts';
import { isExact } from '../../../shared/domain/mailbox/scan-items.ts';
import { isSearchFolder, type SearchCriteria } from '../../../shared/domain/mailbox/search-criteria.ts';
import { searchCriteriaOf } from '../../../shared/domain/mailbox/search-folders.ts';
import type { SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type FolderTarget, type OpenMailbox, openFolder } from '../mailboxes.ts';
import { restrictionOf } from './search.ts';
import { expressionOf } from './search-expression.ts';

/** SearchParametersType. */
export interface WireSearchParameters {
  readonly Traversal?: 'Shallow' | 'Deep' | undefined;
  readonly Restriction: SearchExpression;
  readonly BaseFolderIds: readonly FolderTarget[];
}

/** Folders that a search folder may name: a bound of ours. */
const mostFolders = 500;

/**
 * What a request wants a search folder of a mailbox to look for; Shallow where it does not say (inferred). Refuses folders
 * of another mailbox with ErrorEmailAddressMismatch (Microsoft's page "ResponseCode") and search folders with
 * ErrorInvalidFolderTypeForOperation (inferred), and what opening folders and reading a restriction refuse.
 */
export async function readSearchParameters(
  call: EwsCall,
  { guid }: OpenMailbox,
  { Traversal, Restriction, BaseFolderIds }: WireSearchParameters,
): Promise<SearchCriteria> {
  const restriction = restrictionOf(Restriction);
  // What no search could be made of is refused now.
  matcher(restriction, () => undefined, isExact);
  if (BaseFolderIds.length > mostFolders) throw ewsRefusal('ErrorInvalidArgument', { detail: `${BaseFolderIds.length} folders` });
  const folders = new Set<number>();
  for (const target of BaseFolderIds) {
    const { mailbox, folder } = await openFolder(call, target);
    if (mailbox.guid !== guid)
      throw ewsRefusal('ErrorEmailAddressMismatch', { detail: `folder ${folder.counter} of mailbox ${mailbox.guid}` });
    if (isSearchFolder(folder)) throw ewsRefusal('ErrorInvalidFolderTypeForOperation', { detail: `folder ${folder.counter}` });
    folders.add(folder.counter);
  }
  return { restriction, folders: [...folders], deep: Traversal === 'Deep' };
}

/** What a search folder looks for, as GetFolder tells; undefined for any other folder. */
export function wireSearchParameters({ ids }: OpenMailbox, folder: FolderRow): WireSearchParameters | undefined {
  const criteria = searchCriteriaOf(folder);
  return (
    criteria && {
      Traversal: criteria.deep ? 'Deep' : 'Shallow',
      Restriction: expressionOf(criteria.restriction),
      BaseFolderIds: criteria.folders.map((counter) => ({
        is: 'FolderId',
        value: { Id: ids.folderId(counter), ChangeKey: 'AQAAAA==' },
      })),
    }
  );
}
