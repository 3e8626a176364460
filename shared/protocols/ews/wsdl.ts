import type { Content, ContentDescription, ParticleDescription } from '../../xml/codec.ts';
import type { SimpleType } from '../../xml/simple-types.ts';
import { contracts } from './contract.ts';
import type { Contract } from './contract-type.ts';
import { messages, types } from './namespaces.ts';

/** The documents that clients generate their code from. */
export interface ServiceDescription {
  readonly servicesWsdl: string;
  readonly messagesXsd: string;
  readonly typesXsd: string;
}

const declaration = '<?xml version="1.0" encoding="utf-8"?>';
const namespaces = `xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${types}" xmlns:m="${messages}"`;

let made: ServiceDescription | undefined;

/** The WSDL and schemas of every contract: what we decode and encode, neither more nor less. Made once. */
export function serviceDescription(): ServiceDescription {
  made ??= describeService(Object.values(contracts) as readonly Contract<unknown, unknown>[]);
  return made;
}

/** The three documents for these contracts; like Exchange's, the WSDL has no wsdl:service: clients know the address. */
export function describeService(of: readonly Contract<unknown, unknown>[]): ServiceDescription {
  const named = new NamedTypes();
  const elements = of.flatMap((contract) => [
    topElement(contract.requestElement, contract.request, named),
    topElement(contract.responseElement, contract.response, named),
  ]);
  const headers = [
    '<xs:element name="RequestServerVersion"><xs:complexType><xs:attribute name="Version" type="xs:string" use="required"/></xs:complexType></xs:element>',
    '<xs:element name="ServerVersionInfo"><xs:complexType>',
    ...['MajorVersion', 'MinorVersion', 'MajorBuildNumber', 'MinorBuildNumber'].map(
      (name) => `<xs:attribute name="${name}" type="xs:int"/>`,
    ),
    '<xs:attribute name="Version" type="xs:string"/></xs:complexType></xs:element>',
  ];
  return {
    messagesXsd: [
      `${declaration}<xs:schema ${namespaces} targetNamespace="${messages}" elementFormDefault="qualified">`,
      `<xs:import namespace="${types}" schemaLocation="types.xsd"/>`,
      ...elements,
      '</xs:schema>',
    ].join('\n'),
    typesXsd: [
      `${declaration}<xs:schema ${namespaces} targetNamespace="${types}" elementFormDefault="qualified">`,
      ...headers,
      ...named.definitions(),
      '</xs:schema>',
    ].join('\n'),
    servicesWsdl: wsdl(of),
  };
}

/** The named types that the elements refer to, each written once. All belong to the types namespace. */
class NamedTypes {
  readonly #texts = new Map<string, string>();

  /** The reference to a type; its definition is kept. */
  refer(name: string, write: () => string): string {
    const known = this.#texts.get(name);
    if (known === undefined) {
      // Set first: a type may hold itself.
      this.#texts.set(name, '');
      this.#texts.set(name, write());
    }
    return `t:${name}`;
  }

