import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

const tests = readdirSync(new URL('./tests', import.meta.url)).filter((name) => name.endsWith('.test.ts'));

// The tests are TypeScript and Node's runner reads JavaScript: this strips the types into obj/tests.
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'obj/tests',
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: {
      input: tests.map((name) => `tests/${name}`),
      output: { entryFileNames: '[name].mjs' },
    },
  },
});
