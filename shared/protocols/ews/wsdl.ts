import type { Content } from '../../xml/codec.ts';
import type { ContentDescription, ParticleDescription } from '../../xml/content-description.ts';
import { element, type XmlElement } from '../../xml/element.ts';
import type { SimpleType } from '../../xml/simple-types.ts';
import { writeXml } from '../../xml/write.ts';
import { restriction, words, xsd, xsdNamespace } from '../../xml/xsd.ts';
import { contracts } from './contract.ts';
import type { Contract } from './contract-type.ts';
import { messages, types, xmlNamespace } from './namespaces.ts';

/** The documents that clients generate their code from. */
export interface ServiceDescription {
  readonly servicesWsdl: string;
  readonly messagesXsd: string;
  readonly typesXsd: string;
}

const wsdlNamespace = 'http://schemas.xmlsoap.org/wsdl/';
const wsdlSoapNamespace = 'http://schemas.xmlsoap.org/wsdl/soap/';

let made: ServiceDescription | undefined;

/** The WSDL and schemas of every contract: what we decode and encode, neither more nor less. Made once. */
export function serviceDescription(): ServiceDescription {
  made ??= describeService(Object.values(contracts) as readonly Contract<unknown, unknown>[]);
  return made;
}

/** The three documents for these contracts; like Exchange's, the WSDL has no wsdl:service: clients know the address. */
function describeService(of: readonly Contract<unknown, unknown>[]): ServiceDescription {
  const named = new NamedTypes();
  const elements = of.flatMap((contract) => [
    topElement(contract.requestElement, contract.request, named),
    topElement(contract.responseElement, contract.response, named),
  ]);
  return {
    messagesXsd: schema(messages, [xsd('import', { namespace: types, schemaLocation: 'types.xsd' }), ...elements]),
    typesXsd: schema(types, [...headers(), ...named.elements(), ...named.definitions()]),
    servicesWsdl: wsdl(of),
  };
}

/** A schema document. `t` and `m` are declared for the names of types and elements that stand in attributes. */
function schema(targetNamespace: string, children: readonly XmlElement[]): string {
  const root = xsd('schema', { targetNamespace, elementFormDefault: 'qualified' }, children);
  const declares = [
    ['xs', xsdNamespace],
    ['t', types],
    ['m', messages],
  ] as const;
  return writeXml({ ...root, declares }, { declaration: true });
}

function headers(): readonly XmlElement[] {
  const numbers = ['MajorVersion', 'MinorVersion', 'MajorBuildNumber', 'MinorBuildNumber'];
  const version = xsd('attribute', { name: 'Version', type: 'xs:string', use: 'required' });
  const info = [
    ...numbers.map((name) => xsd('attribute', { name, type: 'xs:int' })),
    xsd('attribute', { name: 'Version', type: 'xs:string' }),
  ];
  return [
    xsd('element', { name: 'RequestServerVersion' }, [xsd('complexType', {}, [version])]),
    xsd('element', { name: 'ServerVersionInfo' }, [xsd('complexType', {}, info)]),
  ];
}

/** The named types that the elements refer to, each written once. All belong to the types namespace. */
class NamedTypes {
  readonly #definitions = new Map<string, XmlElement | undefined>();
  readonly #elements = new Map<string, XmlElement>();

  /** The reference to a type; its definition is kept. */
  refer(name: string, define: () => XmlElement): string {
    if (!this.#definitions.has(name)) {
      // Set first: a type may hold itself.
      this.#definitions.set(name, undefined);
      this.#definitions.set(name, define());
    }
    return `t:${name}`;
  }

  /** The reference to an element of the types namespace that stands among those of another one. */
  referElement(name: string, define: () => XmlElement): string {
    if (!this.#elements.has(name)) this.#elements.set(name, define());
    return `t:${name}`;
  }

  definitions(): readonly XmlElement[] {
    return sorted(this.#definitions);
  }

  elements(): readonly XmlElement[] {
    return sorted(this.#elements);
  }
}

function sorted(written: ReadonlyMap<string, XmlElement | undefined>): readonly XmlElement[] {
  return [...written].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, element]) => element ?? []);
}

function topElement(name: string, content: Content<unknown>, named: NamedTypes): XmlElement {
  return elementOf(name, content.description, {}, named, messages);
}

type Occurs = { readonly minOccurs?: string | undefined; readonly maxOccurs?: string | undefined };

function elementOf(name: string, description: ContentDescription, occurs: Occurs, named: NamedTypes, namespace: string): XmlElement {
  if (description.kind === 'simple') return xsd('element', { name, type: simpleName(description.type, named), ...occurs });
  if (description.kind === 'any') {
    const anything = xsd('any', { processContents: 'lax', minOccurs: '0', maxOccurs: 'unbounded' });
    return xsd('element', { name, ...occurs }, [xsd('complexType', {}, [xsd('sequence', {}, [anything])])]);
  }
  const typeName = description.name;
  if (typeName === undefined) return xsd('element', { name, ...occurs }, [complexType(undefined, resolve(description), named, namespace)]);
  const type = named.refer(typeName, () => complexType(typeName, resolve(description), named, types));
  return xsd('element', { name, type, ...occurs });
}

type ComplexDescription = Extract<ContentDescription, { kind: 'complex' }>;

