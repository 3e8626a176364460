import type { ComponentType } from 'preact';

/** A view: its word in the address, its name in the rail, its picture (paths in a square of 24), and its module, loaded when it is shown. */
export interface ViewEntry {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  load(): Promise<{ readonly View: ComponentType }>;
}

export const views: readonly ViewEntry[] = [
  {
    id: 'topology',
    name: 'Topology',
    icon: 'M4 5h6v5H4zM14 5h6v5h-6zM9 15h6v5H9zM7 10v3h10v-3M12 13v2',
    load: () => import('./views/topology/view.tsx'),
  },
  {
    id: 'flow',
    name: 'Flow',
    icon: 'M6 3v18M18 3v18M6 8h11m-3-3 3 3-3 3M18 16H7m3-3-3 3 3 3',
    load: () => import('./views/flow/view.tsx'),
  },
  { id: 'step', name: 'Step', icon: 'M6 4v16M10 5l9 7-9 7z', load: () => import('./views/step/view.tsx') },
  { id: 'do', name: 'Do', icon: 'M4 5h16v14H4zM7 9l3 3-3 3M12 15h5', load: () => import('./views/do/view.tsx') },
  {
    id: 'inside',
    name: 'Inside',
    icon: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM14.5 14.5 20 20',
    load: () => import('./views/inside/view.tsx'),
  },
  { id: 'labs', name: 'Labs', icon: 'M9 3h6M10 3v7l-5 9h14l-5-9V3M8 14h8', load: () => import('./views/labs/view.tsx') },
];
