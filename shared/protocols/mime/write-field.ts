import { MimeError } from './errors.ts';
import type { MimeAddress } from './message.ts';

/** A line is kept to this many characters where it can be broken (RFC 5322 2.1.1). */
const lineLength = 78;

/** Whether a header field can have this name. */
export function isFieldName(name: string): boolean {
  return /^[\x21-\x39\x3b-\x7e]+$/.test(name);
}

/** A header field whose value is free text: see {@link wireText}. */
export function textField(name: string, value: string): string {
  return fold(name, breakable(wireText(value)));
}

/**
 * Free text as it stands in a header field: itself when it is printable ASCII, else in encoded words (RFC 2047, UTF-8).
 * Control characters, line ends among them, become blanks.
 */
export function wireText(value: string): string {
  const text = withoutControls(value.toWellFormed());
  return needsEncoding(text) ? encodedWords(text).join(' ') : text;
}

/** A header field that is written as it was read: message ids, trace fields. Its value is not encoded. */
export function plainField(name: string, value: string): string {
  return fold(name, breakable(withoutControls(value.toWellFormed()).trim()));
}

/** An address list field: `From To Cc Bcc Sender Reply-To`. */
export function addressField(name: string, addresses: readonly MimeAddress[]): string {
  const tokens = addresses.flatMap((address, index) => {
    const words = addressTokens(address);
    const last = index === addresses.length - 1 ? [] : [`${words.pop() ?? ''},`];
    return [...words, ...last];
  });
  return fold(
    name,
    tokens.map((token, index) => (index === 0 ? token : ` ${token}`)),
  );
}

/** A structured field with parameters: long or international ones as RFC 2231 says, the others quoted. */
export function structuredField(name: string, value: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const tokens = [value];
  for (const [parameter, text] of Object.entries(parameters)) {
    if (text !== undefined) tokens.push(...parameterTokens(parameter, text.toWellFormed()));
  }
  return fold(
    name,
    tokens.map((token, index) => `${index === 0 ? '' : ' '}${token}${index === tokens.length - 1 ? '' : ';'}`),
  );
}

/** Tokens begin with the blanks that separate them from the one before; a line is broken before a token only. */
function fold(name: string, tokens: readonly string[]): string {
  if (!isFieldName(name)) throw new MimeError('bad-header-name', 'a header name has characters that RFC 5322 2.2 forbids');
  let text = `${name}:`;
  let width = text.length;
  tokens.forEach((token, index) => {
    const piece = index === 0 ? ` ${token}` : token;
    if (width + piece.length > lineLength && width > 1) {
      text += '\r\n';
      width = 0;
    }
    text += piece;
    width += piece.length;
  });
  return `${text}\r\n`;
}

function withoutControls(text: string): string {
  return text.replace(/[\0-\x08\x0a-\x1f\x7f]+/g, ' ');
}

function breakable(text: string): string[] {
  return text.split(/(?<=[^ \t])(?=[ \t])/);
}

function needsEncoding(text: string): boolean {
  return /[^\x20-\x7e]|^ | $|=\?/.test(text) || text.split(' ').some((word) => word.length > lineLength - 8);
}

/** 42 octets make a word of 68 characters, which fits on a line behind `Subject: `. */
const encodedOctets = 42;

function encodedWords(text: string): string[] {
  const words: string[] = [];
  let chunk = '';
  let octets = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character, 'utf8');
    if (octets + size > encodedOctets) {
      words.push(chunk);
      chunk = '';
      octets = 0;
    }
    chunk += character;
    octets += size;
  }
  words.push(chunk);
  return words.map((word) => `=?utf-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`);
}

/** Somebody without a usable address becomes a group without members: `Name:;` (RFC 5322 3.4). */
function addressTokens({ name, address }: MimeAddress): string[] {
  const phrase = phraseTokens(name.toWellFormed());
  if (/^[^\0-\x20\x7f<>,;:()[\]\\"]+@[^\0-\x20\x7f<>,;()\\"]+$/.test(address)) {
    return phrase.length === 0 ? [address] : [...phrase, `<${address}>`];
  }
  const group = phrase.length === 0 ? phraseTokens(address.toWellFormed()) : phrase;
  const last = group.pop();
  return last === undefined ? ['undisclosed-recipients:;'] : [...group, `${last}:;`];
}

function phraseTokens(name: string): string[] {
  if (name === '') return [];
  const regular = /^[\x20-\x7e]+$/.test(name) && !/^ | $| {2}|=\?/.test(name) && name.length <= 60;
  if (!regular) return encodedWords(name);
  if (/^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+$/.test(name)) return name.split(' ');
  return [`"${name.replace(/["\\]/g, '\\$&')}"`];
}

function parameterTokens(name: string, text: string): string[] {
  const quotable = /^[\x20-\x7e]*$/.test(text) && !text.includes('=?') && text.length <= 60;
  if (quotable) return [`${name}="${text.replace(/["\\]/g, '\\$&')}"`];
  const sections = percentEncoded(text, 48);
  if (sections.length === 1) return [`${name}*=utf-8''${sections[0]}`];
  return sections.map((section, index) => `${name}*${index}*=${index === 0 ? "utf-8''" : ''}${section}`);
}

function percentEncoded(text: string, sectionLength: number): string[] {
  const sections = [''];
  for (const octet of Buffer.from(text, 'utf8')) {
    const plain = /[A-Za-z0-9._-]/.test(String.fromCharCode(octet)) && octet < 0x80;
    const piece = plain ? String.fromCharCode(octet) : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    const last = sections.length - 1;
    if ((sections[last] ?? '').length + piece.length > sectionLength) sections.push(piece);
    else sections[last] += piece;
  }
  return sections;
}