function resolve(description: ContentDescription): ComplexDescription {
  if (description.kind === 'reference') return resolve(description.to());
  if (description.kind !== 'complex') throw new Error(`defect: a named type is ${description.kind}`);
  return description;
}

function complexType(
  name: string | undefined,
  { particles, attributes, text, xmlAttributes }: ComplexDescription,
  named: NamedTypes,
  namespace: string,
): XmlElement {
  const attributeElements = attributes.map((attribute) =>
    xsd('attribute', { name: attribute.name, type: simpleName(attribute.type, named), use: attribute.required ? 'required' : undefined }),
  );
  if (xmlAttributes === true) attributeElements.push(xsd('anyAttribute', { namespace: xmlNamespace, processContents: 'lax' }));
  if (text !== undefined) {
    const extension = xsd('extension', { base: simpleName(text, named) }, attributeElements);
    return xsd('complexType', { name }, [xsd('simpleContent', {}, [extension])]);
  }
  return xsd('complexType', { name }, [xsd('sequence', {}, group(particles, undefined, named, namespace)), ...attributeElements]);
}

/** An optional particle with others that need it becomes an optional sequence, in which it is required. */
function group(
  particles: readonly ParticleDescription[],
  within: string | undefined,
  named: NamedTypes,
  namespace: string,
): readonly XmlElement[] {
  return particles
    .filter(({ needs }) => needs === within)
    .map((particle) => {
      if (!particles.some(({ needs }) => needs === particle.key)) return particleOf(particle, named, namespace);
      const lead = particleOf({ ...particle, minimum: 1 }, named, namespace);
      return xsd('sequence', { minOccurs: '0' }, [lead, ...group(particles, particle.key, named, namespace)]);
    });
}

function particleOf({ minimum, repeats, alternatives }: ParticleDescription, named: NamedTypes, namespace: string): XmlElement {
  const occurs: Occurs = { minOccurs: minimum === 0 ? '0' : undefined, maxOccurs: repeats ? 'unbounded' : undefined };
  const [only] = alternatives;
  const member = (name: string, content: ContentDescription, how: Occurs, where: string): XmlElement => {
    if (where === namespace) return elementOf(name, content, how, named, where);
    if (where !== types) throw new Error(`defect: element ${name} of ${where} inside ${namespace}`);
    return xsd('element', { ref: named.referElement(name, () => elementOf(name, content, {}, named, types)), ...how });
  };
  if (only !== undefined && alternatives.length === 1) return member(only.name, only.content(), occurs, only.namespace);
  return xsd(
    'choice',
    occurs,
    alternatives.map(({ name, content, namespace: where }) => member(name, content(), {}, where)),
  );
}

function simpleName(type: SimpleType<unknown>, named: NamedTypes): string {
  if (type.name.startsWith('xs:')) return type.name;
  const definition = type.enumeration === undefined ? (type.definition ?? restriction('xs:string')) : words(type.enumeration);
  return named.refer(type.name, () => xsd('simpleType', { name: type.name }, [definition]));
}

function wsdl(of: readonly Contract<unknown, unknown>[]): string {
  const w = (name: string, attributes: Readonly<Record<string, string>>, children: readonly XmlElement[] = []): XmlElement =>
    element(wsdlNamespace, name, children, attributes);
  const soap = (name: string, attributes: Readonly<Record<string, string>>): XmlElement => element(wsdlSoapNamespace, name, [], attributes);
  const message = (name: string, type: string): XmlElement =>
    w('message', { name }, [w('part', { name: 'parameters', element: `m:${type}` })]);
  const header = (part: string): XmlElement => soap('header', { message: 'tns:Headers', part, use: 'literal' });
  const body = soap('body', { parts: 'parameters', use: 'literal' });
  const operation = ({ name }: Contract<unknown, unknown>): XmlElement =>
    w('operation', { name }, [
      soap('operation', { soapAction: `${messages}/${name}` }),
      w('input', {}, [header('RequestVersion'), body]),
      w('output', {}, [body, header('ServerVersion')]),
    ]);
  const root = w('definitions', { targetNamespace: messages }, [
    w('types', {}, [xsd('schema', {}, [xsd('import', { namespace: messages, schemaLocation: 'messages.xsd' })])]),
    w('message', { name: 'Headers' }, [
      w('part', { name: 'RequestVersion', element: 't:RequestServerVersion' }),
      w('part', { name: 'ServerVersion', element: 't:ServerVersionInfo' }),
    ]),
    ...of.flatMap(({ name, requestElement, responseElement }) => [
      message(`${name}SoapIn`, requestElement),
      message(`${name}SoapOut`, responseElement),
    ]),
    w(
      'portType',
      { name: 'ExchangeServicePortType' },
      of.map(({ name }) =>
        w('operation', { name }, [w('input', { message: `tns:${name}SoapIn` }), w('output', { message: `tns:${name}SoapOut` })]),
      ),
    ),
    w('binding', { name: 'ExchangeServiceBinding', type: 'tns:ExchangeServicePortType' }, [
      soap('binding', { style: 'document', transport: 'http://schemas.xmlsoap.org/soap/http' }),
      ...of.map(operation),
    ]),
  ]);
  const declares = [
    ['wsdl', wsdlNamespace],
    ['soap', wsdlSoapNamespace],
    ['xs', xsdNamespace],
    ['tns', messages],
    ['m', messages],
    ['t', types],
  ] as const;
  return writeXml({ ...root, declares }, { declaration: true });
}
