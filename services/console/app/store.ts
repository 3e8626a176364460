import { computed, effect, signal } from '@preact/signals';

/** What the console as a whole knows: where it is, how it looks, who asks. What a view knows lies with the view. */

/** The control port's token; empty where it wants none. It ends with the tab. */
export const token = signal(sessionStorage.getItem('coexist-token') ?? '');
/** The control port wants a token that it has not been given. */
export const locked = signal(false);

export type Theme = 'system' | 'light' | 'dark';
export const theme = signal<Theme>(themeOf(localStorage.getItem('coexist-theme')));
/** Large type, secrets covered, notes shown. */
export const presenter = signal(localStorage.getItem('coexist-presenter') === 'on');

/** The part of the address behind `#/`: a permalink, the view first. */
const address = signal(location.hash);
export const route = computed(() => address.value.replace(/^#\/?/, '').split('/').map(decoded));

/** Goes to a view and what it shows; an entry in the history, unless `replace`. */
export function go(words: readonly string[], { replace = false }: { readonly replace?: boolean } = {}): void {
  const hash = linkTo(...words);
  if (replace) history.replaceState(null, '', hash);
  else if (location.hash !== hash) history.pushState(null, '', hash);
  address.value = hash;
}

export function linkTo(...words: readonly string[]): string {
  return `#/${words.map(encodeURIComponent).join('/')}`;
}

addEventListener('hashchange', () => {
  address.value = location.hash;
});
addEventListener('popstate', () => {
  address.value = location.hash;
});
effect(() => sessionStorage.setItem('coexist-token', token.value));
effect(() => {
  localStorage.setItem('coexist-theme', theme.value);
  document.documentElement.dataset['theme'] = theme.value;
});
effect(() => {
  localStorage.setItem('coexist-presenter', presenter.value ? 'on' : 'off');
  document.documentElement.classList.toggle('presenter', presenter.value);
});

function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
