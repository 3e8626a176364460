import type { RemoteCredential } from '../../domain/migration/move-request.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { askUserSettings } from '../../protocols/autodiscover/client.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';
import { hostGiven } from './type-given.ts';

const limits = { timeoutMs: 60_000, maxBytes: 1_048_576 };

/** The host with MRSProxy: RemoteServer, or what Autodiscover says of EmailAddress, asked with the same account. */
export async function serverGiven(scope: CmdletScope, given: CmdletParameters, credential: RemoteCredential): Promise<string> {
  const address = textGiven(given, 'EmailAddress');
  if (given['Autodiscover'] !== true) {
    if (given['RemoteServer'] === undefined)
      throw cmdletRefusal('bad-parameter', 'Write -RemoteServer, or -Autodiscover with -EmailAddress.');
    return hostGiven(given);
  }
  if (address === undefined || !/^[^\s@]+@[^\s@]+$/.test(address))
    throw cmdletRefusal('bad-parameter', '-Autodiscover needs -EmailAddress.');
  const domain = address.slice(address.indexOf('@') + 1).toLowerCase();
  for (const host of [`autodiscover.${domain}`, domain]) {
    const found = await askedAt(scope, host, address, credential);
    if (found !== undefined) return found;
  }
  // Published: learn.microsoft.com/answers 1507968.
  throw cmdletRefusal('operation-failed', 'The ExchangeRemote endpoint settings could not be determined from the autodiscover response.');
}

/** MRSProxy lies beside EWS. */
async function askedAt(
  { dialer, identifiers, organization, trace }: CmdletScope,
  host: string,
  mailbox: string,
  credential: RemoteCredential,
): Promise<string | undefined> {
  try {
    const told = await askUserSettings(
      dialer,
      `https://${host}/autodiscover/autodiscover.svc`,
      {
        ...{ mailboxes: [mailbox], settings: ['ExternalEwsUrl'], messageId: `urn:uuid:${identifiers.guid()}` },
        account: { is: 'account', ...credential },
      },
      { service: 'migration', organization: organization.name, parent: trace, ...limits },
    );
    const settings = told.is === 'answer' ? (told.users[0]?.UserSettings?.UserSetting ?? []) : [];
    const address = settings.flatMap((one) => (one.type === 'StringSetting' && one.Name === 'ExternalEwsUrl' ? [one.Value] : []))[0];
    return address !== undefined && URL.canParse(address) ? new URL(address).hostname : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
