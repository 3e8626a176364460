import type { FastifyRequest } from 'fastify';
import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { readForm } from '../../shared/protocols/oauth/form.ts';

const formType = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** The parameters of a request that have a value (RFC 6749 section 3.2); a body of another type has none. Check `request.form`. */
export function judgeParameters(judgement: Judgement, request: FastifyRequest): ReadonlyMap<string, string> {
  const type = request.headers['content-type'] ?? '';
  const facts = { expected: 'application/x-www-form-urlencoded', actual: type === '' ? 'nothing' : type };
  if (!formType.test(type)) return judgement.refuse('request.form', facts, '900144', { name: 'grant_type' });
  const form = readForm(request.body as Buffer | undefined);
  if ('problem' in form) return judgement.refuse('request.form', { actual: form.problem }, '9002313', { problem: form.problem });
  judgement.pass('request.form', facts);
  for (const value of form.values()) if (value === '') return new Map([...form].filter(([, one]) => one !== ''));
  return form;
}
