import { expect } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { ids, responses } from './answers.ts';

/** Keeps people in the contacts of whoever asks; answers their ids. */
export function contactRequests(ask: (body: string) => Promise<string>) {
  const saved = async (element: 'Contact' | 'DistributionList', inner: string): Promise<string> => {
    const body = await ask(`<m:CreateItem><m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`);
    expect(responses(body).map(({ code }) => code)).toEqual(['NoError']);
    return present(ids(body)[0], body).id;
  };
  const contact = (name: string, ...emails: readonly (string | undefined)[]): Promise<string> =>
    saved('Contact', contactElement(name, emails));
  return { saved, contact };
}

/** A contact with given name and surname, and addresses by their numbers; undefined leaves one out. */
function contactElement(name: string, emails: readonly (string | undefined)[]): string {
  const [first = '', last = ''] = name.split(' ');
  const entries = emails
    .map((email, at) => (email === undefined ? '' : `<t:Entry Key="EmailAddress${at + 1}">${email}</t:Entry>`))
    .join('');
  const addresses = entries === '' ? '' : `<t:EmailAddresses>${entries}</t:EmailAddresses>`;
  return `<t:DisplayName>${name}</t:DisplayName><t:GivenName>${first}</t:GivenName>${addresses}<t:Surname>${last}</t:Surname>`;
}
