import { render, type VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { keepListening } from './live.ts';
import { Shell } from './shell.tsx';

function Console(): VNode {
  useEffect(keepListening, []);
  return <Shell />;
}

const place = document.getElementById('app');
if (place !== null) render(<Console />, place);
