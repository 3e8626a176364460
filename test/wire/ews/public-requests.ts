import type { TestLab } from '../../support/test-lab.ts';
import { ids, texts } from './answers.ts';

const shape = '<t:BaseShape>Default</t:BaseShape>';

/** The public folders of an organisation, as an element of requests. */
export const publicRoot = '<t:DistinguishedFolderId Id="publicfoldersroot"/>';

/** What users ask of public folders on-premises; the answers as they came. */
export function publicRequestsOf(lab: () => Pick<TestLab, 'ews'>) {
  const ask = async (user: string, body: string): Promise<string> => (await lab().ews(user, body)).body;
  const findFolder = (user: string, traversal = 'Deep'): Promise<string> =>
    ask(
      user,
      `<m:FindFolder Traversal="${traversal}"><m:FolderShape>${shape}</m:FolderShape><m:ParentFolderIds>${publicRoot}</m:ParentFolderIds></m:FindFolder>`,
    );
  return {
    ask,
    findFolder,
    findItem: (user: string, folder: string): Promise<string> =>
      ask(
        user,
        `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape><m:ParentFolderIds><t:FolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
      ),
    post: (user: string, folder: string, subject: string): Promise<string> =>
      ask(
        user,
        `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:FolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:Message><t:Subject>${subject}</t:Subject></t:Message></m:Items></m:CreateItem>`,
      ),
    /** The id of the public folder of a name. */
    async idOf(user: string, name: string): Promise<string> {
      const body = await findFolder(user);
      return ids(body, 'FolderId')[texts(body, 'DisplayName').indexOf(name)]?.id ?? '';
    },
  };
}
