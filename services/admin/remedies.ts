/** What to do when a check has failed, one line each, by the check's name. */
const remedies: Readonly<Record<string, string>> = {
  'basic.header': 'Send "Authorization: Basic" with base64 of user name, colon and password.',
  'basic.offered':
    'Use another scheme, or allow Basic: Set-WebServicesVirtualDirectory -BasicAuthentication $true; in the cloud Basic belongs to the eras 2016 and 2019.',
  'account.exists': 'Sign in as a user of this organisation; coexist status lists them.',
  'account.enabled': 'Enable the account, or sign in as another user.',
  'account.password': "Use the account's password; endpoints.json has it.",
};

/** The remedy for a check that has failed; null for a check that nobody has written one for. */
export function remedyFor(check: string): string | null {
  return remedies[check] ?? null;
}

/** Every check that has a remedy. */
export function checksWithRemedy(): readonly string[] {
  return Object.keys(remedies);
}
