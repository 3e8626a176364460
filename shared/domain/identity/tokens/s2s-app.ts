import type { Recipient } from '../../directory/recipient.ts';
import { judgeActor } from './actor-token.ts';
import { audienceRealm } from './application.ts';
import type { JudgedToken, TokenGround, UserLookups } from './ground.ts';
import { askDirectory } from './look-up.ts';
import type { ParsedToken } from './parsed-token.ts';
import { replay } from './replay.ts';
import { type Finding, found, skipped, type Trail } from './trail.ts';

/** Judges an actor token that comes alone: the application calls for itself (MS-SPS2SAUTH). */
export async function judgeS2sApp(trail: Trail, token: ParsedToken, ground: TokenGround): Promise<JudgedToken> {
  const { audience, issuer, application, until } = await judgeActor(trail, token, ground);
  trail.take('token.audience-realm', audienceRealm(audience, issuer));
  const linkedAccount = trail.take(
    'token.linked-account',
    await askDirectory(() => linkedAccountOf(application.partner.LinkedAccount, ground.directory)),
  );
  trail.take('token.replay', replay(token.token, until, ground));
  return { application: { appId: application.id, roles: [], scopes: [], token: 's2s-app' }, user: null, linkedAccount };
}

/**
 * The account that the partner application is linked to: an address, an alias, or an alias after its folders
 * (`contoso.test/Users/Exchange Online-ApplicationAccount`). Without one the token is good, and what it may do is little.
 */
export async function linkedAccountOf(text: string, directory: UserLookups): Promise<Finding<Recipient | null>> {
  if (text === '') return skipped(null, 'the partner application has no LinkedAccount');
  const account = (await directory.byAddress(text)) ?? (await directory.byAlias(text.slice(text.lastIndexOf('/') + 1)));
  if (account === undefined) return skipped(null, `LinkedAccount ${text}: no such account`);
  return account.enabled ? found(account, account.primaryAddress) : skipped(null, `LinkedAccount ${text}: the account is disabled`);
}
