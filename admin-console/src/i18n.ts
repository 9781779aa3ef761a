import { createContext, useContext } from 'react';
import en from './locales/en.json';
import zh from './locales/zh-CN.json';

export type Key = keyof typeof en;
export type Language = 'en' | 'zh-CN';
export type Texts = {
  language: Language;
  t: (key: Key, values?: Record<string, string | number>) => string;
  /** The text of a value the service knows, such as a status, of the first kind that has one; the value itself when none has. */
  named: (kinds: string | string[], value: string | undefined) => string;
};

const CATALOGS: Record<Language, Record<Key, string>> = { en, 'zh-CN': zh };

export function textsOf(language: Language): Texts {
  const catalog: Record<string, string | undefined> = CATALOGS[language];
  return {
    language,
    t: (key, values = {}) => (catalog[key] ?? key).replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all)),
    named: (kinds, value) => [kinds].flat().map((kind) => catalog[`${kind}.${value}`]).find((text) => text !== undefined) ?? value ?? '',
  };
}

export function firstLanguage(): Language {
  const kept = localStorage.getItem('language');
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

export const TextsContext = createContext(textsOf('en'));
export const useTexts = () => useContext(TextsContext);
