// `npm run bench:analysis [-- arguments]`: starts a large application, and analyses it (bench/analysis/main.ts, compiled).
await import(new URL('../../.tmp/bench/bench/analysis/main.js', import.meta.url).href);
