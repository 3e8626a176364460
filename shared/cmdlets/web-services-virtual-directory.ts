import { setVirtualDirectory } from './set-virtual-directory.ts';

/** `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $true`: EWS. */
export const setWebServicesVirtualDirectory = setVirtualDirectory('WebServicesVirtualDirectory');
