import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { updateFolder } from './folder-writes.ts';
import { allFolders } from './folders.ts';
import { standardFolders } from './standard-folders.ts';

/** Names of standard folders by language and role, as exchangelib's sources list them; what is not here stays English. */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  da: {
    calendar: 'Kalender',
    contacts: 'Kontaktpersoner',
    deleteditems: 'Slettet post',
    drafts: 'Kladder',
    inbox: 'Indbakke',
    junkemail: 'Uønsket e-mail',
    outbox: 'Udbakke',
    sentitems: 'Sendt post',
    tasks: 'Opgaver',
  },
  de: {
    calendar: 'Kalender',
    contacts: 'Kontakte',
    deleteditems: 'Gelöschte Elemente',
    drafts: 'Entwürfe',
    inbox: 'Posteingang',
    junkemail: 'Junk-E-Mail',
    outbox: 'Postausgang',
    sentitems: 'Gesendete Elemente',
    tasks: 'Aufgaben',
  },
  es: {
    calendar: 'Calendario',
    contacts: 'Contactos',
    deleteditems: 'Elementos eliminados',
    drafts: 'Borradores',
    inbox: 'Bandeja de entrada',
    junkemail: 'Correo no deseado',
    outbox: 'Bandeja de salida',
    sentitems: 'Elementos enviados',
    tasks: 'Tareas',
  },
  fr: {
    calendar: 'Calendrier',
    contacts: 'Contacts',
    deleteditems: 'Éléments supprimés',
    drafts: 'Brouillons',
    inbox: 'Boîte de réception',
    junkemail: 'Courrier indésirable',
    outbox: "Boîte d'envoi",
    sentitems: 'Éléments envoyés',
    tasks: 'Tâches',
  },
  nl: {
    calendar: 'Agenda',
    contacts: 'Contactpersonen',
    deleteditems: 'Verwijderde items',
    drafts: 'Concepten',
    inbox: 'Postvak IN',
    junkemail: 'Ongewenste e-mail',
    outbox: 'Postvak UIT',
    sentitems: 'Verzonden items',
    tasks: 'Taken',
  },
  ru: {
    calendar: 'Календарь',
    contacts: 'Контакты',
    deleteditems: 'Удаленные',
    drafts: 'Черновики',
    inbox: 'Входящие',
    junkemail: 'Нежелательная почта',
    outbox: 'Исходящие',
    sentitems: 'Отправленные',
    tasks: 'Задачи',
  },
  sv: {
    calendar: 'Kalender',
    contacts: 'Kontakter',
    deleteditems: 'Borttaget',
    drafts: 'Utkast',
    inbox: 'Inkorgen',
    junkemail: 'Skräppost',
    outbox: 'Utkorgen',
    sentitems: 'Skickat',
    tasks: 'Uppgifter',
  },
  zh: {
    calendar: '日历',
    contacts: '联系人',
    deleteditems: '已删除邮件',
    drafts: '草稿',
    inbox: '收件箱',
    junkemail: '垃圾邮件',
    outbox: '发件箱',
    sentitems: '已发送邮件',
    tasks: '任务',
  },
};

/** Languages in which standard folders have names of their own: ISO 639-1, English too. */
export const folderLanguages: readonly string[] = ['en', ...Object.keys(names)];

/**
 * Gives the standard folders of a mailbox their names in a language, of {@link folderLanguages}. Refuses with `folder-exists`
 * where another folder has such a name.
 */
export async function localizeFolders(tx: Executor, mailbox: Guid, language: string, instant: Instant): Promise<void> {
  const english = new Map(standardFolders.primary.map(({ role, displayName }) => [role, displayName]));
  for (const { role, counter, display_name } of await allFolders(tx, mailbox)) {
    const name = role === null ? undefined : (names[language]?.[role] ?? english.get(role));
    if (name === undefined || name === display_name) continue;
    const changes = { set: { [tags.displayName]: name }, renamesStandard: true } as const;
    await updateFolder(tx, mailbox, counter, changes, 'any', instant);
  }
}

/** Whether the standard folders have their names in a language. */
export async function areFoldersIn(executor: Executor, mailbox: Guid, language: string): Promise<boolean> {
  const wanted = names[language] ?? { inbox: 'Inbox' };
  const folders = await allFolders(executor, mailbox);
  return folders.every(({ role, display_name }) => role === null || wanted[role] === undefined || wanted[role] === display_name);
}
