import { authenticateBearer, type BearerOutcome } from '../../shared/bridges/access/bearer.ts';
import { bareToken, type DecodedToken, decodeToken, type UndecodedToken } from '../../shared/bridges/authority/decode.ts';
import type { TokenDefect } from '../../shared/bridges/authority/defects/defect.ts';
import type { SigningPair } from '../../shared/bridges/authority/defects/draft.ts';
import { tokenDefects } from '../../shared/bridges/authority/defects/index.ts';
import { type MintedToken, mintToken, mintTwin } from '../../shared/bridges/authority/mint.ts';
import { type MintGround, type MintOrder, mintRefusal } from '../../shared/bridges/authority/mint-ground.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import { readRecipients } from '../../shared/domain/directory/recipients.ts';
import { createTokenMemory } from '../../shared/domain/identity/tokens/token-memory.ts';
import type { Registry } from '../../shared/domain/organization/registry.ts';
import type { SignInDoor } from '../../shared/domain/organization/virtual-directories.ts';
import { remedyFor } from '../../shared/faults/remedies/index.ts';
import type { Clock, Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Check } from '../../shared/kernel/verdict.ts';
import type { KeyPool } from '../../shared/net/key-pool.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import type { Store } from '../../shared/store/database.ts';

/** Tokens made, read and judged beside the lab's traffic: nothing of it is an exchange. */
export interface TokenControl {
  mint(order: MintOrder & { readonly twin?: boolean | undefined }): Promise<MintedToken>;
  decode(token: string): DecodedToken | UndecodedToken;
  /** By the judge of the doors themselves; tokens are not remembered for StrictTokenReplay. */
  verify(question: TokenQuestion): Promise<TokenJudgement>;
  explain(question: TokenQuestion): Promise<TokenExplanation>;
  defects(): readonly TokenDefect[];
}

/** Where a token would be brought. */
export interface TokenQuestion {
  readonly token: string;
  readonly organization: string;
  readonly service: 'EWS' | 'Autodiscover' | 'SMTP';
  /** `host[:port]` that the request would name; else the published host of the service. */
  readonly host?: string | undefined;
  /** Else the time at the organisation. */
  readonly at?: Instant | undefined;
}

export interface TokenJudgement {
  readonly accepted: boolean;
  /** What the door would answer; null: whatever the operation answers. */
  readonly status: 401 | 500 | null;
  readonly code: string | null;
  /** The header `x-ms-diagnostics`. */
  readonly diagnostics: string | null;
  readonly userName: string | null;
  /** Who the caller is, of a token that is accepted. */
  readonly principal: { readonly is: 'user' | 'application'; readonly user: string | null; readonly application: string | null } | null;
  readonly checks: readonly Check[];
}

export interface TokenExplanation extends TokenJudgement {
  readonly summary: string;
  readonly remedy: string | null;
  readonly decoded: DecodedToken | UndecodedToken;
}

/** What the control works on. */
export interface TokenControlParts {
  readonly store: Store;
  readonly registry: Pick<Registry, 'current' | 'settings'>;
  readonly clock: Clock;
  readonly keys: Pick<KeyPool, 'take'>;
  directory(organization: string): Directory;
  /** The https port under which clients reach each organisation. */
  publishedPorts(): ReadonlyMap<string, number>;
}

const doors: Readonly<Record<TokenQuestion['service'], SignInDoor>> = {
  EWS: 'WebServicesVirtualDirectory',
  Autodiscover: 'AutodiscoverVirtualDirectory',
  SMTP: 'SmtpSubmission',
};

