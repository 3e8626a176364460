import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { getUserSettings as contract, UserResponse } from '../../../shared/protocols/autodiscover/contract.ts';
import { isUserSettingName } from '../../../shared/protocols/autodiscover/user-settings.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { type LookupRefusal, soapFailures, soapTexts } from '../failures.ts';
import { locate } from '../locate.ts';
import { type MailboxFacts, mailboxFacts } from '../mailbox-facts.ts';
import { userSettingValue } from '../user-setting-values.ts';
import { checkSubjects } from './subjects.ts';

type Request = ReturnType<(typeof contract)['request']['decode']>['Request'];
type Response = ReturnType<(typeof contract)['response']['decode']>['Response'];

/** Answers every user on its own, in the order asked (MS-OXWSADISC 3.1.4.2). */
export async function getUserSettings(context: AutodiscoverContext, asked: Asked, request: Request): Promise<Response> {
  const names = [...new Set(request.RequestedSettings.Setting)];
  const refused = checkSubjects('users', request.Users.User.length, names.length);
  if (refused !== undefined) return invalidUserRequest(refused);
  const UserResponse: UserResponse[] = [];
  for (const { Mailbox } of request.Users.User) UserResponse.push(await answer(context, asked, (Mailbox ?? '').trim(), names));
  return { ErrorCode: 'NoError', ErrorMessage: '', UserResponses: { UserResponse } };
}

/** The answer to a request that is refused as a whole. */
export function invalidUserRequest(ErrorMessage: string): Response {
  return { ErrorCode: 'InvalidRequest', ErrorMessage, UserResponses: { UserResponse: [] } };
}

async function answer(context: AutodiscoverContext, asked: Asked, address: string, names: readonly string[]): Promise<UserResponse> {
  try {
    const located = await locate(context, asked, { address });
    if (located.at === 'address') return without('RedirectAddress', soapTexts.RedirectAddress, located.address);
    if (located.at === 'server') return without('RedirectUrl', soapTexts.RedirectUrl, located.urls.autodiscoverSoap);
    return settingsOf(await mailboxFacts(context, asked, located.recipient, located.mailbox), names, asked.external !== undefined);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message } = soapFailures[error.code as LookupRefusal];
    return without(code, message, null);
  }
}

/** What callers of other organisations are told: where to ask for availability. The rest is for the organisation's own users. */
const forStrangers: ReadonlySet<string> = new Set(['InternalEwsUrl', 'ExternalEwsUrl', 'ExternalEwsVersion', 'EwsSupportedSchemas']);

function settingsOf(facts: MailboxFacts, names: readonly string[], isForStranger: boolean): UserResponse {
  const UserSettingError: UserResponse['UserSettingErrors']['UserSettingError'][number][] = [];
  const UserSetting: UserResponse['UserSettings']['UserSetting'][number][] = [];
  for (const name of names) {
    if (!isUserSettingName(name)) {
      UserSettingError.push({ ErrorCode: 'InvalidSetting', ErrorMessage: soapTexts.InvalidSetting(name), SettingName: name });
      continue;
    }
    const value = isForStranger && !forStrangers.has(name) ? undefined : userSettingValue(name, facts);
    if (value !== undefined) UserSetting.push(value);
    else
      UserSettingError.push({ ErrorCode: 'SettingIsNotAvailable', ErrorMessage: soapTexts.SettingIsNotAvailable(name), SettingName: name });
  }
  return {
    ErrorCode: 'NoError',
    ErrorMessage: soapTexts.NoError,
    RedirectTarget: null,
    UserSettingErrors: { UserSettingError },
    UserSettings: { UserSetting },
  };
}

function without(ErrorCode: UserResponse['ErrorCode'], ErrorMessage: string, RedirectTarget: string | null): UserResponse {
  return { ErrorCode, ErrorMessage, RedirectTarget, UserSettingErrors: { UserSettingError: [] }, UserSettings: { UserSetting: [] } };
}
