import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { LabOptions } from '../../../services/lab/service.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openTokenMint, type TokenMint } from '../../support/tokens.ts';
import { texts } from '../ews/answers.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';

export const joe = 'joe@contoso.test';
export const zoe = 'zoe@contoso.test';
export const mary = 'mary@contoso.test';
export const rob = 'rob@contoso.test';
export const cloudHost = 'AM0PR01MB0001.contoso.test';
export const premisesHost = 'EX-SE-01.contoso.test';
export const success = '235 2.7.0 Authentication successful';

/** A lab with conversations that end with the test that began them. */
export interface SubmissionLab {
  readonly lab: TestLab;
  readonly mint: TokenMint;
  dialogue(): Promise<Dialogue>;
  /** After STARTTLS, the name asked for. */
  secured(serverName?: string): Promise<Dialogue>;
  signedIn(mail?: string): Promise<Dialogue>;
  userToken(mail: string, scopes?: readonly string[]): Promise<string>;
  appToken(roles: readonly string[]): Promise<string>;
  /** The newest exchange of a step, and the check that failed in it. */
  lastStep(operation: string): Promise<Partial<ExchangeRecord> & { readonly failed: string | undefined }>;
  /** Subjects in an Inbox, or in another folder, that begin with a word. */
  inbox(mail: string, word: string, folder?: string): Promise<readonly string[]>;
}

/** The token without the word before it. */
export const bearer = (header: string): string => header.replace(/^Bearer /, '');

/** A lab for a test file, opened before its tests and closed after them. */
export function useSubmissionLab(options: LabOptions = {}): SubmissionLab {
  let lab: TestLab;
  let mint: TokenMint;
  const open: Dialogue[] = [];
  beforeAll(async () => {
    lab = await openTestLab(options);
    mint = await openTokenMint(lab.store, () => lab.clock.state().now);
  });
  afterEach(() => {
    for (const dialogue of open.splice(0)) dialogue.end();
  });
  afterAll(() => lab.close());
  const dialogue = async (): Promise<Dialogue> => {
    const opened = await openDialogue(lab);
    open.push(opened);
    return opened;
  };
  const secured = async (serverName?: string): Promise<Dialogue> => {
    const opened = await dialogue();
    await opened.startTls(serverName);
    return opened;
  };
  return {
    get lab() {
      return lab;
    },
    get mint() {
      return mint;
    },
    dialogue,
    secured,
    async signedIn(mail = mary) {
      const opened = await secured();
      expect(await opened.plain(mail, lab.password)).toBe(success);
      return opened;
    },
    userToken: async (mail, scopes = ['SMTP.Send']) => bearer(await mint.user(mail, { scopes })),
    appToken: async (roles) => bearer(await mint.app({ roles })),
    async lastStep(operation) {
      const last = (await lab.exchanges({ service: 'smtp' })).findLast((one) => one.operation === operation);
      return { ...last, failed: last?.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check };
    },
    async inbox(mail, word, folder = 'inbox') {
      const { body } = await lab.ews(
        mail,
        '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
          `<m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${word}"/></t:Contains></m:Restriction>` +
          `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
      );
      return texts(body, 'Subject');
    },
  };
}
