import { createContext, useContext } from 'react';
import type { Answer } from './api';

export type Me = Answer<'/admin/v1/me'>;

/** Who is logged in, and what he may do anywhere. */
export type Session = {
  me: Me;
  may: (permission: string | undefined) => boolean;
  refresh: () => Promise<void>;
  logout: () => Promise<void>;
};

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is logged in');
  return session;
}
