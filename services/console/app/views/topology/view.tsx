import { useComputed, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Counts, MapLink, MapOrganization, WorldMap } from '../../answers.ts';
import { onEvent } from '../../live.ts';
import { useLoaded } from '../../load.ts';
import { Badge } from '../../parts/badge.tsx';
import { SeveralProcesses } from '../../parts/several-processes.tsx';
import { ShownError } from '../../parts/shown-error.tsx';
import { linkTo, route } from '../../store.ts';
import { Configuration } from './configuration.tsx';
import { Drawing } from './drawing.tsx';
import './topology.css';

/** The map is drawn anew at this pace while the lab is busy. */
const paceMs = 2_000;

/** `#/topology/<link or organization>`: who is there, what joins them, and where it is red. */
export function View(): VNode {
  const { value: map, error, again } = useLoaded<WorldMap>('/v1/map');
  const isDue = useSignal(false);
  useEffect(
    () =>
      onEvent('exchange', () => {
        if (isDue.value) return;
        isDue.value = true;
        setTimeout(() => {
          isDue.value = false;
          void again();
        }, paceMs);
      }),
    [again, isDue],
  );
  const chosen = useComputed(() => route.value.slice(1).join('/'));
  if (map === undefined) return error === undefined ? <p role="status">Drawing the world …</p> : <ShownError error={error} />;
  const link = map.links.find(({ id }) => id === chosen.value);
  const organization = map.organizations.find(({ name }) => name === chosen.value);
  return (
    <div class="topology">
      <ShownError error={error} />
      <SeveralProcesses>Exchanges are counted here as this one has seen them.</SeveralProcesses>
      {map.broken.length > 0 && (
        <p class="error">
          Broken:{' '}
          {map.broken.map(({ id, at }) => (
            <span key={id}>
              <a href={linkTo('do', 'breaks', id)}>{id}</a> ({at.join(', ')}){' '}
            </span>
          ))}
        </p>
      )}
      <Drawing map={map} chosen={chosen.value} />
      <div class="two">
        <Links links={map.links} chosen={chosen.value} />
        <section aria-label="Chosen" class="chosen-part">
          {link !== undefined && <ChosenLink key={link.id} link={link} map={map} />}
          {organization !== undefined && <ChosenOrganization organization={organization} />}
          {link === undefined && organization === undefined && (
            <p class="hint">
              Choose an organization, a line between two, or a link from the list: its configuration is shown as the shell has it.
            </p>
          )}
        </section>
      </div>
    </div>
  );
}

function Links({ links, chosen }: { readonly links: readonly MapLink[]; readonly chosen: string }): VNode {
  return (
    <nav class="links" aria-label="Links">
      {[...Map.groupBy(links, ({ kind }) => kind)].map(([kind, some]) => (
        <details key={kind} open={some.some((one) => one.wrong.length > 0 || one.id === chosen) || links.length < 12}>
          <summary>
            {kind.replaceAll('-', ' ')} ({some.length}) {some.some((one) => one.wrong.length > 0) && <Badge tone="bad">wrong</Badge>}
          </summary>
          <ul>
            {some.map((one) => (
              <li key={one.id}>
                <a href={linkTo('topology', ...one.id.split('/'))} aria-current={one.id === chosen ? 'true' : undefined}>
                  {one.name}
                </a>{' '}
                <small>
                  {one.from} → {one.to}
                </small>{' '}
                {!one.enabled && <Badge tone="warn">disabled</Badge>}
                {one.wrong.map((id) => (
                  <Badge key={id} tone="bad">
                    {id}
                  </Badge>
                ))}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}

function ChosenLink({ link, map }: { readonly link: MapLink; readonly map: WorldMap }): VNode {
  const administrator = map.organizations.find(({ name }) => name === link.at)?.administrator;
  return (
    <article class="card">
      <h2>{link.name}</h2>
      <p>
        {link.kind.replaceAll('-', ' ')} of {link.at}, {link.from} → {link.to} {!link.enabled && <Badge tone="warn">disabled</Badge>}
      </p>
      <Wrong ids={link.wrong} />
      <Configuration line={link.line} organization={link.at} as={administrator ?? ''} />
    </article>
  );
}

function ChosenOrganization({ organization }: { readonly organization: MapOrganization }): VNode {
  const { name, title, kind, product, era, domains, administrator, hosts, exchanges, wrong } = organization;
  const lines =
    kind === 'cloud'
      ? ['Get-OrganizationConfig', 'Get-AcceptedDomain | ft Name, DomainType']
      : ['Get-WebServicesVirtualDirectory', 'Get-AcceptedDomain | ft Name, DomainType'];
  return (
    <article class="card">
      <h2>{title}</h2>
      <p>
        {name}: {kind}, {product}
        {era === null ? '' : `, era ${era}`}; {domains.join(', ')}
      </p>
      <p>{countsText(exchanges)}</p>
      <ul class="hosts">
        {hosts.map((host) => (
          <li key={`${host.service} ${host.name}`}>
            <Badge tone={host.up ? 'good' : 'bad'}>{host.up ? 'up' : 'down'}</Badge> {host.service} <code>{host.name}</code>{' '}
            {host.address ?? 'nothing listens'}
          </li>
        ))}
      </ul>
      {wrong.map(({ id, object, says }) => (
        <p key={`${id} ${object}`} class="error">
          <a href={linkTo('do', 'breaks', id)}>{id}</a> {object}: {says}
        </p>
      ))}
      {lines.map((line) => (
        <Configuration key={line} line={line} organization={name} as={administrator} />
      ))}
    </article>
  );
}

function Wrong({ ids }: { readonly ids: readonly string[] }): VNode | null {
  if (ids.length === 0) return null;
  return (
    <p class="error">
      Wrong here:{' '}
      {ids.map((id) => (
        <a key={id} href={linkTo('do', 'breaks', id)}>
          {id}
        </a>
      ))}
    </p>
  );
}

export function countsText(counts: Counts): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const others = Object.entries(counts).filter(([outcome, count]) => outcome !== 'answered' && count > 0);
  return [`${all} exchanges`, ...others.map(([outcome, count]) => `${count} ${outcome}`)].join(', ');
}
