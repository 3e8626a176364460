import { worldTimeLimits } from '../shared/domain/world/time-limits.ts';
import { present } from '../shared/kernel/assert.ts';
import { type DeferredApp, deferApp } from '../shared/service/deferred-app.ts';
import { catalogue, type ServiceParts } from './catalogue.ts';
import type { Foundation } from './foundation.ts';

/** The services of this process, by name. */
export type Apps = ReadonlyMap<string, DeferredApp>;

/** Makes services of the catalogue by their names; their code is loaded late. */
export function appOpener(
  { store, registry, directory, clock, seams, identifiers, tokens, keys, network }: Foundation,
  ways: Pick<ServiceParts, 'publishedPorts' | 'dialer' | 'names' | 'spell' | 'ending'>,
): (name: string) => DeferredApp {
  const parts: ServiceParts = {
    store,
    organizations: () => registry.current(),
    settings: registry.settings,
    directory,
    clock,
    limits: worldTimeLimits(clock),
    seams,
    identifiers,
    tokens,
    cmdlets: { store, registry, directory, identifiers, tokens, keys, network, dialer: ways.dialer },
    ...ways,
  };
  return (name) =>
    deferApp(async () => {
      const app = await present(catalogue[name as keyof typeof catalogue], name)(parts);
      await app.ready();
      return app;
    });
}
