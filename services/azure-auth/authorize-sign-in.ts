import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantSegment } from '../../shared/bridges/authority/urls.ts';
import { present } from '../../shared/kernel/assert.ts';
import { type Account, judgePassword } from './accounts.ts';
import { answerAuthorization } from './authorize-answer.ts';
import {
  type BrowserVisit,
  comesFromOwnPage,
  formOf,
  judged,
  noteUser,
  openBrowserVisit,
  sendErrorPage,
  sendPage,
  tellError,
} from './browser-visit.ts';
import { needsSecondFactor } from './conditional-access.ts';
import type { AzureAuthContext } from './context.ts';
import { isEntraRefusal } from './failures.ts';
import { approvalPage, type SignInStep, secondFactorPage, signInPage } from './pages/sign-in-pages.ts';
import { type Flow, mostFailures, type Purpose, type SignedIn, sessionHeader } from './sign-ins.ts';
import { tenantNamed } from './user.ts';

/** Doors that take the forms of a sign-in. */
export const signInPaths = {
  password: '/common/login',
  secondFactor: '/common/login/second-factor',
  approval: '/common/oauth2/deviceauth/decision',
} as const;

/** `POST /common/login`: user name and password. */
export function postLogin(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'login');
  return judged(visit, () => takePassword(visit), sendErrorPage);
}

/** `POST /common/login/second-factor`: the code. */
export function postSecondFactor(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'second-factor');
  return judged(visit, () => takeSecondFactor(visit), sendErrorPage);
}

/** Shows the first page of a sign-in. */
export async function askPassword(visit: BrowserVisit, flow: Flow, userName: string, problem?: string): Promise<FastifyReply> {
  return sendPage(visit.reply, signInPage(await stepOf(visit, flow, problem), userName));
}

/** The user is known by password, or because the request named them: asks for the second factor or goes on. */
export async function afterPassword(visit: BrowserVisit, purpose: Purpose, { tenant, user }: Account): Promise<FastifyReply> {
  const who: SignedIn = { tenant: tenant.name, user: user.guid, amr: ['pwd'], since: visit.at };
  if (!(await needsSecondFactor(visit.context, tenant.name, user, purpose))) return finish(visit, purpose, who);
  return askSecondFactor(visit, { purpose, stage: 'second-factor', who, failures: 0 }, nameOf({ user }));
}

/** Lets a user on who has proved all that is needed, and remembers them in the browser. */
async function finish(visit: BrowserVisit, purpose: Purpose, who: SignedIn): Promise<FastifyReply> {
  const { context, reply, at } = visit;
  reply.header('set-cookie', sessionHeader(await context.signIns.sessions.put(who, at)));
  return goOn(visit, purpose, who);
}

/** The same for a user whom the browser remembers. */
export async function goOn(visit: BrowserVisit, purpose: Purpose, who: SignedIn): Promise<FastifyReply> {
  const user = await visit.context.directory(who.tenant).byGuid(who.user);
  noteUser(visit, user?.primaryAddress ?? who.user, who.tenant);
  if (purpose.is === 'authorize') return answerAuthorization(visit, purpose.request, who);
  const flow: Flow = { purpose, stage: 'approval', who, failures: 0 };
  return sendPage(visit.reply, approvalPage(await stepOf(visit, flow), user === undefined ? who.user : nameOf({ user })));
}

/** Where the purpose of a sign-in lets users come from. */
export async function segmentOf({ context }: Pick<BrowserVisit, 'context'>, purpose: Purpose): Promise<TenantSegment> {
  if (purpose.is === 'authorize') return purpose.request.segment;
  const tenant = tenantNamed(await context.organizations(), purpose.request.tenant ?? undefined);
  return tenant === undefined ? { kind: 'shared', text: 'common' } : { kind: 'tenant', text: tenant.tenantId, tenant };
}

/** Takes the flow that a form goes on with; the form must come from a page of ours. Throws the refusal. */
export async function takeFlow(visit: BrowserVisit, form: ReadonlyMap<string, string>, stage: Flow['stage']): Promise<Flow> {
  const { judgement, context, request, at } = visit;
  if (!comesFromOwnPage(visit)) {
    return judgement.refuse('sign-in.own-page', { actual: request.headers.origin ?? 'another site' }, '90013');
  }
  const flow = await context.signIns.resume(form.get('flow_token') ?? '', at);
  if (flow?.stage !== stage)
    return judgement.refuse('sign-in.flow', { expected: stage, actual: flow?.stage ?? 'unknown, over or too old' }, '50089');
  judgement.pass('sign-in.flow');
  return flow;
}

async function takePassword(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, judgement, exchange, at } = visit;
  const form = formOf(visit);
  const flow = await takeFlow(visit, form, 'password');
  const userName = form.get('login') ?? '';
  exchange.note({ caller: userName.slice(0, 256) });
  return retry(visit, flow, {
    work: async () => {
      const segment = await segmentOf(visit, flow.purpose);
      const account = await judgePassword(context, judgement, segment, { userName, password: form.get('passwd') ?? '', at });
      return () => afterPassword(visit, flow.purpose, account);
    },
    again: (next, problem) => askPassword(visit, next, userName, problem),
  });
}

async function takeSecondFactor(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, judgement, at } = visit;
  const form = formOf(visit);
  const flow = await takeFlow(visit, form, 'second-factor');
  const who = present(flow.who, 'the user of a second factor');
  const user = await context.directory(who.tenant).byGuid(who.user);
  noteUser(visit, user?.primaryAddress ?? who.user, who.tenant);
  return retry(visit, flow, {
    work: async () => {
      if (!(await context.signIns.secondFactor.accept(who.user, (form.get('code') ?? '').trim(), at))) {
        return judgement.refuse('user.second-factor', { actual: 'another code' }, '500121');
      }
      judgement.pass('user.second-factor');
      return async () => finish(visit, flow.purpose, { ...who, amr: [...who.amr, 'mfa'] });
    },
    again: (next, problem) => askSecondFactor(visit, next, user === undefined ? who.user : nameOf({ user }), problem),
  });
}

/** Shows the page again when what was typed is refused, until it has failed too often. What follows is not tried again. */
async function retry(
  visit: BrowserVisit,
  flow: Flow,
  { work, again }: { work: () => Promise<() => Promise<FastifyReply>>; again: (next: Flow, problem: string) => Promise<FastifyReply> },
): Promise<FastifyReply> {
  let goAhead: () => Promise<FastifyReply>;
  try {
    goAhead = await work();
  } catch (error) {
    const failures = flow.failures + 1;
    if (!isEntraRefusal(error) || failures >= mostFailures) throw error;
    return again({ ...flow, failures }, tellError(visit, error).body.error_description);
  }
  return goAhead();
}

async function askSecondFactor(visit: BrowserVisit, flow: Flow, userName: string, problem?: string): Promise<FastifyReply> {
  return sendPage(visit.reply, secondFactorPage(await stepOf(visit, flow, problem), userName));
}

async function stepOf({ context, at }: BrowserVisit, flow: Flow, problem?: string): Promise<SignInStep> {
  const { purpose, stage } = flow;
  const paths = { password: signInPaths.password, 'second-factor': signInPaths.secondFactor, approval: signInPaths.approval };
  return {
    action: paths[stage],
    flow: await context.signIns.keep(flow, at),
    application: purpose.is === 'authorize' ? purpose.request.client.displayName : purpose.application,
    ...(purpose.is === 'authorize' ? { leadsTo: purpose.request.redirectUri } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

function nameOf({ user }: Pick<Account, 'user'>): string {
  return user.userPrincipalName ?? user.primaryAddress;
}
