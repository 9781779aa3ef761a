import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const SOURCES = ['index.html', 'package-lock.json', 'package.json', 'public', 'src', 'tsconfig.json', 'vite.config.ts'];

function files(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => files(join(path, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** Writes what was built from what, so that a test without Node.js notices a build that is older than its sources. */
function seal(): Plugin {
  let out = '';
  return {
    name: 'seal',
    configResolved: (config) => void (out = config.build.outDir),
    closeBundle() {
      const line = (name: string, path: string) =>
        `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${name}\n`;
      const sources = SOURCES.flatMap((name) => files(join(root, name))).map((path) => line(relative(root, path), path));
      const built = files(out).map((path) => line(join('dist', relative(out, path)), path));
      const byName = (a: string, b: string) => (a.slice(64) < b.slice(64) ? -1 : 1);
      writeFileSync(join(out, 'seal.sha256'), [...sources, ...built].sort(byName).join(''));
    },
  };
}

/**
 * Gives the styles that antd's helpers write (scrollbars, dialogs) the nonce of the page: the helpers take one, and antd
 * forgets to pass it on. Fails the build when antd has changed there.
 */
function nonceForHelpers(): Plugin {
  const place = 'if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }';
  let found = false;
  return {
    name: 'nonce-for-helpers',
    transform(code, id) {
      if (!id.endsWith('/@rc-component/util/es/Dom/dynamicCSS.js')) return undefined;
      found = code.includes(place);
      return code.replace(place, "styleNode.nonce = csp?.nonce ?? document.querySelector('meta[property=csp-nonce]')?.nonce ?? '';");
    },
    buildEnd() {
      if (!found) throw new Error('the place where antd sets the nonce of its styles was not found');
    },
  };
}

export default defineConfig({
  base: '/console/',
  root,
  build: {
    outDir: process.env['OUT'] ?? join(root, 'dist'),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined files would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    // "use client" in antd means nothing here.
    rolldownOptions: { onwarn: (warning, warn) => void (warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning)) },
  },
  plugins: [nonceForHelpers(), seal()],
});
