/** What a CliXml document holds, as far as it has a meaning outside .NET: records have their properties in order. */
export type CliXmlValue = string | number | boolean | Date | null | readonly CliXmlValue[] | { readonly [property: string]: CliXmlValue };

export const cliXmlNamespace = 'http://schemas.microsoft.com/powershell/2004/04';

/** How deep values may lie in each other. */
export const mostNested = 32;

/** Well-formed XML, but nothing that can be read as CliXml; the message says why, the line where. */
export class CliXmlError extends Error {
  readonly line: number;
  constructor(message: string, line = 0) {
    super(message);
    this.name = 'CliXmlError';
    this.line = line;
  }
}
