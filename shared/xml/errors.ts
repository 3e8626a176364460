/** The octets are not the XML that we accept: malformed, too deep, too big, or with a document type declaration. */
export class XmlSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.name = 'XmlSyntaxError';
    this.line = line;
    this.column = column;
  }
}

/** Where in an element a violation lies, as .NET sees it: its reader stands there when the validator complains. */
export type SchemaSpot = { readonly is: 'attribute'; readonly name: string } | { readonly is: 'text' } | { readonly is: 'end' };

/** Well-formed, but not what the contract says. The message is in the words of .NET's schema validation. */
export class SchemaError extends Error {
  readonly line: number;
  readonly column: number;
  /** Absent: the start tag. */
  readonly spot: SchemaSpot | undefined;
  constructor(message: string, at: { readonly line?: number; readonly column?: number }, spot?: SchemaSpot) {
    super(message);
    this.name = 'SchemaError';
    this.line = at.line ?? 0;
    this.column = at.column ?? 0;
    this.spot = spot;
  }
}
