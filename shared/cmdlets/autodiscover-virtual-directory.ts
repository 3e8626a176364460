import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)" -BasicAuthentication $true`: Autodiscover. */
export const autodiscoverVirtualDirectory = virtualDirectoryCmdlets('AutodiscoverVirtualDirectory');
