import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $true`: EWS. */
export const webServicesVirtualDirectory = virtualDirectoryCmdlets('WebServicesVirtualDirectory');
