import { setVirtualDirectory } from './set-virtual-directory.ts';

/** `Set-AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)" -BasicAuthentication $true`: Autodiscover. */
export const setAutodiscoverVirtualDirectory = setVirtualDirectory('AutodiscoverVirtualDirectory');
