/** Why a body is not a form: a sentence that may be shown. */
export interface FormProblem {
  readonly problem: string;
}

const maxOctets = 1024 * 1024;
const maxFields = 200;

/**
 * Reads an `application/x-www-form-urlencoded` body (WHATWG URL 5.1), but strictly: a parameter that stands twice is a
 * problem (RFC 6749 3.2), broken escapes and what is not UTF-8 too, and more than 1 MiB or 200 parameters. Names keep
 * their case; no body is no parameters.
 */
export function readForm(body: Buffer | undefined): ReadonlyMap<string, string> | FormProblem {
  const parameters = new Map<string, string>();
  if (body === undefined || body.length === 0) return parameters;
  if (body.length > maxOctets) return { problem: `The body is larger than ${maxOctets} octets.` };
  const fields = body.toString('latin1').split('&', maxFields + 1);
  if (fields.length > maxFields) return { problem: `The body has more than ${maxFields} parameters.` };
  for (const field of fields) {
    if (field === '') continue;
    const equals = field.indexOf('=');
    const name = decoded(equals === -1 ? field : field.slice(0, equals));
    const value = decoded(equals === -1 ? '' : field.slice(equals + 1));
    if (name === undefined || value === undefined) return { problem: 'The body is not form-encoded UTF-8.' };
    if (parameters.has(name)) return { problem: `The parameter '${shown(name)}' stands twice.` };
    parameters.set(name, value);
  }
  return parameters;
}

/** What stands for something else than itself in a field. */
const encoded = /[+%\u0080-\u00ff]/;

function decoded(text: string): string | undefined {
  if (!encoded.test(text)) return text;
  try {
    // Octets that nobody escaped are escaped here, so that one strict decoder sees them all.
    return decodeURIComponent(text.replaceAll('+', ' ').replace(/[\u0080-\u00ff]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`));
  } catch {
    return undefined;
  }
}

function shown(name: string): string {
  return name.slice(0, 64).replace(/[^\u0020-\u007e]/g, '?');
}
