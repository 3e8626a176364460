import { beforeAll, describe, expect, test } from 'vitest';
import { issueDelegationToken } from '../../../shared/bridges/authority/federation/delegation-issue.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { HttpsCall } from '../../../shared/net/dialer.ts';
import { soap12Namespace } from '../../../shared/protocols/soap/envelope.ts';
import { soap12FaultElement } from '../../../shared/protocols/soap/fault-12.ts';
import { requestSecurityToken, type SecurityTokenResult } from '../../../shared/protocols/wstrust/client.ts';
import { serviceErrors, serviceFault, statusHeader } from '../../../shared/protocols/wstrust/faults.ts';
import { writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { issueActions } from '../../../shared/protocols/wstrust/request.ts';
import { writeTokenResponse } from '../../../shared/protocols/wstrust/response.ts';
import { requestIds } from '../../support/delegation-requests.ts';
import { business, delegationParties, now } from '../authority/delegation-parties.ts';

let answer: string;
beforeAll(async () => {
  const { signer, target } = await delegationParties();
  const user = { name: { value: 'joe' }, emailAddress: 'joe@northwind.test', domain: 'northwind.test' };
  const claims = { appliesTo: 'http://adatum.test', offer: 'MSExchange.MailTips', user, target } as const;
  const response = issueDelegationToken({ instance: business, signer, at: now, ids: requestIds() }, claims);
  answer = writeMessage({
    soap: soap12Namespace,
    addressing: { action: issueActions.response },
    headers: [statusHeader('0x0', 'sts')],
    body: writeTokenResponse(response),
  }).toString();
});

const octets = Buffer.from('request');
const dialing = { service: 'ews', organization: 'contoso', timeoutMs: 1_000, maxBytes: 1_000 };

/** What the client makes of an answer. */
async function given(status: number, body: string): Promise<SecurityTokenResult> {
  const dialer = { https: () => Promise.resolve({ status, headers: {}, body: Buffer.from(body) }) };
  return requestSecurityToken(dialer, business.tokenIssuerEpr, octets, dialing);
}

test('what is sent is the message as it is, called by its name', async () => {
  const calls: HttpsCall[] = [];
  const dialer = {
    https(call: HttpsCall) {
      calls.push(call);
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(answer) });
    },
  };
  expect(await requestSecurityToken(dialer, business.tokenIssuerEpr, octets, dialing)).toMatchObject({ is: 'token' });
  expect(calls).toEqual([
    {
      ...dialing,
      url: business.tokenIssuerEpr,
      method: 'POST',
      headers: { 'content-type': 'application/soap+xml; charset=utf-8', accept: 'application/soap+xml' },
      body: octets,
    },
  ]);
});

test('a token has its parts, whatever the status', async () => {
  for (const status of [200, 500]) {
    expect(await given(status, answer)).toMatchObject({
      is: 'token',
      response: { appliesTo: 'http://adatum.test', lifetime: { created: now, expires: now + 300_000 } },
    });
  }
});

describe('is unreadable', () => {
  const cases: readonly [what: string, change: (text: string) => string, detail: RegExp][] = [
    ['without psf:pp', (text) => text.replace(/<psf:pp.*<\/psf:pp>/, ''), /psf:reqstatus is missing/],
    ['with another status', (text) => text.replace('>0x0<', '>0x80048821<'), /psf:reqstatus is 0x80048821/],
    ['without a proof token', (text) => text.replace(/<t:RequestedProofToken.*<\/t:RequestedProofToken>/, ''), /RequestedProofToken/],
    ['without a lifetime', (text) => text.replace(/<t:Lifetime.*<\/t:Lifetime>/, ''), /Lifetime/],
    ['something else', (text) => text.replaceAll('RequestSecurityTokenResponse', 'Response'), /Response/],
    ['of another SOAP version', (text) => text.replaceAll(soap12Namespace, 'http://schemas.xmlsoap.org/soap/envelope/'), /VersionMismatch/],
    ['a page', () => '<html><body>Not found</body></html>', /NotAnEnvelope/],
    ['no XML', () => 'Service Unavailable', /./],
    ['nothing', () => '', /./],
  ];
  test.each(cases)('%s', async (_what, change, detail) => {
    const changed = change(answer);
    expect(changed).not.toBe(answer);
    expect(await given(404, changed)).toEqual({ is: 'unreadable', status: 404, detail: expect.stringMatching(detail) });
  });
});

test('a fault tells reason, subcode and, where there is one, the cause', async () => {
  const fault = (body: Parameters<typeof soap12FaultElement>[0]): string =>
    writeMessage({ soap: soap12Namespace, addressing: { action: 'fault' }, body: soap12FaultElement(body) }).toString();
  expect(await given(500, fault(serviceFault('FailedAuthentication', serviceErrors.memberNameInvalid)))).toEqual({
    is: 'fault',
    reason: 'Authentication Failure',
    subcode: 'FailedAuthentication',
    error: serviceErrors.memberNameInvalid,
  });
  expect(await given(200, fault({ code: 'Receiver', reason: 'broken' }))).toEqual({
    is: 'fault',
    reason: 'broken',
    subcode: '',
    error: undefined,
  });
});

test('a refusal of the dialer passes through', async () => {
  const dialer = { https: () => Promise.reject(new Refusal('NameNotResolved')) };
  await expect(requestSecurityToken(dialer, business.tokenIssuerEpr, octets, dialing)).rejects.toMatchObject({ code: 'NameNotResolved' });
});
