import type { Organization } from '../../domain/organization/organization.ts';
import { serverNameOf } from '../../domain/organization/servers.ts';
import type { Instant } from '../../kernel/clock.ts';
import { avIds } from '../../protocols/ntlm/av-pairs.ts';
import { writeChallenge } from '../../protocols/ntlm/challenge.ts';
import { writeFileTime } from '../../protocols/ntlm/file-time.ts';
import { flags as bit } from '../../protocols/ntlm/flags.ts';

/** What the client may have as it asks for it (MS-NLMP 3.2.5.1.1). */
const echoed = bit.sign | bit.seal | bit.alwaysSign | bit.extendedSessionSecurity | bit.version | bit.key128 | bit.keyExchange | bit.key56;

/**
 * The CHALLENGE_MESSAGE of an organisation's server for a client's offer. Its timestamp makes clients send a MIC; there is no
 * empty MsvAvFlags, which some clients take for their own (gssapi/gss-ntlmssp pull request 98).
 */
export function ntlmChallenge(offered: number, serverChallenge: Buffer, organization: Organization, at: Instant): Buffer {
  const { netbiosName, domains } = organization;
  const serverName = serverNameOf(organization);
  const dnsName = domains[0] ?? '';
  const text = (value: string): Buffer => Buffer.from(value, 'utf16le');
  const targetInfo = new Map([
    [avIds.nbDomainName, text(netbiosName)],
    [avIds.nbComputerName, text(serverName)],
    [avIds.dnsDomainName, text(dnsName)],
    [avIds.dnsComputerName, text(`${serverName}.${dnsName}`)],
    [avIds.dnsTreeName, text(dnsName)],
    [avIds.timestamp, writeFileTime(at)],
  ]);
  const charset = (offered & bit.unicode) === 0 ? bit.oem : bit.unicode;
  const target = (offered & bit.requestTarget) === 0 ? 0 : bit.requestTarget | bit.targetTypeDomain;
  const flags = charset | target | bit.ntlm | bit.targetInfo | (offered & echoed);
  return writeChallenge({ flags, serverChallenge, targetInfo }, netbiosName);
}
