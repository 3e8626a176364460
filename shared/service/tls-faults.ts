import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { OpenExchange } from '../kernel/exchange.ts';
import type { Decision, Effect, Seam } from '../kernel/seams.ts';
import type { CertificateStore } from '../net/certificates.ts';
import type { HttpDoorOptions } from './http-door.ts';

/** Where handshakes meet fault rules. */
export interface HandshakeDoor {
  readonly options: Pick<HttpDoorOptions, 'recorder' | 'clock' | 'seams'> & {
    readonly certificates: Pick<CertificateStore, 'leafFor' | 'authorityFor'>;
  };
  readonly service: string;
  /** Https where nothing else is said. */
  readonly protocol?: 'https' | 'smtp';
  readonly organizationOf?: ((host: string) => string | undefined) | undefined;
}

/**
 * The seam `tls.accept`: a connection has come and nothing of it has been read. `gone`: it has ended here; a version: that one alone is
 * spoken; undefined: as ever.
 */
export async function passAccept(door: HandshakeDoor, socket: Socket): Promise<'gone' | 'TLSv1' | 'TLSv1.1' | undefined> {
  const decision = decide(door, 'tls.accept', '');
  if (decision === undefined) return undefined;
  const { effect } = decision;
  record(door, decision, { host: '', peer: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}` });
  if (effect.kind === 'tls-version') return effect.only;
  if (effect.kind === 'latency') {
    await elapsed(effect.delayMs);
    return undefined;
  }
  if (effect.kind === 'reset') socket.resetAndDestroy();
  else socket.destroy();
  return 'gone';
}

/** The seam `tls.certificate`: what is shown for a name instead of what is shown as ever; undefined: that. */
export function passCertificate(door: HandshakeDoor, host: string): Promise<SecureContext | undefined> | undefined {
  const decision = decide(door, 'tls.certificate', host);
  if (decision === undefined) return undefined;
  record(door, decision, { host, peer: '' });
  const { effect } = decision;
  if (effect.kind === 'latency') return elapsed(effect.delayMs).then(() => undefined);
  if (effect.kind !== 'certificate') throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam tls.certificate`);
  return contextOf(door.options.certificates, effect.shows, host);
}

function decide({ options, service, organizationOf }: HandshakeDoor, seam: Seam, host: string): Decision | undefined {
  return options.seams.at(seam, { service, organization: organizationOf?.(host), ...(host === '' ? {} : { host }) });
}

/** A handshake is no exchange by itself: that a rule met it would be seen nowhere. */
function record(
  { options, service, organizationOf, protocol = 'https' }: HandshakeDoor,
  { rule, effect }: Decision,
  { host, peer }: { readonly host: string; readonly peer: string },
): void {
  const organization = organizationOf?.(host);
  const at = options.clock.now(organization);
  const exchange: OpenExchange = options.recorder.open({
    ...{ service, direction: 'incoming', protocol, target: 'TLS handshake', host, peer, at },
    ...(organization === undefined ? {} : { organization }),
  });
  exchange.faulted(rule, effect.kind);
  exchange.close('fault', at);
}

/** Long ago for every client's clock. By machine time: clients check with clocks of their own. */
const longAgo = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2021, 0, 1) };

async function contextOf(
  certificates: HandshakeDoor['options']['certificates'],
  shows: (Effect & { readonly kind: 'certificate' })['shows'],
  host: string,
): Promise<SecureContext> {
  const made = async (): Promise<{ readonly certPem: string; readonly keyPem: string; readonly chain: readonly string[] }> => {
    if (shows === 'expired') return certificates.leafFor([host], longAgo);
    if (shows === 'wrong-name') return certificates.leafFor(['another-host.test']);
    const issuedBy = shows === 'untrusted' ? 'itself' : 'installation';
    const issuer = await certificates.authorityFor({ commonName: `coexist ${shows}`, issuedBy });
    return { ...(await certificates.leafFor([host], { issuer })), chain: [] };
  };
  const { certPem, keyPem, chain } = await made();
  return createSecureContext({ cert: [certPem, ...chain].join(''), key: keyPem });
}

function elapsed(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}
