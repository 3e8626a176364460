import { describe, expect, test } from 'vitest';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import {
  certificateData,
  readKeyInfo,
  referenceByIdentifier,
  referenceToAssertion,
  referenceToElement,
} from '../../../shared/protocols/saml/key-info.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

const keyInfo = (...content: XmlElement[]): XmlElement => parseXml(canonicalXml(element(namespaces.ds, 'KeyInfo', content)));

test.each([
  [referenceByIdentifier('AA\r\n AA='), { by: 'subject-key-identifier', subjectKeyIdentifier: 'AAAA=' }],
  [referenceToAssertion('uuid-1'), { by: 'saml-assertion', assertionId: 'uuid-1' }],
  [referenceToElement('x'), { by: 'reference', id: 'x' }],
  [certificateData('MII\nB'), { by: 'certificate', certificate: 'MIIB' }],
])('a key is named and the name is read: %#', (node, name) => {
  expect(readKeyInfo(keyInfo(node))).toEqual(name);
});

describe('names nobody', () => {
  test.each<[string, XmlElement | undefined]>([
    ['no KeyInfo', undefined],
    ['an empty one', keyInfo()],
    ['two names', keyInfo(certificateData('A'), certificateData('A'))],
    ['another element', keyInfo(element(namespaces.ds, 'KeyName', ['A']))],
    ['data without a certificate', keyInfo(element(namespaces.ds, 'X509Data'))],
    ['a reference to nothing', keyInfo(referenceToElement(''))],
    [
      'an identifier of another kind',
      keyInfo(element(namespaces.wsse, 'SecurityTokenReference', [element(namespaces.wsse, 'KeyIdentifier')])),
    ],
  ])('%s', (_what, node) => {
    expect(readKeyInfo(node)).toBeUndefined();
  });
});
