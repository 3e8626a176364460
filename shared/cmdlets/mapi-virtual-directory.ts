import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Get-MapiVirtualDirectory`: MAPI over HTTP, which nothing answers here; its settings are kept. */
export const mapiVirtualDirectory = virtualDirectoryCmdlets('MapiVirtualDirectory');
