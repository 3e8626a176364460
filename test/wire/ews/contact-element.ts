/** A contact with given name and surname, and addresses by their numbers; undefined leaves one out. */
export function contactElement(name: string, emails: readonly (string | undefined)[]): string {
  const [first = '', last = ''] = name.split(' ');
  const entries = emails
    .map((email, at) => (email === undefined ? '' : `<t:Entry Key="EmailAddress${at + 1}">${email}</t:Entry>`))
    .join('');
  const addresses = entries === '' ? '' : `<t:EmailAddresses>${entries}</t:EmailAddresses>`;
  return `<t:DisplayName>${name}</t:DisplayName><t:GivenName>${first}</t:GivenName>${addresses}<t:Surname>${last}</t:Surname>`;
}
