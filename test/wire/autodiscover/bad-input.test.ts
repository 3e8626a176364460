import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AutodiscoverContext } from '../../../services/autodiscover/context.ts';
import { child, text, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { type AutodiscoverLab, openAutodiscoverLab } from './lab.ts';
import { envelope, operationBody, poxRequest, soapHeader, userSettingsRequest } from './requests.ts';

const xml = '/autodiscover/autodiscover.xml';
const svc = '/autodiscover/autodiscover.svc';
const textXml = { 'content-type': 'text/xml; charset=utf-8' };
const mary = 'mary@contoso.test';
const soap = 'http://schemas.xmlsoap.org/soap/envelope/';

const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`;
const doctype = '<!DOCTYPE x [<!ENTITY e "boom">]>';
const tooBig = 'x'.repeat(1024 * 1024 + 1);

let lab: AutodiscoverLab;
beforeAll(async () => {
  lab = await openAutodiscoverLab();
});
afterAll(() => lab.close());

describe('plain XML', () => {
  test.each<[string, string, string, string, Record<string, string>?]>([
    ['nothing', '', '600', 'Invalid Request'],
    ['no XML', 'EMailAddress=mary', '600', 'Invalid Request'],
    ['a truncated document', poxRequest(mary).slice(0, -20), '600', 'Invalid Request'],
    ['a DOCTYPE', doctype + poxRequest(mary), '600', 'Invalid Request'],
    ['deep nesting', deep, '600', 'Invalid Request'],
    ['another element', '<Other/>', '600', 'Invalid Request'],
    ['no address', poxRequest(''), '600', 'Invalid Request'],
    ['another content type', poxRequest(mary), '600', 'Invalid Request', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an unknown request schema', poxRequest(mary, { namespace: 'urn:else' }), '601', 'Provider is not available'],
    ['an unknown response schema', poxRequest(mary, { schema: 'urn:else' }), '601', 'Provider is not available'],
    [
      'a device',
      poxRequest(mary, { namespace: 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006' }),
      '601',
      'Provider is not available',
    ],
    ['no e-mail address', poxRequest('mary'), '501', 'The value is not an e-mail address.'],
    ['a group', poxRequest('all-staff@contoso.test'), '501', 'No configuration information is available for this e-mail address.'],
    ['an unknown address', poxRequest('nobody@contoso.test'), '500', "The email address can't be found."],
    ['a foreign address', poxRequest('pat@fabrikam.test'), '500', "The email address can't be found."],
    [
      'a mailbox that leads to itself',
      poxRequest('lost@nowhere.test'),
      '602',
      'The server cannot determine where the mailbox of this e-mail address is.',
    ],
  ])('%s', async (_, body, code, message, headers = textXml) => {
    const answer = await lab.ask({ path: xml, headers, body });
    expect(answer).toMatchObject({ status: 200, headers: textXml });
    expect(answer.text).toBe(
      '<?xml version="1.0" encoding="utf-8"?>' +
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response>' +
        `<Error Time="08:05:09.0420000" Id="3257097398"><ErrorCode>${code}</ErrorCode><Message>${message}</Message><DebugData/></Error>` +
        '</Response></Autodiscover>',
    );
    expect(answer.exchange).toMatchObject({ operation: 'POX', code, outcome: 'refused' });
  });
});

describe('SOAP', () => {
  const request = userSettingsRequest(mary);
  test.each<[string, string, number, string, string, string]>([
    ['nothing', '', 400, 'Client', 'The message cannot be read', 'autodiscover.svc'],
    ['no XML', 'GetUserSettings', 400, 'Client', 'The message cannot be read', 'autodiscover.svc'],
    ['a truncated document', request.slice(0, -20), 400, 'Client', 'The message cannot be read', 'autodiscover.svc'],
    ['a DOCTYPE', doctype + request, 400, 'Client', 'DTD is prohibited', 'autodiscover.svc'],
    ['deep nesting', deep, 400, 'Client', 'nested deeper', 'autodiscover.svc'],
    ['no envelope', operationBody('GetUserSettings'), 400, 'Client', 'The message cannot be read', 'autodiscover.svc'],
    ['an empty body', envelope(''), 400, 'Client', 'The message cannot be read', 'autodiscover.svc'],
    [
      'SOAP 1.2',
      envelope('<x/>', '', 'http://www.w3.org/2003/05/soap-envelope'),
      500,
      'VersionMismatch',
      'Only SOAP 1.1',
      'autodiscover.svc',
    ],
    [
      'an unknown operation',
      envelope(operationBody('GetNothing'), soapHeader()),
      500,
      'ActionNotSupported',
      'ContractFilter mismatch',
      'GetNothing',
    ],
    [
      'an element of nobody',
      envelope('<GetUserSettingsRequestMessage/>'),
      500,
      'ActionNotSupported',
      'ContractFilter mismatch',
      'GetUserSettings',
    ],
    [
      'an action that is not that of the body',
      envelope(operationBody('GetUserSettings'), soapHeader('GetDomainSettings')),
      500,
      'ActionNotSupported',
      "Action 'http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetDomainSettings'",
      'GetUserSettings',
    ],
  ])('%s', async (_, body, status, code, sentence, operation) => {
    const answer = await lab.ask({ path: svc, headers: textXml, body });
    expect(answer).toMatchObject({ status, headers: textXml });
    const fault = faultOf(answer.text);
    expect(fault.code).toBe(code);
    expect(fault.text).toContain(sentence);
    expect(answer.exchange).toMatchObject({ operation, code, status, outcome: 'refused', caller: mary });
  });

  test('another content type is 415', async () => {
    const answer = await lab.ask({ path: svc, headers: { 'content-type': 'application/soap+xml' }, body: request });
    expect(answer).toMatchObject({ status: 415, text: '' });
    expect(answer.exchange).toMatchObject({ code: 'UnsupportedMediaType', outcome: 'refused' });
  });
});

describe('WSSecurity without any', () => {
  test.each(['/WSSecurity', '/wssecurity/symmetrickey', '/WSSecurity/X509Cert'])('%s', async (suffix) => {
    const answer = await lab.ask({ path: svc + suffix, authorization: null, headers: textXml, body: userSettingsRequest(mary) });
    expect(answer.status).toBe(500);
    expect(faultOf(answer.text)).toEqual({ code: 'InvalidSecurity', text: 'An error occurred when verifying security for the message.' });
    expect(answer.text).toContain(
      'xmlns:a="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">a:InvalidSecurity<',
    );
    expect(answer.exchange).toMatchObject({ operation: 'GetUserSettings', code: 'InvalidSecurity', outcome: 'refused' });
  });

  test('what cannot be read is told so', async () => {
    const answer = await lab.ask({ path: `${svc}/WSSecurity`, authorization: null, headers: textXml, body: '<s' });
    expect(answer.status).toBe(400);
    expect(faultOf(answer.text).code).toBe('Client');
  });
});

test.each([xml, svc])('a body of more than 1 MiB is 413 at %s', async (path) => {
  const answer = await lab.ask({ path, headers: textXml, body: tooBig });
  expect(answer.status).toBe(413);
  expect(answer.exchange).toMatchObject({ outcome: 'refused', code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
});

describe('a failure of ours', () => {
  let broken: AutodiscoverLab;
  beforeAll(async () => {
    // Signing in succeeds: what fails is the operation's own question.
    const organizations: AutodiscoverContext['organizations'] = async () => ({
      all: Object.values(broken.organizations),
      byName: (name) => Object.values(broken.organizations).find((one) => one.name === name),
      byHost: () => undefined,
      byDomain() {
        throw new Error('secret of the store');
      },
    });
    broken = await openAutodiscoverLab({ organizations });
  });
  afterAll(() => broken.close(3));
  const lost = 'lost@nowhere.test';

  test.each([
    [
      'plain XML',
      { path: xml, headers: textXml, body: poxRequest(lost) },
      200,
      '<ErrorCode>603</ErrorCode><Message>Internal error.</Message>',
    ],
    ['SOAP', { path: svc, headers: textXml, body: userSettingsRequest(lost) }, 500, 'a:InternalServiceFault'],
    [
      'v2',
      { method: 'GET', path: `/autodiscover/autodiscover.json?Email=${lost}&Protocol=EWS` },
      500,
      '{"ErrorCode":"InternalServerError"',
    ],
  ])('is the internal error of %s and a defect in the journal', async (_, call, status, sentence) => {
    const answer = await broken.ask(call);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(sentence);
    expect(answer.text).not.toContain('secret');
    expect(answer.text).not.toMatch(/\bat .*\.ts/);
    expect(answer.exchange).toMatchObject({ outcome: 'defect', error: { message: 'secret of the store' } });
  });
});

describe('the seam soap.response', () => {
  test('replaces the envelope', async () => {
    const effect = { kind: 'status', status: 503, headers: { 'retry-after': '5' }, body: 'busy' } as const;
    lab.seams = {
      at: (seam, { operation }) => (seam === 'soap.response' && operation === 'GetUserSettings' ? { rule: 'r1', effect } : undefined),
    };
    const answer = await lab.ask({ path: svc, headers: textXml, body: userSettingsRequest(mary) });
    expect(answer).toMatchObject({ status: 503, text: 'busy', headers: { 'retry-after': '5' } });
    expect(answer.exchange).toMatchObject({ outcome: 'fault', faults: [{ rule: 'r1', kind: 'status' }] });
  });

  test('holds it back', async () => {
    lab.seams = { at: (seam) => (seam === 'soap.response' ? { rule: 'r2', effect: { kind: 'latency', delayMs: 5 } } : undefined) };
    const answer = await lab.ask({ path: svc, headers: textXml, body: userSettingsRequest(mary) });
    expect(answer.status).toBe(200);
    expect(answer.exchange).toMatchObject({ outcome: 'answered', faults: [{ rule: 'r2', kind: 'latency' }] });
  });

  test('loses it', async () => {
    lab.seams = { at: (seam) => (seam === 'soap.response' ? { rule: 'r3', effect: { kind: 'reset' } } : undefined) };
    await expect(lab.ask({ path: svc, headers: textXml, body: userSettingsRequest(mary) })).rejects.toThrow(/ECONNRESET|hang up/);
    lab.seams = { at: () => undefined };
  });
});

function faultOf(document: string): { readonly code: string; readonly text: string } {
  const inside = (of: XmlElement | undefined, name: string, namespace = soap): XmlElement | undefined => of && child(of, namespace, name);
  const fault = inside(inside(parseXml(document), 'Body'), 'Fault');
  const part = (name: string): string => {
    const found = inside(fault, name, '');
    return found === undefined ? '' : text(found);
  };
  return { code: part('faultcode').replace(/^\w+:/, ''), text: part('faultstring') };
}
