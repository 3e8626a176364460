import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Get-PowerShellVirtualDirectory`: remote PowerShell, which nothing answers here; its settings are kept. */
export const powerShellVirtualDirectory = virtualDirectoryCmdlets('PowerShellVirtualDirectory');
