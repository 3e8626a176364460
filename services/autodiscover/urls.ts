import { type AdvertisedUrls, type Approach, advertisedUrls } from '../../shared/domain/organization/advertised-urls.ts';
import type { Asked, AutodiscoverContext } from './context.ts';

/** How the asking client came. */
export function approachOf(context: AutodiscoverContext, asked: Asked): Approach {
  const { authority, organization } = asked;
  return { asked: { authority, organization: organization.name }, publishedPorts: context.publishedPorts(), spell: context.spell };
}

/** The addresses of the organisation that answers, as the asking client can reach them. */
export async function ownUrls(context: AutodiscoverContext, asked: Asked): Promise<AdvertisedUrls> {
  return advertisedUrls(asked.organization, await context.settings(asked.organization.name), approachOf(context, asked));
}

/**
 * The addresses of the other organisation that keeps mailboxes for an address; undefined when nobody but the one that
 * answers accepts the address's domain.
 */
export async function remoteUrls(context: AutodiscoverContext, asked: Asked, address: string): Promise<AdvertisedUrls | undefined> {
  const { byDomain } = await context.organizations();
  const { name } = asked.organization;
  const other = byDomain(address.slice(address.lastIndexOf('@') + 1)).find((organization) => organization.name !== name);
  return other && advertisedUrls(other, await context.settings(other.name), approachOf(context, asked));
}
