import { type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { listGiven, textGiven } from './given.ts';

const domainName = /^(?=.{1,255}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** An SMTP domain in lower case. Refuses with `bad-parameter`. */
export function requireDomain(name: string, written: string): string {
  const domain = written.toLowerCase();
  if (!domainName.test(domain)) throw cmdletRefusal('bad-parameter', `-${name} takes SMTP domains, not ${JSON.stringify(domain)}.`);
  return domain;
}

/** A parameter that takes one or more SMTP domains, under its own name; nothing when it was not written. Refuses with `bad-parameter`. */
export function domainsGiven<Name extends string>(given: CmdletParameters, name: Name): Partial<Record<Name, readonly string[]>> {
  const written = listGiven(given, name);
  if (written === undefined) return {};
  if (written.length === 0) throw cmdletRefusal('bad-parameter', `-${name} takes at least one domain.`);
  const domains = [...new Set(written.map((one) => requireDomain(name, one)))];
  return { [name]: domains } as unknown as Partial<Record<Name, readonly string[]>>;
}

/** A parameter that takes an absolute address, under its own name, '' for `$null`; nothing when it was not written. Refuses with `bad-parameter`. */
export function addressGiven<Name extends string>(
  given: CmdletParameters,
  name: Name,
  protocols: readonly string[] = ['https:'],
): Partial<Record<Name, string>> {
  if (given[name] === undefined) return {};
  const address = textGiven(given, name) ?? '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isFit = url !== undefined && protocols.includes(url.protocol) && url.username === '' && url.password === '';
  if (address === '' || isFit) return { [name]: address } as Partial<Record<Name, string>>;
  const kinds = protocols.map((protocol) => protocol.slice(0, -1)).join(' or ');
  throw cmdletRefusal('bad-parameter', `-${name} takes an absolute ${kinds} address, not ${JSON.stringify(address)}.`);
}
