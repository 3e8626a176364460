import { element, type XmlElement } from '../../xml/element.ts';
import { xsdNamespace } from '../../xml/xsd.ts';
import { xsiNamespace } from '../soap/envelope.ts';
import { types } from './namespaces.ts';

/** A server's build and the schema it speaks. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly majorBuild: number;
  readonly minorBuild: number;
  /** `V2017_07_11`. */
  readonly schema: string;
}

/** The ServerVersionInfo header of every answer that is no fault, laid out as Exchange does (GNOME/evolution-ews, `tests/traces`). */
export function serverVersionInfo(version: ServerVersion): XmlElement {
  const known = headers.get(version);
  if (known !== undefined) return known;
  const attributes = {
    MajorVersion: String(version.major),
    MinorVersion: String(version.minor),
    MajorBuildNumber: String(version.majorBuild),
    MinorBuildNumber: String(version.minorBuild),
    Version: version.schema,
  };
  const header: XmlElement = {
    ...element(types, 'ServerVersionInfo', [], attributes),
    declares: [
      ['h', types],
      ['', types],
      ['xsd', xsdNamespace],
      ['xsi', xsiNamespace],
    ],
    keep: true,
  };
  headers.set(version, header);
  return header;
}

const headers = new WeakMap<ServerVersion, XmlElement>();
