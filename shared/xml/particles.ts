import type { Content } from './codec.ts';
import type { XmlElement } from './element.ts';
import { SchemaError } from './errors.ts';
import { called, invalidChild, invalidText } from './violations.ts';

/** A place in a sequence: one element, or one of several. */
export interface CompiledParticle {
  readonly key: string;
  readonly needs: string | undefined;
  readonly optional: boolean;
  readonly minimum: 0 | 1;
  readonly repeats: boolean;
  readonly isChoice: boolean;
  readonly namespace: string;
  readonly alternatives: ReadonlyMap<string, Content<unknown>>;
  /** The content when there is no choice. */
  readonly content: Content<unknown> | undefined;
}

/** Reads the children of an element into `result`, by the keys of the places they stand in. */
export function decodeParticles(of: XmlElement, particles: readonly CompiledParticle[], result: Record<string, unknown>): void {
  for (const particle of particles) if (particle.repeats) result[particle.key] = [];
  let position = 0;
  let seen = 0;
  for (const node of of.children) {
    if (typeof node === 'string') {
      if (node.trim() !== '') throw invalidText(of, expectedFrom(particles, position, seen, result));
      continue;
    }
    let next = position;
    let already = seen;
    let particle = particles[next];
    while (particle !== undefined && !(takes(particle, node, already) && isAllowed(particle, result))) {
      if (isAllowed(particle, result) && particle.minimum > already) {
        particle = undefined;
        break;
      }
      next += 1;
      already = 0;
      particle = particles[next];
    }
    if (particle === undefined) throw invalidChild(of, node, expectedFrom(particles, position, seen, result));
    const value = particle.alternatives.get(node.name)?.decode(node);
    const entry = particle.isChoice ? { is: node.name, value } : value;
    if (particle.repeats) (result[particle.key] as unknown[]).push(entry);
    else result[particle.key] = entry;
    position = next;
    seen = already + 1;
  }
  for (let index = position; index < particles.length; index += 1) {
    const particle = particles[index];
    if (particle !== undefined && isAllowed(particle, result) && particle.minimum > (index === position ? seen : 0)) {
      throw new SchemaError(
        `The element ${called(of)} has incomplete content. List of possible elements expected: ${expectedFrom(particles, position, seen, result)}.`,
        of,
        { is: 'end' },
      );
    }
  }
}

function takes(particle: CompiledParticle, node: XmlElement, already: number): boolean {
  return particle.namespace === node.namespace && particle.alternatives.has(node.name) && (already === 0 || particle.repeats);
}

function isAllowed({ needs }: CompiledParticle, result: Readonly<Record<string, unknown>>): boolean {
  return needs === undefined || result[needs] !== undefined;
}

/** Writes the values of a sequence in its order. */
export function encodeParticles(source: Readonly<Record<string, unknown>>, particles: readonly CompiledParticle[]): XmlElement[] {
  const children: XmlElement[] = [];
  for (const particle of particles) {
    const value = source[particle.key];
    if (value === undefined) continue;
    if (particle.repeats) for (const member of value as readonly unknown[]) children.push(encodeMember(particle, member));
    else children.push(encodeMember(particle, value));
  }
  return children;
}

function encodeMember({ key, namespace, content, alternatives }: CompiledParticle, value: unknown): XmlElement {
  if (content !== undefined) return content.encode(value, namespace, key);
  const { is, value: chosen } = value as { is: string; value: unknown };
  const alternative = alternatives.get(is);
  if (alternative === undefined) throw new Error(`defect: ${is} is not an alternative of ${key}`);
  return alternative.encode(chosen, namespace, is);
}

function expectedFrom(
  particles: readonly CompiledParticle[],
  position: number,
  seen: number,
  result: Readonly<Record<string, unknown>>,
): string {
  const byNamespace = new Map<string, string[]>();
  for (let index = position; index < particles.length; index += 1) {
    const particle = particles[index];
    if (particle === undefined) break;
    const already = index === position ? seen : 0;
    if ((already > 0 && !particle.repeats) || !isAllowed(particle, result)) continue;
    const names = byNamespace.get(particle.namespace) ?? [];
    names.push(...particle.alternatives.keys());
    byNamespace.set(particle.namespace, names);
    if (particle.minimum > already) break;
  }
  return [...byNamespace].map(([namespace, names]) => `'${names.join(', ')}' in namespace '${namespace}'`).join(' as well as ');
}
