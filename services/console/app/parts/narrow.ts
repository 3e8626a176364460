import { useEffect, useState } from 'preact/hooks';

const query = '(max-width: 600px)';

/** Whether the page is as narrow as a telephone's; what is drawn is drawn anew when that changes. */
export function useIsNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = (): void => setNarrow(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, []);
  return isNarrow;
}
