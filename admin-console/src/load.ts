import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from './api';

export type Load<T> = {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  /** When the data came, in milliseconds. */
  at: number | undefined;
  reload: () => void;
};

function problemFrom(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'PAGE_FAULT', 'page fault', String(error), undefined, []);
}

/**
 * Loads what a page shows, anew when the key changes and every so many seconds while the page can be seen. Data that
 * was loaded once stays while newer data cannot be had; how old it is, is said by who shows it.
 */
export function useLoad<T>(key: string | undefined, load: () => Promise<T>, everySeconds?: number): Load<T> {
  const [state, setState] = useState<Omit<Load<T>, 'reload'> & { key?: string | undefined }>({
    data: undefined,
    problem: undefined,
    loading: true,
    at: undefined,
  });
  const latest = useRef(load);
  latest.current = load;
  const turn = useRef(0);
  const run = useCallback(() => {
    if (key === undefined) return;
    const mine = ++turn.current;
    setState((old) => ({ ...old, loading: true }));
    latest.current().then(
      (data) => {
        if (mine === turn.current) setState({ key, data, problem: undefined, loading: false, at: Date.now() });
      },
      (error: unknown) => {
        if (mine !== turn.current) return;
        const problem = problemFrom(error);
        setState((old) => ({ ...old, key, data: old.key === key ? old.data : undefined, problem, loading: false }));
      },
    );
  }, [key]);
  useEffect(() => {
    run();
    if (everySeconds === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) run();
    }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [run, everySeconds]);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : undefined,
    problem: fresh ? state.problem : undefined,
    loading: key !== undefined && (state.loading || !fresh),
    at: fresh ? state.at : undefined,
    reload: run,
  };
}

export type Paged<R> = Load<R[]> & { more: (() => void) | undefined };

/** A list that comes in pages, each named by the one before it. */
export function usePages<R>(
  key: string | undefined,
  page: (after: string | undefined) => Promise<{ rows: R[]; next?: string | undefined }>,
): Paged<R> {
  const [rest, setRest] = useState<{ first: unknown; rows: R[]; next: string | undefined; loading: boolean; problem?: Problem }>();
  const first = useLoad(key, () => page(undefined));
  const fits = rest !== undefined && rest.first === first.data;
  const next = fits ? rest.next : first.data?.next;
  const rows = first.data && [...first.data.rows, ...(fits ? rest.rows : [])];
  const more = () => {
    const before = fits ? rest.rows : [];
    setRest({ first: first.data, rows: before, next, loading: true });
    page(next).then(
      (got) => setRest({ first: first.data, rows: [...before, ...got.rows], next: got.next, loading: false }),
      (error: unknown) => setRest({ first: first.data, rows: before, next, loading: false, problem: problemFrom(error) }),
    );
  };
  return {
    ...first,
    data: rows,
    problem: first.problem ?? (fits ? rest.problem : undefined),
    loading: first.loading || (fits && rest.loading),
    more: next === undefined ? undefined : more,
  };
}
