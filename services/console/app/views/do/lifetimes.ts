import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WorldMap } from '../../answers.ts';
import { call } from '../../api.ts';
import type { CmdletAnswer } from '../../parts/objects.tsx';

/** A certificate, and how long it is good. */
export interface Lifetime {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The signing keys of the authentication service and the certificates that Exchange servers show with Get-ExchangeCertificate, the first to end first. */
export function useLifetimes(): Signal<readonly Lifetime[]> {
  const found = useSignal<readonly Lifetime[]>([]);
  useEffect(() => {
    const load = async (): Promise<void> => {
      const { organizations } = await call<WorldMap>('GET', '/v1/map');
      const servers = organizations.filter(({ kind }) => kind === 'on-premises');
      const all = await Promise.all([keys(), ...servers.map(certificates)]);
      found.value = all.flat().sort((a, b) => a.notAfter - b.notAfter);
    };
    // A lab that is starting has none yet.
    void load().catch(() => {});
  }, [found]);
  return found;
}

async function keys(): Promise<readonly Lifetime[]> {
  const { keys: all } = await call<{
    keys: readonly { readonly x5t: string; readonly subject: string; readonly since: string; readonly notAfter: string }[];
  }>('GET', '/v1/keys');
  return all.map(({ x5t, subject, since, notAfter }) => ({
    ...{ id: x5t, organization: 'azure-auth', name: subject, notBefore: Date.parse(since), notAfter: Date.parse(notAfter) },
  }));
}

async function certificates({ name: organization, administrator: as }: WorldMap['organizations'][number]): Promise<readonly Lifetime[]> {
  const { objects } = await call<CmdletAnswer>('POST', '/v1/cmdlets', { line: 'Get-ExchangeCertificate', organization, as });
  return objects.map(({ Thumbprint, FriendlyName, Subject, NotBefore, NotAfter }) => ({
    ...{
      id: `${organization} ${String(Thumbprint)}`,
      organization,
      name: typeof FriendlyName === 'string' && FriendlyName !== '' ? FriendlyName : String(Subject),
    },
    ...{ notBefore: Date.parse(String(NotBefore)), notAfter: Date.parse(String(NotAfter)) },
  }));
}
