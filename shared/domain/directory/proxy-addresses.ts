import { fold } from '../../store/fold.ts';

const smtpAddress = /^[^\s@<>"(),:;[\]\\]{1,64}@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const typed = /^([a-z][a-z0-9]{0,8}):(.+)$/is;
/** The most that a proxy address has (attribute Proxy-Addresses, rangeUpper). */
const longest = 1_123;

/** Whether a text is an SMTP address without its type. */
export function isSmtpAddress(text: string): boolean {
  return text.length <= 254 && smtpAddress.test(text);
}

/**
 * A proxy address as it is kept: with its type, `SMTP:` for a primary one; one that is written without a type is a further
 * SMTP address. Undefined for what is none.
 */
export function parseProxyAddress(text: string): string | undefined {
  const [, type, rest] = typed.exec(text) ?? [];
  if (text.length > longest) return undefined;
  if (type === undefined || rest === undefined) return isSmtpAddress(text) ? `smtp:${text}` : undefined;
  if (type.toLowerCase() !== 'smtp') return `${type.toUpperCase()}:${rest}`;
  return isSmtpAddress(rest) ? `${type === 'SMTP' ? 'SMTP' : 'smtp'}:${rest}` : undefined;
}

/** The SMTP addresses among proxy addresses, without their type. */
export function smtpAddresses(addresses: readonly string[]): readonly string[] {
  return addresses.flatMap((address) => (/^smtp:/i.test(address) ? [address.slice('smtp:'.length)] : []));
}

/** These addresses with that SMTP address as the primary one; what was it before stays among the others. */
export function withPrimary(addresses: readonly string[], primary: string): readonly string[] {
  const others = addresses.filter((address) => !isSame(address, `smtp:${primary}`));
  return [`SMTP:${primary}`, ...others.map((address) => address.replace(/^SMTP:/, 'smtp:'))];
}

/** These addresses and, where they lack them, those; a primary one among the latter becomes a further one. */
export function withFurther(addresses: readonly string[], further: readonly string[]): readonly string[] {
  const all = [...addresses];
  for (const address of further) if (!all.some((known) => isSame(known, address))) all.push(address.replace(/^SMTP:/, 'smtp:'));
  return all;
}

/**
 * The primary address of a written list: the one with `SMTP:`, else the first of SMTP (page of Set-Mailbox,
 * -EmailAddresses). Of several with `SMTP:` the one that is not `current` is meant, as when one was added. Undefined when
 * that leaves none or more than one.
 */
export function primaryOf(addresses: readonly string[], current: string): string | undefined {
  const marked = addresses.filter((address) => address.startsWith('SMTP:')).map((address) => address.slice('SMTP:'.length));
  const changed = marked.length > 1 ? marked.filter((address) => fold(address) !== fold(current)) : marked;
  return marked.length === 0 ? smtpAddresses(addresses)[0] : changed.length === 1 ? changed[0] : undefined;
}

function isSame(left: string, right: string): boolean {
  return fold(left) === fold(right);
}
