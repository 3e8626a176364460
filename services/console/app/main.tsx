import { render, type VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { keepListening } from './live.ts';
import { beginView, Shell } from './shell.tsx';
import { route } from './store.ts';

function Console(): VNode {
  useEffect(keepListening, []);
  return <Shell />;
}

beginView(route.value);
const place = document.getElementById('app');
if (place !== null) render(<Console />, place);
