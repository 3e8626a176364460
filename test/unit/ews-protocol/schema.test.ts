import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../../shared/protocols/ews/contract-type.ts';
import { messages } from '../../../shared/protocols/ews/namespaces.ts';
import { serverVersionInfo } from '../../../shared/protocols/ews/server-version.ts';
import { serviceDescription } from '../../../shared/protocols/ews/wsdl.ts';
import { sealEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import type { Content } from '../../../shared/xml/codec.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { compileSchemas, requireEwsSchema } from '../../support/ews-schema.ts';
import { conforming } from './conforming.ts';
import { envelope } from './envelope.ts';

const official = requireEwsSchema();

/** Our schemas on disk beside an envelope with strict contents. */
const folder = mkdtempSync(join(tmpdir(), 'coexist-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { messagesXsd, typesXsd, servicesWsdl } = serviceDescription();
writeFileSync(join(folder, 'messages.xsd'), messagesXsd);
writeFileSync(join(folder, 'types.xsd'), typesXsd);
writeFileSync(
  join(folder, 'soap.xsd'),
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://schemas.xmlsoap.org/soap/envelope/" elementFormDefault="qualified">
<xs:import namespace="${messages}" schemaLocation="messages.xsd"/><xs:element name="Envelope"><xs:complexType><xs:sequence>
<xs:element name="Header" minOccurs="0"><xs:complexType><xs:sequence><xs:any processContents="strict" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="Body"><xs:complexType><xs:sequence><xs:any processContents="strict"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>`,
);
const generated = compileSchemas(join(folder, 'soap.xsd'));

const all = Object.values(contracts) as readonly Contract<unknown, unknown>[];
const directions = all.flatMap((contract): [string, string, Content<unknown>][] => [
  [`${contract.name} request`, contract.requestElement, contract.request],
]);

describe.each(directions)('%s', (_, name, content) => {
  const document = conforming(messages, name, content.description);
  const property = (check: (element: XmlElement) => void) => fc.assert(fc.property(document, check), { numRuns: 60 });

  test('what the contract describes it decodes, and encodes again to the same value', () => {
    property((element) => {
      const value = content.decode(parseXml(writeXml(element)));
      expect(content.decode(content.encode(value, messages, name))).toEqual(value);
    });
  });

  test('the generated schema describes the same', () => {
    property((element) => {
      expect(generated.violations(envelope(element))).toEqual([]);
      expect(generated.violations(envelope(content.encode(content.decode(element), messages, name)))).toEqual([]);
    });
  });

  test.skipIf(official === undefined)('the official schema accepts it, as described and as encoded', () => {
    property((element) => {
      expect(official?.violations(envelope(element))).toEqual([]);
      expect(official?.violations(envelope(content.encode(content.decode(element), messages, name)))).toEqual([]);
    });
  });
});

describe('the WSDL', () => {
  const root = parseXml(servicesWsdl);
  const wsdl = 'http://schemas.xmlsoap.org/wsdl/';
  const descend = (of: XmlElement): XmlElement[] => [of, ...of.children.flatMap((part) => (typeof part === 'string' ? [] : descend(part)))];
  const named = (name: string) => descend(root).filter((element) => element.namespace === wsdl && element.name === name);

  test('has every operation with its action and no service', () => {
    const names = Object.keys(contracts);
    const actions = descend(root).flatMap(({ attributes }) =>
      attributes.filter(({ name }) => name === 'soapAction').map(({ value }) => value),
    );
    expect(actions).toEqual(names.map((name) => `${messages}/${name}`));
    expect(named('service')).toEqual([]);
    expect(named('definitions')).toHaveLength(1);
  });

  test('refers only to messages and elements that exist', () => {
    const value = (element: XmlElement, name: string) => element.attributes.find((attribute) => attribute.name === name)?.value;
    const defined = new Set(named('message').map((message) => `tns:${value(message, 'name')}`));
    const referred = ['input', 'output'].flatMap((name) => named(name).flatMap((of) => value(of, 'message') ?? []));
    expect(referred.filter((name) => !defined.has(name))).toEqual([]);
    expect(referred).toHaveLength(2 * all.length);
    const elements = new Set(all.flatMap(({ requestElement, responseElement }) => [`m:${requestElement}`, `m:${responseElement}`]));
    const parts = named('part')
      .flatMap((part) => value(part, 'element') ?? [])
      .filter((name) => name.startsWith('m:'));
    expect(new Set(parts)).toEqual(elements);
  });
});

test('a named type is described once', () => {
  const texts = new Map<string, string>();
  const names = [...typesXsd.matchAll(/<xs:(?:complexType|simpleType) name="([^"]+)"/g)].map(([, name]) => name ?? '');
  for (const name of names) texts.set(name, name);
  expect(names).toHaveLength(texts.size);
  expect(names).toContain('MessageType');
});

test('the header of answers is declared', () => {
  const version = serverVersionInfo({ major: 15, minor: 2, majorBuild: 1, minorBuild: 0, schema: 'V2017_07_11' });
  const body = { namespace: messages, name: 'Unknown', attributes: [], children: [] };
  expect(generated.violations(writeXml(sealEnvelope([version], body)))).toEqual([expect.stringContaining('Unknown')]);
});
