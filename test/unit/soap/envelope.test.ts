import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openEnvelope, sealEnvelope, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { faultElement, readFault } from '../../../shared/protocols/soap/fault.ts';
import { element } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const open = (inner: string, soap = soapNamespace, root = 'Envelope') =>
  openEnvelope(parseXml(`<s:${root} xmlns:s="${soap}">${inner}</s:${root}>`));

describe('openEnvelope', () => {
  test.each([
    ['no header', '<s:Body><a/></s:Body>', []],
    ['an empty header', '<s:Header/><s:Body><a/></s:Body>', []],
    ['header blocks', '<s:Header><h1/><h2/></s:Header><s:Body> <a/> </s:Body>', ['h1', 'h2']],
  ])('takes apart: %s', (_, inner, header) => {
    const opened = open(inner);
    expect(opened.body.name).toBe('a');
    expect(opened.header.map(({ name }) => name)).toEqual(header);
  });

  test.each([
    ['VersionMismatch', () => open('<s:Body><a/></s:Body>', 'http://www.w3.org/2003/05/soap-envelope')],
    ['NotAnEnvelope', () => open('<s:Body><a/></s:Body>', soapNamespace, 'Letter')],
    ['NotAnEnvelope', () => openEnvelope(parseXml('<html/>'))],
    ['NotAnEnvelope', () => open('<s:Body><a/></s:Body><s:Header/>')],
    ['NotAnEnvelope', () => open('<s:Body><a/></s:Body><s:Body><a/></s:Body>')],
    ['NotAnEnvelope', () => open('<a/><s:Body/>')],
    ['MissingBody', () => open('')],
    ['MissingBody', () => open('<s:Header/>')],
    ['EmptyBody', () => open('<s:Body/>')],
    ['EmptyBody', () => open('<s:Body>words</s:Body>')],
    ['SeveralBodyElements', () => open('<s:Body><a/><b/></s:Body>')],
  ])('refuses with %s', (code, attempt) => {
    expect(attempt).toThrow(Refusal);
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });
});

test('sealEnvelope puts together what openEnvelope takes apart', () => {
  const sealed = sealEnvelope([element('urn:h', 'h')], element('urn:b', 'b'), [['x', 'urn:x']]);
  expect(writeXml(sealed)).toBe(
    `<s:Envelope xmlns:s="${soapNamespace}"><s:Header><n1:h xmlns:n1="urn:h"/></s:Header><s:Body xmlns:x="urn:x"><n2:b xmlns:n2="urn:b"/></s:Body></s:Envelope>`,
  );
  const { header, body } = openEnvelope(parseXml(writeXml(sealed)));
  expect([header[0]?.name, body.name]).toEqual(['h', 'b']);
  expect(writeXml(sealEnvelope([], element('', 'b')))).not.toContain('Header');
});

describe('faults', () => {
  test.each([
    [
      'of SOAP itself',
      { codeNamespace: soapNamespace, code: 'VersionMismatch', reason: 'No.' },
      '<faultcode xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">s:VersionMismatch</faultcode><faultstring xml:lang="en-US">No.</faultstring>',
    ],
    [
      'of an application',
      { codeNamespace: 'urn:x', code: 'Bad', reason: 'No & no.', detail: [element('', 'why', ['because'])] },
      '<faultcode xmlns:a="urn:x">a:Bad</faultcode><faultstring xml:lang="en-US">No &amp; no.</faultstring><detail><why>because</why></detail>',
    ],
  ])('%s', (_, fault, inner) => {
    const written = writeXml(faultElement(fault));
    expect(written).toBe(`<n1:Fault xmlns:n1="${soapNamespace}">${inner}</n1:Fault>`);
    expect(readFault(parseXml(written))).toMatchObject({ code: fault.code, reason: fault.reason });
  });

  test('of other servers are read too', () => {
    const read = (xml: string) => readFault(parseXml(xml));
    expect(read(`<Fault xmlns="${soapNamespace}"><faultcode xmlns="">Client</faultcode></Fault>`)).toEqual({
      code: 'Client',
      reason: '',
      detail: [],
    });
    expect(read(`<Fault xmlns="${soapNamespace}"/>`)).toEqual({ code: '', reason: '', detail: [] });
    expect(read('<Fault/>')).toBeUndefined();
  });
});