  definitions(): readonly string[] {
    return [...this.#texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  }
}

function topElement(name: string, content: Content<unknown>, named: NamedTypes): string {
  return elementText(name, content.description, '', named, messages);
}

function elementText(name: string, description: ContentDescription, occurs: string, named: NamedTypes, namespace: string): string {
  switch (description.kind) {
    case 'simple':
      return `<xs:element name="${name}" type="${simpleName(description.type, named)}"${occurs}/>`;
    case 'any':
      return `<xs:element name="${name}"${occurs}><xs:complexType><xs:sequence><xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>`;
    case 'reference':
    case 'complex': {
      const typeName = description.name;
      if (typeName === undefined) {
        return `<xs:element name="${name}"${occurs}>${complexText('', description as ComplexDescription, named, namespace)}</xs:element>`;
      }
      const reference = named.refer(typeName, () => complexText(typeName, resolve(description), named, types));
      return `<xs:element name="${name}" type="${reference}"${occurs}/>`;
    }
  }
}

type ComplexDescription = Extract<ContentDescription, { kind: 'complex' }>;

function resolve(description: ContentDescription): ComplexDescription {
  if (description.kind === 'reference') return resolve(description.to());
  if (description.kind !== 'complex') throw new Error(`defect: a named type is ${description.kind}`);
  return description;
}

function complexText(name: string, { particles, attributes, text }: ComplexDescription, named: NamedTypes, namespace: string): string {
  const attributeTexts = attributes
    .map(
      (attribute) =>
        `<xs:attribute name="${attribute.name}" type="${simpleName(attribute.type, named)}"${attribute.required ? ' use="required"' : ''}/>`,
    )
    .join('');
  const opening = name === '' ? '<xs:complexType>' : `<xs:complexType name="${name}">`;
  if (text !== undefined) {
    return `${opening}<xs:simpleContent><xs:extension base="${simpleName(text, named)}">${attributeTexts}</xs:extension></xs:simpleContent></xs:complexType>`;
  }
  const sequence = groupTexts(particles, undefined, named, namespace);
  return `${opening}<xs:sequence>${sequence}</xs:sequence>${attributeTexts}</xs:complexType>`;
}

/** An optional particle with others that need it becomes an optional sequence, in which it is required. */
function groupTexts(particles: readonly ParticleDescription[], within: string | undefined, named: NamedTypes, namespace: string): string {
  return particles
    .filter(({ needs }) => needs === within)
    .map((particle) => {
      if (!particles.some(({ needs }) => needs === particle.key)) return particleText(particle, named, namespace);
      const lead = particleText({ ...particle, minimum: 1 }, named, namespace);
      return `<xs:sequence minOccurs="0">${lead}${groupTexts(particles, particle.key, named, namespace)}</xs:sequence>`;
    })
    .join('');
}

function particleText({ minimum, repeats, alternatives }: ParticleDescription, named: NamedTypes, namespace: string): string {
  const occurs = `${minimum === 0 ? ' minOccurs="0"' : ''}${repeats ? ' maxOccurs="unbounded"' : ''}`;
  const [only] = alternatives;
  const write = (name: string, content: ContentDescription, how: string, where: string): string => {
    if (where !== namespace) throw new Error(`defect: element ${name} of ${where} inside ${namespace}`);
    return elementText(name, content, how, named, where);
  };
  if (only !== undefined && alternatives.length === 1) return write(only.name, only.content(), occurs, only.namespace);
  const texts = alternatives.map(({ name, content, namespace: where }) => write(name, content(), '', where));
  return `<xs:choice${occurs}>${texts.join('')}</xs:choice>`;
}

function simpleName(type: SimpleType<unknown>, named: NamedTypes): string {
  if (type.name.startsWith('xs:')) return type.name;
  return named.refer(type.name, () => {
    const words = type.enumeration?.map((word) => `<xs:enumeration value="${word}"/>`).join('');
    const definition =
      words === undefined
        ? (type.definition ?? '<xs:restriction base="xs:string"/>')
        : `<xs:restriction base="xs:string">${words}</xs:restriction>`;
    return `<xs:simpleType name="${type.name}">${definition}</xs:simpleType>`;
  });
}

function wsdl(of: readonly Contract<unknown, unknown>[]): string {
  const parts = (name: string, element: string): string =>
    `<wsdl:message name="${name}"><wsdl:part name="parameters" element="m:${element}"/></wsdl:message>`;
  return [
    `${declaration}<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="${messages}" xmlns:m="${messages}" xmlns:t="${types}" targetNamespace="${messages}">`,
    `<wsdl:types><xs:schema><xs:import namespace="${messages}" schemaLocation="messages.xsd"/></xs:schema></wsdl:types>`,
    '<wsdl:message name="Headers"><wsdl:part name="RequestVersion" element="t:RequestServerVersion"/><wsdl:part name="ServerVersion" element="t:ServerVersionInfo"/></wsdl:message>',
    ...of.flatMap(({ name, requestElement, responseElement }) => [
      parts(`${name}SoapIn`, requestElement),
      parts(`${name}SoapOut`, responseElement),
    ]),
    '<wsdl:portType name="ExchangeServicePortType">',
    ...of.map(
      ({ name }) =>
        `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}SoapIn"/><wsdl:output message="tns:${name}SoapOut"/></wsdl:operation>`,
    ),
    '</wsdl:portType>',
    '<wsdl:binding name="ExchangeServiceBinding" type="tns:ExchangeServicePortType"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
    ...of.map(
      ({ name }) =>
        `<wsdl:operation name="${name}"><soap:operation soapAction="${messages}/${name}"/>` +
        '<wsdl:input><soap:header message="tns:Headers" part="RequestVersion" use="literal"/><soap:body parts="parameters" use="literal"/></wsdl:input>' +
        '<wsdl:output><soap:body parts="parameters" use="literal"/><soap:header message="tns:Headers" part="ServerVersion" use="literal"/></wsdl:output></wsdl:operation>',
    ),
    '</wsdl:binding>',
    '</wsdl:definitions>',
  ].join('\n');
}
