import { type AdvertisedUrls, advertisedUrls } from '../../shared/domain/organization/advertised-urls.ts';
import type { Asked, AutodiscoverContext } from './context.ts';

/** The addresses of the organisation that answers, as the asking client can reach them. */
export function ownUrls(context: AutodiscoverContext, asked: Asked): AdvertisedUrls {
  return advertisedUrls(
    asked.organization,
    { authority: asked.authority, organization: asked.organization.name },
    context.publishedPorts(),
    context.spell,
  );
}

/**
 * The addresses of the other organisation that keeps mailboxes for an address; undefined when nobody but the one that
 * answers accepts the address's domain.
 */
export async function remoteUrls(context: AutodiscoverContext, asked: Asked, address: string): Promise<AdvertisedUrls | undefined> {
  const { byDomain } = await context.organizations();
  const { name } = asked.organization;
  const other = byDomain(address.slice(address.lastIndexOf('@') + 1)).find((organization) => organization.name !== name);
  return other && advertisedUrls(other, { authority: asked.authority, organization: name }, context.publishedPorts(), context.spell);
}
