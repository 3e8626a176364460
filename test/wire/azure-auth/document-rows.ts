import { evil, type Row, text } from './token-request-rows.ts';

const assertionPattern = /<saml:Assertion .*<\/saml:Assertion>/;
const assertionSignature = /<ds:Signature (?:(?!<ds:Signature ).)*<\/ds:Signature>(?=<\/saml:Assertion>)/;

const s07: readonly Row[] = [
  {
    what: 'a second assertion with the same AssertionID stands beside it',
    spoilt: { text: (source) => source.replace(assertionPattern, (one) => `${evil(one)}${one}`) },
    fault: 'badRequest',
    check: 'sts.request',
  },
  {
    what: 'a false assertion stands in its place, the signed one in the header, under the same AssertionID',
    spoilt: {
      text: (source) =>
        source.replace(assertionPattern, evil).replace('</o:Security>', `</o:Security><x>${assertionPattern.exec(source)?.[0]}</x>`),
    },
    fault: 'proof',
    check: 'sts.signature',
  },
  {
    what: 'a false assertion with another AssertionID and the signature, the signed one in the header',
    spoilt: {
      text: (source) =>
        source
          .replace(assertionPattern, (one) => evil(one).replace('AssertionID="saml-', 'AssertionID="saml-evil-'))
          .replace('</o:Security>', `</o:Security><x>${assertionPattern.exec(source)?.[0].replace(assertionSignature, '')}</x>`),
    },
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
  {
    what: 'a false assertion with another AssertionID, the signed one inside its signature',
    spoilt: {
      text: (source) =>
        source.replace(assertionPattern, (one) => {
          const bare = one.replace(assertionSignature, '');
          const signature = (assertionSignature.exec(one)?.[0] ?? '').replace(
            '</ds:Signature>',
            `<ds:Object>${bare}</ds:Object></ds:Signature>`,
          );
          return evil(bare)
            .replace('AssertionID="saml-', 'AssertionID="saml-evil-')
            .replace('</saml:Assertion>', `${signature}</saml:Assertion>`);
        }),
    },
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
  {
    what: 'the signature is moved out of the assertion',
    spoilt: {
      text: (source) =>
        source
          .replace(assertionPattern, (one) => one.replace(assertionSignature, ''))
          .replace('</t:OnBehalfOf>', `</t:OnBehalfOf>${assertionSignature.exec(source)?.[0]}`),
    },
    fault: 'proof',
    check: 'sts.assertion-signature',
  },
  {
    what: 'a second To under the same Id',
    spoilt: text(
      '</a:To>',
      '</a:To><a:To xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" u:Id="_1">https://x.test/</a:To>',
    ),
    fault: 'proof',
    check: 'sts.signature',
  },
];

const deep = 200;
const s08: readonly Row[] = [
  {
    what: 'there is a document type declaration',
    spoilt: text('<s:Envelope', '<!DOCTYPE s:Envelope><s:Envelope'),
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  {
    what: 'there are entities',
    spoilt: { text: (source) => `<!DOCTYPE s [<!ENTITY e "joe">]>${source.replace('joe@', '&e;@')}` },
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  {
    what: 'it is nested too deep',
    spoilt: text('</s:Header>', `${'<x>'.repeat(deep)}${'</x>'.repeat(deep)}</s:Header>`),
    twin: text('</s:Header>', `${'<x>'.repeat(20)}${'</x>'.repeat(20)}</s:Header>`),
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  {
    what: 'it has too many elements',
    spoilt: text('</s:Header>', `${'<x/>'.repeat(2_500)}</s:Header>`),
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  { what: 'it is no XML', spoilt: { text: () => 'wa=wsignin1.0' }, fault: 'invalidRequest', check: 'sts.form' },
  { what: 'it is nothing', spoilt: { text: () => '' }, fault: 'invalidRequest', check: 'sts.form' },
  {
    what: 'it is SOAP 1.1',
    spoilt: { text: (source) => source.replaceAll('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/') },
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  {
    what: 'it has another action',
    spoilt: {
      message: (message) => ({
        ...message,
        addressing: { ...message.addressing, action: 'http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Cancel' },
      }),
    },
    fault: 'invalidRequest',
    check: 'sts.form',
  },
  {
    what: 'a header must be understood that is not',
    spoilt: text('</s:Header>', '<x s:mustUnderstand="1"/></s:Header>'),
    twin: text('</s:Header>', '<x s:mustUnderstand="0"/></s:Header>'),
    fault: 'notUnderstood',
    check: 'sts.form',
  },
];

/** S-07, S-08: how the document is put together. */
export const documentRows = { s07, s08 };
