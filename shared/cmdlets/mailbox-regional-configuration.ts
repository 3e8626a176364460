import { windowsZone } from '../domain/calendar/windows-zone.ts';
import { requireFolder } from '../domain/mailbox/folders.ts';
import { areFoldersIn, folderLanguages, localizeFolders } from '../domain/mailbox/localized-folders.ts';
import { mailboxLanguage, setMailboxLanguage } from '../domain/mailbox/mailbox-language.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { refusePrompt, textGiven } from './given.ts';
import { requireMailbox } from './mailbox-identity.ts';
import { setUserOption, userOption } from './user-options.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
/** The entry of the user's options that holds the id of a zone of Windows. */
const timeZoneOption = 'timezone';

/** `Set-MailboxRegionalConfiguration mary -Language da-DK -LocalizeDefaultFolderName`: what somebody reads, and what his folders are called. */
export const mailboxRegionalConfiguration = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      return scope.transaction(async (tx) => {
        const root = await requireFolder(tx, mailbox, 'root');
        const language = mailboxLanguage(root);
        const matches = await areFoldersIn(tx, mailbox, languageOf(language));
        return [
          {
            Language: language ?? '',
            DefaultFolderNameMatchingUserLanguage: matches,
            TimeZone: (await userOption(tx, root, timeZoneOption)) ?? '',
            Identity: owner.primaryAddress,
          },
        ];
      });
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Language: 'text', TimeZone: 'text', LocalizeDefaultFolderName: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run(scope, given) {
      refusePrompt(given);
      const { mailbox } = await requireMailbox(scope, String(given['Identity']));
      const settings = settingsGiven(given);
      await scope.transaction(async (tx) => {
        const root = await requireFolder(tx, mailbox, 'root');
        if (settings.language !== undefined) await setMailboxLanguage(tx, root, settings.language, scope.at);
        if (settings.timeZone !== undefined) await setUserOption(tx, root, timeZoneOption, settings.timeZone, scope.at);
        if (given['LocalizeDefaultFolderName'] !== true) return;
        const language = settings.language ?? mailboxLanguage(root);
        await localizeFolders(tx, mailbox, languageOf(language), scope.at).catch(refuseTaken);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** The language of a culture; English where nothing was set. */
function languageOf(culture = 'en-US'): string {
  return culture.slice(0, 2);
}

/** A folder of one's own may have the name; our own words. */
function refuseTaken(error: unknown): never {
  if (error instanceof Refusal && error.code === 'folder-exists')
    throw cmdletRefusal('operation-failed', 'Another folder of the mailbox has the name of a default folder in this language.');
  throw error;
}

function settingsGiven(given: CmdletParameters): { readonly language?: string; readonly timeZone?: string } {
  const language = cultureGiven(textGiven(given, 'Language'));
  const timeZone = textGiven(given, 'TimeZone');
  if (timeZone !== undefined && windowsZone(timeZone) === undefined)
    throw cmdletRefusal('bad-parameter', `-TimeZone takes the id of a zone of Windows, not ${JSON.stringify(timeZone)}.`);
  return { ...(language === undefined ? {} : { language }), ...(timeZone === undefined ? {} : { timeZone }) };
}

function cultureGiven(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, language = '', region = ''] = /^([a-z]{2})-([a-z]{2})$/i.exec(text) ?? [];
  const culture = `${language.toLowerCase()}-${region.toUpperCase()}`;
  if (folderLanguages.includes(language.toLowerCase())) return culture;
  throw cmdletRefusal(
    'bad-parameter',
    `-Language takes a culture such as da-DK, here of the languages ${folderLanguages.join(', ')}, not ${JSON.stringify(text)}.`,
  );
}
