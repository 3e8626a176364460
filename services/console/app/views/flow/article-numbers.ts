import type { ArticleFlow } from '../../answers.ts';
import type { Step } from './steps.ts';

/** The numbers that a hop has in the article, as its arrow tells them. */
export function numbersOf(flows: readonly ArticleFlow[]): (step: Step) => string {
  return ({ isAnswer, exchange: { spanId, parentSpan, direction } }) => {
    if (isAnswer) return '';
    // An arrow that was seen from both ends is one hop.
    const spans = [spanId, ...(direction === 'incoming' && parentSpan !== null ? [parentSpan] : [])];
    const numbers = flows.flatMap(({ steps }) => steps.filter((step) => step.spans.some((span) => spans.includes(span))));
    return numbers.map(({ number }) => number).join('·');
  };
}
