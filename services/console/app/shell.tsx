import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { connected } from './live.ts';
import { Icon } from './parts/icon.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { WorldTime } from './parts/world-time.tsx';
import { linkTo, locked, presenter, route, type Theme, theme } from './store.ts';
import { type ViewEntry, views } from './views.ts';

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'dark', dark: 'light', light: 'system' };

/** The frame around every view: the rail, the bar with world time, and the view that the address names. */
export function Shell(): VNode {
  if (locked.value) return <SignIn />;
  const view = beginView(route.value);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={skip}>
        Skip to the view
      </button>
      <nav class="rail" aria-label="Views">
        {views.map((one) => (
          <a key={one.id} href={linkTo(one.id)} aria-current={one === view ? 'page' : undefined}>
            <Icon path={one.icon} />
            <span>{one.name}</span>
          </a>
        ))}
      </nav>
      <header class="bar">
        <strong class="brand">coexist</strong>
        <WorldTime />
        <span class="grow" />
        <span class={connected.value ? 'live' : 'live off'} role="status">
          {connected.value ? 'live' : 'not connected'}
        </span>
        <Switches />
      </header>
      <main id="content" tabIndex={-1}>
        {view !== undefined && <Loaded key={view.id} view={view} />}
      </main>
    </div>
  );
}

/** The address belongs to the views: a jump inside the page must not change it. */
function skip(): void {
  document.getElementById('content')?.focus();
}

function Switches(): VNode {
  return (
    <>
      <button type="button" class="quiet" aria-label={`Theme: ${theme.value}`} onClick={changeTheme} title={`Theme: ${theme.value}`}>
        <Icon path={themeIcons[theme.value]} />
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Presenter mode"
        aria-pressed={presenter.value}
        title="Presenter mode: large type, secrets covered"
        onClick={() => {
          presenter.value = !presenter.value;
        }}
      >
        <Icon path="M3 4h18v11H3zM12 15v5M8 20h8" />
      </button>
    </>
  );
}

const themeIcons: Readonly<Record<Theme, string>> = {
  system: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  light: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2',
  dark: 'M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z',
};

function changeTheme(): void {
  theme.value = nextTheme[theme.value];
}

type Module = Awaited<ReturnType<ViewEntry['load']>>;
const begun = new Map<ViewEntry, Promise<Module>>();
const there = new Map<ViewEntry, Module>();

/** Fetches the view that an address names, once; what is drawn meanwhile need not wait for it. */
export function beginView([id]: readonly string[]): ViewEntry | undefined {
  const view = views.find((one) => one.id === id) ?? views[0];
  if (view === undefined || begun.has(view)) return view;
  const loading = view.load();
  begun.set(view, loading);
  loading.then(
    (module) => there.set(view, module),
    () => begun.delete(view),
  );
  return view;
}

function Loaded({ view }: { readonly view: ViewEntry }): VNode {
  const loaded = useSignal<Module | string>(there.get(view) ?? '');
  useLayoutEffect(() => {
    document.title = `${view.name} · coexist`;
    (begun.get(view) ?? view.load()).then(
      (module) => {
        loaded.value = module;
        // What a person waited for: the bench asks for it.
        requestAnimationFrame(() => performance.mark('coexist-view'));
      },
      (error: unknown) => {
        loaded.value = `This view cannot be loaded: ${String(error)}`;
      },
    );
  }, [view, loaded]);
  const now = loaded.value;
  return (
    <>
      <h1 class="only-heard">{view.name}</h1>
      {typeof now === 'string' ? <p role="status">{now}</p> : <now.View />}
    </>
  );
}