export function createTokenControl(parts: TokenControlParts): TokenControl {
  const { store, registry, clock, directory } = parts;
  let strangers: Promise<SigningPair> | undefined;
  const ground = async (): Promise<MintGround> => ({
    organizations: await registry.current(),
    settings: registry.settings,
    directory,
    recipients: (organization) => readRecipients(store.read, organization),
    stranger() {
      strangers ??= makeStranger(parts);
      return strangers;
    },
    now: (party) => clock.now(party),
  });
  const verify: TokenControl['verify'] = async (question) => judgementOf(await judge(parts, question));
  return {
    async mint({ twin, defect, ...order }) {
      if (twin === true && defect !== undefined) return mintTwin({ ...order, defect }, await ground());
      return mintToken({ ...order, defect }, await ground());
    },
    decode: (token) => decodeToken(token),
    verify,
    async explain(question) {
      const judgement = await verify(question);
      const failed = judgement.checks.find(({ outcome }) => outcome === 'failed');
      return {
        ...judgement,
        summary: summaryOf(question, judgement, failed),
        remedy: failed === undefined ? null : remedyFor(failed.check),
        decoded: decodeToken(question.token),
      };
    },
    defects: () => tokenDefects,
  };
}

const dayMs = 86_400_000;

/** A key whose certificate looks like that of the authentication service, and is not. */
async function makeStranger({ keys, clock }: TokenControlParts): Promise<SigningPair> {
  const notBefore = clock.now() - dayMs;
  const made = await issueSelfSigned({
    subject: 'CN=accounts.accesscontrol.windows.net',
    notBefore,
    notAfter: notBefore + 365 * dayMs,
    privateKey: await keys.take(),
  });
  return { ...made, x5t: Buffer.from(made.thumbprint, 'hex').toString('base64url') };
}

async function judge(parts: TokenControlParts, { token, organization: name, service, host, at }: TokenQuestion): Promise<BearerOutcome> {
  const { registry, directory, clock } = parts;
  const organizations = await registry.current();
  const organization = organizations.byName(name);
  if (organization === undefined) {
    const known = organizations.all.map((one) => one.name).join(', ');
    throw mintRefusal('unknown-organization', `the world has no organisation ${JSON.stringify(name)}; it has ${known}`);
  }
  const settings = await registry.settings(name);
  const asked = parseAuthority(host ?? (service === 'Autodiscover' ? organization.hosts.autodiscover : organization.hosts.web));
  if (asked === undefined) throw new Refusal('bad-host', { detail: `${JSON.stringify(host)} is no host with or without a port` });
  const isUsualPort = asked.port === undefined || asked.port === 443 || asked.port === parts.publishedPorts().get(name);
  const point = { organization, settings, virtualDirectory: doors[service], host: asked.host };
  return authenticateBearer(`Bearer ${bareToken(token)}`, {
    ...{ point, organizations, settings, directory: directory(name) },
    requestAuthority: isUsualPort ? asked.host : `${asked.host}:${asked.port}`,
    byName: organizations.byHost(asked.host) !== undefined,
    at: at ?? clock.now(name),
    seen: createTokenMemory(),
  });
}

function judgementOf(outcome: BearerOutcome): TokenJudgement {
  const { verdict, userName } = outcome;
  const common = { accepted: verdict.accepted, userName, checks: verdict.checks };
  if ('principal' in outcome) {
    const { principal } = outcome;
    const user = principal.is === 'user' ? principal.caller.primarySmtpAddress : (principal.linkedAccount?.primarySmtpAddress ?? null);
    const application = principal.application?.appId ?? null;
    return { ...common, status: null, code: null, diagnostics: null, principal: { is: principal.is, user, application } };
  }
  const { status, refusal, diagnostics } = outcome;
  return { ...common, status, code: refusal.code, diagnostics: diagnostics?.header ?? null, principal: null };
}

function summaryOf(
  { organization, service }: TokenQuestion,
  { status, code, principal }: TokenJudgement,
  failed: Check | undefined,
): string {
  const where = `${service} of ${organization}`;
  if (failed === undefined) {
    const who = [principal?.user, principal?.application].filter((part) => part != null).join(' by application ');
    return `${where} takes this token: ${principal?.is} ${who}.`;
  }
  const looked = [
    ...(failed.expected === undefined ? [] : [`expected ${failed.expected}`]),
    ...(failed.actual === undefined ? [] : [`got ${failed.actual}`]),
  ];
  return `${where} answers ${status} (${code}): the check ${failed.check} failed${looked.length === 0 ? '' : `; ${looked.join(', ')}`}.`;
}
